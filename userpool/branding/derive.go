package branding

// wishes are the colours an operator set for one scheme. What is missing is derived.
type wishes struct {
	dark   bool
	brand  *Colour // what accent, link, focus and tint are made from; nil keeps Portico's blue
	given  map[Token]Colour
	report func(Token, finding) // told of every colour that gave way; never nil
}

// finding is a colour that had to give way, with both numbers.
type finding struct {
	asked, drawn Colour
	had, has     float64 // the least contrast, before and after
	least        float64
}

// derive makes a whole palette in which every pair that is drawn can be read. Grounds are settled first, since text gives way
// to them and never they to text.
func (w wishes) derive() Palette {
	p := w.grounds()
	w.accents(p)
	card := p.of(Surface, Sunken, Tint)
	page := p.of(Surface, Sunken, Tint, Ground, Arch1, Arch2)
	notices := p.of(Surface, Sunken, Tint, Ground, Arch1, Arch2, DangerTint, SuccessTint, WarnTint)

	w.settle(p, Ink, ofText, notices, card)
	w.settle(p, Ink2, ofText, notices, card)
	w.settle(p, Ink3, ofText, page, card)
	w.settle(p, Link, ofText, page, card)
	if _, given := w.given[LinkHover]; !given && p[Link] != Own(w.deep(p))[Link] {
		p[LinkHover] = hoverOf(p[Link], w.deep(p), card...)
	}
	w.settle(p, LinkHover, ofText, page, card)
	if _, own := w.given[Focus]; !own {
		p[Focus] = p[Link]
	}
	w.settle(p, Focus, ofControl, page, card)
	w.settle(p, Edge, ofControl, p.of(Surface), nil)
	w.settle(p, Danger, ofText, p.of(Surface, DangerTint), p.of(Surface))
	w.settle(p, Success, ofText, p.of(Surface, SuccessTint), p.of(Surface))
	w.settle(p, Warn, ofText, p.of(Surface, WarnTint), p.of(Surface))
	return p
}

// settle moves a colour until it can be read on the whole page; where the page is too many-coloured for that, on the card, whose
// grounds are of one kind, so that something always can. The foot and the notices then have colours of their own (sheet.go).
func (w wishes) settle(p Palette, token Token, least float64, on, instead []Colour) {
	asked := p[token]
	moved, ok := readable(asked, least, on...)
	if !ok && len(instead) > 0 {
		on = instead
		moved, _ = readable(asked, least, on...)
	}
	if p[token] = moved; moved != asked {
		if _, own := w.given[token]; own {
			w.report(token, finding{asked, moved, worst(asked, on...), worst(moved, on...), least})
		}
	}
}

// deep reports whether the card is so dark that light text is read better on it.
func (w wishes) deep(p Palette) bool {
	return Contrast(white(), p[Surface]) > Contrast(black(), p[Surface])
}

// grounds takes what lies under text from the operator, or from whichever of our own palettes fits the card: a dark card has
// the dark one's companions, in the light scheme too.
func (w wishes) grounds() Palette {
	own := Own(w.dark)
	surface, asked := w.given[Surface]
	if !asked {
		surface = own[Surface]
	}
	p := Own(w.dark)
	if asked {
		text := black()
		if Contrast(white(), surface) > Contrast(black(), surface) {
			text = white()
		}
		p = Own(text == white())
		p[Ground], p[Arch1], p[Arch2] = own[Ground], own[Arch1], own[Arch2]
		p[Sunken] = companion(surface, p[Sunken].oklch().l-p[Surface].oklch().l, text)
		p[Surface] = surface
	}
	if ground, ok := w.given[Ground]; ok {
		p[Ground] = ground
		p[Arch1] = companion(ground, own[Arch1].oklch().l-own[Ground].oklch().l, black(), white())
		p[Arch2] = companion(ground, own[Arch2].oklch().l-own[Ground].oklch().l, black(), white())
	}
	for token, c := range w.given {
		if token != Surface && token != Ground {
			p[token] = c
		}
	}
	return p
}

// companion is a shade beside a ground, or the ground itself where none of the given texts could be read on both.
func companion(ground Colour, by float64, texts ...Colour) Colour {
	shade := ground.shifted(by)
	for _, text := range texts {
		if worst(text, ground, shade) >= ofText {
			return shade
		}
	}
	return ground
}

// accents fills in what follows from the brand's colour: steps 1 to 4 of the derivation.
func (w wishes) accents(p Palette) {
	deep := w.deep(p)
	if w.brand != nil {
		b := w.brand.oklch()
		w.unlessGiven(p, Tint, tintOf(b, deep))
		link, _ := readable(darkerOrLighter(*w.brand, deep), ofText, p[Surface], p[Ground], p[Tint], p[Sunken])
		w.unlessGiven(p, Link, link)
		accent := *w.brand
		if w.dark {
			accent = p[Link]
		}
		w.unlessGiven(p, Accent, accent)
	}
	_, ownAccent := w.given[Accent]
	if w.brand != nil || ownAccent {
		w.unlessGiven(p, OnAccent, on(p[Accent]))
	}
	if asked := p[OnAccent]; Contrast(asked, p[Accent]) < ofText {
		p[OnAccent], _ = readable(asked, ofText, p[Accent])
		if _, own := w.given[OnAccent]; own {
			w.report(OnAccent, finding{asked, p[OnAccent], Contrast(asked, p[Accent]), Contrast(p[OnAccent], p[Accent]), ofText})
		}
	}
	hover, active := -.05, -.10
	if w.dark {
		hover, active = .05, .09
	}
	if w.brand != nil || ownAccent {
		w.unlessGiven(p, AccentHover, stepped(p[Accent], p[OnAccent], hover))
		w.unlessGiven(p, AccentActive, stepped(p[Accent], p[OnAccent], active))
	}
	for _, token := range []Token{AccentHover, AccentActive} {
		if asked := p[token]; Contrast(asked, p[OnAccent]) < ofText { // the fill gives way here: the text is one for all states
			p[token], _ = readable(asked, ofText, p[OnAccent])
			if _, own := w.given[token]; own {
				w.report(token, finding{asked, p[token], Contrast(asked, p[OnAccent]), Contrast(p[token], p[OnAccent]), ofText})
			}
		}
	}
}

func (w wishes) unlessGiven(p Palette, token Token, c Colour) {
	if _, own := w.given[token]; !own {
		p[token] = c
	}
}

// tintOf is the wash of the brand's hue behind notices and signs.
func tintOf(b oklch, deep bool) Colour {
	if deep {
		return oklch{.29, min(b.c, .045), b.h}.colour()
	}
	return oklch{.955, min(b.c, .019), b.h}.colour()
}

// darkerOrLighter is where a link's search begins: links of a dark card are looked for among the lighter colours.
func darkerOrLighter(c Colour, deep bool) Colour {
	o := c.oklch()
	if deep {
		o.l = max(o.l, .6)
	}
	return o.colour()
}

// stepped moves a fill by a step of lightness, or by the same step the other way where its text would be lost. One of the two
// keeps it: the text could be read on the fill, and one way leads away from the text.
func stepped(fill, text Colour, by float64) Colour {
	if c := fill.shifted(by); Contrast(c, text) >= ofText {
		return c
	}
	return fill.shifted(-by)
}

// hoverOf is a link under the pointer: a step further from its grounds.
func hoverOf(link Colour, deep bool, grounds ...Colour) Colour {
	by := -.05
	if deep {
		by = .05
	}
	c := link.shifted(by)
	if worst(c, grounds...) < ofText {
		return link
	}
	return c
}
