package branding

import (
	"math"
	"math/rand/v2"
	"testing"
)

// drawnPair is a text or a mark on what it stands on, as the sheet draws it.
type drawnPair struct {
	what  string
	c, on Colour
	least float64
}

// drawnPairs are all pairs of a palette that a card shows.
func drawnPairs(p Palette) []drawnPair {
	var list []drawnPair
	add := func(least float64, inks, grounds []Token) {
		for _, ink := range inks {
			for _, ground := range grounds {
				list = append(list, drawnPair{string(ink) + " on " + string(ground), p[ink], p[ground], least})
			}
		}
	}
	add(ofText, []Token{Ink, Ink2, Ink3, Link, LinkHover}, []Token{Surface, Sunken, Tint})
	add(ofText, []Token{OnAccent}, []Token{Accent, AccentHover, AccentActive})
	add(ofText, []Token{Danger, Success, Warn}, []Token{Surface})
	add(ofControl, []Token{Edge, Focus}, []Token{Surface})
	add(ofControl, []Token{Focus}, []Token{Sunken, Tint})
	return list
}

func holdPairs(t *testing.T, about any, list []drawnPair) {
	t.Helper()
	for _, pair := range list {
		if got := Contrast(pair.c, pair.on); got < pair.least {
			t.Fatalf("%v: %s: %s on %s is %.3f, want %.1f", about, pair.what, pair.c.Hex(), pair.on.Hex(), got, pair.least)
		}
	}
}

func randomColour(r *rand.Rand) Colour {
	return Colour{uint8(r.UintN(256)), uint8(r.UintN(256)), uint8(r.UintN(256))}
}

func quiet(Token, finding) {}

// Any brand colour at all gives a page that can be read, in both schemes, also over the page's own ground.
func TestEveryBrandColourCanBeRead(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 4000 {
		brand := randomColour(r)
		for _, dark := range []bool{false, true} {
			w := wishes{dark: dark, brand: &brand, given: map[Token]Colour{}, report: quiet}
			if !dark {
				w.given[Accent] = brand
			}
			p := w.derive()
			pairs := drawnPairs(p)
			for _, ink := range []Token{Ink, Ink2, Ink3, Link, LinkHover} {
				for _, ground := range []Token{Ground, Arch1, Arch2} {
					pairs = append(pairs, drawnPair{string(ink) + " on " + string(ground), p[ink], p[ground], ofText})
				}
			}
			for _, notice := range [][2]Token{{Danger, DangerTint}, {Success, SuccessTint}, {Warn, WarnTint}, {Ink, DangerTint}, {Ink2, WarnTint}} {
				pairs = append(pairs, drawnPair{string(notice[0]) + " on its tint", p[notice[0]], p[notice[1]], ofText})
			}
			holdPairs(t, [2]any{brand.Hex(), dark}, pairs)
			if !dark && p[Accent] != brand {
				t.Fatalf("%s: the accent became %s", brand.Hex(), p[Accent].Hex())
			}
		}
	}
}

// Whatever an operator sets, each colour by itself, what stands on the card can be read, and what stands on the ground beside it has
// a colour that can.
func TestEveryChoiceOfColoursCanBeRead(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	tokens := sortedTokens(Own(false))
	for range 1500 {
		w := wishes{dark: r.UintN(2) == 0, given: map[Token]Colour{}, report: quiet}
		for range 1 + r.IntN(8) {
			w.given[tokens[r.IntN(len(tokens))]] = randomColour(r)
		}
		delete(w.given, Tint) // derived alone: no setting names them
		delete(w.given, Sunken)
		delete(w.given, Arch1)
		delete(w.given, Arch2)
		if accent, set := w.given[Accent]; set {
			w.brand = &accent
		}
		p := w.derive()
		holdPairs(t, w.given, drawnPairs(p))
		foot, ok := readable(p[Ink3], ofText, p.of(Ground, Arch1, Arch2)...)
		if !ok {
			t.Fatalf("%v: nothing can be read at the foot: %v on %v", w.given, foot, p.of(Ground, Arch1, Arch2))
		}
		for _, tint := range []Token{DangerTint, SuccessTint, WarnTint} {
			if _, ok := readable(p[Ink], ofText, p[tint]); !ok {
				t.Fatalf("%v: nothing can be read on %s", w.given, p[tint].Hex())
			}
		}
	}
}

// The steps of the design, by their numbers.
func TestDerivationOfAColour(t *testing.T) {
	brand, _ := ParseHex("#b3400f")
	light := wishes{brand: &brand, given: map[Token]Colour{Accent: brand}, report: quiet}.derive()
	for token, want := range map[Token]string{Accent: "#b3400f", OnAccent: "#ffffff"} {
		if got := light[token].Hex(); got != want {
			t.Errorf("%s is %s, want %s", token, got, want)
		}
	}
	for token, by := range map[Token]float64{AccentHover: -.05, AccentActive: -.10} {
		if got := light[token].oklch().l - brand.oklch().l; math.Abs(got-by) > .005 {
			t.Errorf("%s is %.3f from the accent, want %.2f", token, got, by)
		}
	}
	tint := light[Tint].oklch()
	if math.Abs(tint.l-.955) > .005 || tint.c > .02 || math.Abs(tint.h-brand.oklch().h) > .1 {
		t.Errorf("tint %+v", tint)
	}
	dark := wishes{dark: true, brand: &brand, given: map[Token]Colour{}, report: quiet}.derive()
	if dark[Accent] != dark[Link] || dark[OnAccent] == white() {
		t.Errorf("the dark accent is %s, the dark link %s, on it %s", dark[Accent].Hex(), dark[Link].Hex(), dark[OnAccent].Hex())
	}
	if l := dark[Tint].oklch().l; math.Abs(l-.29) > .005 {
		t.Errorf("dark tint %.3f", l)
	}
}

// A light brand keeps its fill; its text is dark and the card does not swallow it.
func TestLightBrandKeepsItsFill(t *testing.T) {
	for colour, want := range map[string]Colour{"#ffe600": night(), "#ffffff": night(), "#767676": white(), "#808080": night(), "#7a7a7a": black()} {
		c, _ := ParseHex(colour)
		if got := on(c); Contrast(got, c) < ofText {
			t.Errorf("%s on %s: %.2f", got.Hex(), colour, Contrast(got, c))
		} else if got != want && Contrast(want, c) >= ofText {
			t.Errorf("on %s: %s, want %s", colour, got.Hex(), want.Hex())
		}
	}
}

// Portico's own palette passes unchanged: where nothing was set, nothing moves.
func TestOwnPaletteStays(t *testing.T) {
	for _, dark := range []bool{false, true} {
		got, own := wishes{dark: dark, given: map[Token]Colour{}, report: quiet}.derive(), Own(dark)
		for _, token := range sortedTokens(own) {
			if got[token] != own[token] {
				t.Errorf("dark %v: %s became %s from %s", dark, token, got[token].Hex(), own[token].Hex())
			}
		}
	}
}

func TestColoursThereAndBack(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 5000 {
		c := randomColour(r)
		if back := c.oklch().colour(); back != c {
			t.Fatalf("%s becomes %s", c.Hex(), back.Hex())
		}
	}
	if got := Contrast(white(), black()); math.Abs(got-21) > 1e-9 {
		t.Errorf("white on black is %f", got)
	}
	if got := Contrast(Own(false)[Link], white()); math.Abs(got-7.2) > .05 {
		t.Errorf("the design's link is %.2f", got)
	}
}
