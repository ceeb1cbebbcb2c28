package branding

import (
	"fmt"
	"math"
	"strconv"
)

// Colour is an opaque sRGB colour, each channel from 0 to 255.
type Colour struct{ R, G, B uint8 }

// Hex writes a colour as style sheets and old browsers have it: #rrggbb.
func (c Colour) Hex() string { return fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B) }

// ParseHex reads #rgb or #rrggbb.
func ParseHex(text string) (Colour, bool) {
	if len(text) == 4 && text[0] == '#' {
		text = string([]byte{'#', text[1], text[1], text[2], text[2], text[3], text[3]})
	}
	if len(text) != 7 || text[0] != '#' {
		return Colour{}, false
	}
	v, err := strconv.ParseUint(text[1:], 16, 24)
	return Colour{uint8(v >> 16), uint8(v >> 8), uint8(v)}, err == nil
}

// translucent is a colour that may let through what is behind it, as RRGGBBAA and rgba() have it.
type translucent struct {
	Colour
	alpha float64 // 0 to 1
}

// over is what is seen of a translucent colour on an opaque one, blended as browsers do, in sRGB.
func (t translucent) over(behind Colour) Colour {
	mix := func(front, back uint8) uint8 {
		return uint8(math.Round(float64(front)*t.alpha + float64(back)*(1-t.alpha)))
	}
	return Colour{mix(t.R, behind.R), mix(t.G, behind.G), mix(t.B, behind.B)}
}

// luminance is the relative luminance of WCAG 2.2, from 0 to 1.
func (c Colour) luminance() float64 {
	return .2126*linear(c.R) + .7152*linear(c.G) + .0722*linear(c.B)
}

// Contrast is the contrast ratio of WCAG 2.2, from 1 to 21.
func Contrast(a, b Colour) float64 {
	one, other := a.luminance(), b.luminance()
	return (max(one, other) + .05) / (min(one, other) + .05)
}

func linear(channel uint8) float64 {
	c := float64(channel) / 255
	if c <= .04045 {
		return c / 12.92
	}
	return math.Pow((c+.055)/1.055, 2.4)
}

// oklch is a colour by lightness (0 to 1), chroma and hue (radians): a space in which one step of lightness looks like
// another, whatever the hue (CSS Color 4 §8.4).
type oklch struct{ l, c, h float64 }

func (c Colour) oklch() oklch {
	r, g, b := linear(c.R), linear(c.G), linear(c.B)
	l := math.Cbrt(.4122214708*r + .5363325363*g + .0514459929*b)
	m := math.Cbrt(.2119034982*r + .6806995451*g + .1073969566*b)
	s := math.Cbrt(.0883024619*r + .2817188376*g + .6299787005*b)
	x := 1.9779984951*l - 2.4285922050*m + .4505937099*s
	y := .0259040371*l + .7827717662*m - .8086757660*s
	return oklch{l: .2104542553*l + .7936177850*m - .0040720468*s, c: math.Hypot(x, y), h: math.Atan2(y, x)}
}

// colour is the nearest colour a screen can show: lightness and hue stay, chroma gives way (CSS Color 4 §13.2).
func (o oklch) colour() Colour {
	o.l = min(max(o.l, 0), 1)
	light := o.linear()
	if !light.shown() {
		low, high := 0.0, o.c
		for range 16 { // halves the distance each time: far below what eight bits can tell
			o.c = (low + high) / 2
			if light = o.linear(); light.shown() {
				low = o.c
			} else {
				high = o.c
			}
		}
		o.c = low
		light = o.linear()
	}
	return Colour{channel(light[0]), channel(light[1]), channel(light[2])}
}

// linearRGB is the light of the three channels, which a screen shows from 0 to 1.
type linearRGB [3]float64

func (o oklch) linear() linearRGB {
	x, y := o.c*math.Cos(o.h), o.c*math.Sin(o.h)
	l := cube(o.l + .3963377774*x + .2158037573*y)
	m := cube(o.l - .1055613458*x - .0638541728*y)
	s := cube(o.l - .0894841775*x - 1.2914855480*y)
	return linearRGB{
		4.0767416621*l - 3.3077115913*m + .2309699292*s,
		-1.2684380046*l + 2.6097574011*m - .3413193965*s,
		-.0041960863*l - .7034186147*m + 1.7076147010*s,
	}
}

func (c linearRGB) shown() bool {
	const slack = 1e-4
	return min(c[0], c[1], c[2]) >= -slack && max(c[0], c[1], c[2]) <= 1+slack
}

func cube(v float64) float64 { return v * v * v }

// channel gives the eight-bit value of a linear one.
func channel(v float64) uint8 {
	v = min(max(v, 0), 1)
	if v <= .0031308 {
		v *= 12.92
	} else {
		v = 1.055*math.Pow(v, 1/2.4) - .055
	}
	return uint8(math.Round(v * 255))
}

// shifted is the colour with its lightness moved.
func (c Colour) shifted(by float64) Colour {
	o := c.oklch()
	o.l += by
	return o.colour()
}
