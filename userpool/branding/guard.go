package branding

// Least contrasts of WCAG 2.2: of text (1.4.3), and of what shows where a control is and which has the focus (1.4.11).
const (
	ofText    = 4.5
	ofControl = 3.0
)

const (
	step  = .01 // of lightness, in oklch
	steps = 100
)

func white() Colour { return Colour{255, 255, 255} }
func black() Colour { return Colour{} }
func night() Colour { return Colour{0x08, 0x14, 0x1f} } // Portico's own dark text on a light accent

// worst is the least contrast of a colour with several.
func worst(c Colour, grounds ...Colour) float64 {
	least := 21.0
	for _, g := range grounds {
		least = min(least, Contrast(c, g))
	}
	return least
}

// readable moves a colour along its lightness until it stands out from all grounds by least: as little as will do, darker or
// lighter. Where the grounds are so far apart that nothing stands out from all of them, it gives the better of black and white,
// and says so.
func readable(c Colour, least float64, grounds ...Colour) (Colour, bool) {
	if worst(c, grounds...) >= least {
		return c, true
	}
	from := c.oklch()
	for i := 1; i <= steps; i++ {
		for _, by := range [...]float64{-step * float64(i), step * float64(i)} {
			if l := from.l + by; l < 0 || l > 1 {
				continue
			}
			if moved := (oklch{from.l + by, from.c, from.h}).colour(); worst(moved, grounds...) >= least {
				return moved, true
			}
		}
	}
	if worst(black(), grounds...) > worst(white(), grounds...) {
		return black(), worst(black(), grounds...) >= least
	}
	return white(), worst(white(), grounds...) >= least
}

// on is the text for a filled surface: white if it can be read, else the night's, else black. One of them always can: whatever
// is too light for white is dark enough, by far, for black.
func on(fill Colour) Colour {
	for _, c := range []Colour{white(), night()} {
		if Contrast(c, fill) >= ofText {
			return c
		}
	}
	return black()
}
