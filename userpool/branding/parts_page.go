package branding

import (
	"fmt"
	"math"
)

// bars are the optional ones at the top and at the foot of a page.
func (s *scheme) bars(rules *ruleSet) {
	if s.brand.Bar {
		s.set("bar", s.fillOf("components.pageHeader.%s.background.color", s.palette[Surface]).Hex())
		s.set("bar-line", s.fillOf("components.pageHeader.%s.borderColor", s.palette[Line]).Hex())
	}
	if s.flag("categories.global.pageFooter.enabled", false) {
		fill := s.fillOf("components.pageFooter.%s.background.color", s.palette[Surface])
		s.set("foot", fill.Hex())
		s.set("foot-line", s.fillOf("components.pageFooter.%s.borderColor", s.palette[Line]).Hex())
		s.text("on-foot", "", s.palette[Ink3], fill)
		rules.add("@media (min-width:481px){.foot{margin-inline:-1rem;background:var(--foot);border-top:1px solid var(--foot-line)}}", footRule())
	}
}

// foot: the links at the foot stand on the page's ground, and the arches reach down to them. Where the card and the ground are of
// two kinds, no one colour is read on both.
func (s *scheme) foot(rules *ruleSet) {
	lost := func(s *scheme) bool {
		ground := s.palette.of(Ground, Arch1, Arch2)
		return worst(s.palette[Ink3], ground...) < ofText || worst(s.palette[Ink], ground...) < ofText
	}
	if s.flag("categories.global.pageFooter.enabled", false) || !s.any(lost) {
		return
	}
	c, _ := readable(s.palette[Ink3], ofText, s.palette.of(Ground, Arch1, Arch2)...)
	s.set("on-foot", c.Hex())
	rules.add(footRule())
	// A page without a card has its text on the ground itself: it takes the card's.
	rules.add("html:has(body:not(.entry)){background:var(--sunken)}")
}

// footRule colours the links at the foot; on a phone they stand on the card's ground.
func footRule() string {
	return "@media (min-width:481px){.foot>a,.foot summary,.foot>a:hover,.foot summary:hover{color:var(--on-foot)}}"
}

// notices: a fill of another kind than the card's has a text of its own.
func (s *scheme) notices(rules *ruleSet) {
	for _, n := range []struct {
		class      string
		tint, icon Token
	}{{"bad", DangerTint, Danger}, {"good", SuccessTint, Success}, {"care", WarnTint, Warn}} {
		for _, token := range []Token{Ink, Ink2, Link, LinkHover, n.icon} {
			lost := func(s *scheme) bool { return Contrast(s.palette[token], s.palette[n.tint]) < ofText }
			if !s.any(lost) {
				continue
			}
			c, _ := readable(s.palette[token], ofText, s.palette[n.tint])
			s.set(n.class+"-"+string(token), c.Hex())
			rules.add(fmt.Sprintf(".%s{--%s:var(--%[1]s-%[2]s)}", n.class, token))
		}
	}
}

// wash covers a picture in the card so far that every text can be read on it, whatever the picture: 92 % of the card's ground, or
// more where that is not enough.
func (s *scheme) wash() {
	if s.gallery.find("FORM_BACKGROUND", "LIGHT") == nil && s.gallery.find("FORM_BACKGROUND", "DARK") == nil {
		return
	}
	const least, all = 235, 255
	texts := []Token{Ink, Ink2, Ink3, Link, LinkHover}
	for alpha := least; ; alpha++ {
		under := translucent{s.palette[Surface], float64(alpha) / all}
		shades := []Colour{under.over(black()), under.over(white())}
		fine := math.Inf(1)
		for _, token := range texts {
			fine = min(fine, worst(s.palette[token], shades...))
		}
		if fine >= ofText || alpha == all {
			s.set("wash", fmt.Sprintf("%s%02x", s.palette[Surface].Hex(), alpha))
			return
		}
	}
}
