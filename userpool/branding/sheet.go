package branding

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// sheet writes the rules of a style into the layer brand, which goes before all others.
func (m *managed) sheet() string {
	m.schemes = m.modes()
	for _, s := range m.schemes {
		s.palette = s.wishes().derive()
	}
	rules := &ruleSet{}
	for _, s := range m.schemes {
		s.parts(rules)
	}
	m.shape(rules)
	m.background(rules)
	var b strings.Builder
	writeSchemes(&b, m.schemes)
	b.WriteString(rules.String())
	if b.Len() == 0 {
		return ""
	}
	return "@layer brand{" + b.String() + "}\n"
}

// writeSchemes writes the custom properties of each scheme: those that differ from Portico's own in any of them. What the light one
// sets, the dark one must set too, or it would inherit it.
func writeSchemes(b *strings.Builder, schemes []*scheme) {
	changed := map[Token]bool{}
	for _, s := range schemes {
		own := Own(s.dark)
		for token, c := range s.palette {
			if c != own[token] {
				changed[token] = true
			}
		}
	}
	for i, s := range schemes {
		var all []string
		for _, token := range slices.Sorted(maps.Keys(changed)) {
			all = append(all, fmt.Sprintf("--%s:%s", token, s.palette[token].Hex()))
		}
		for _, p := range s.values {
			all = append(all, "--"+p.name+":"+p.value)
		}
		block := "{" + strings.Join(all, ";") + "}"
		switch {
		case len(all) == 0:
		case i == 0:
			b.WriteString(":root" + block)
		default: // the conditions of the base sheet
			b.WriteString("@media (prefers-color-scheme:dark){:root:not([data-theme=light])" + block + "}:root[data-theme=dark]" + block)
		}
	}
}

// ruleSet is rules in the order they came in, each once: both schemes ask for the same.
type ruleSet struct{ list []string }

func (r *ruleSet) add(rules ...string) {
	for _, rule := range rules {
		if !slices.Contains(r.list, rule) {
			r.list = append(r.list, rule)
		}
	}
}

func (r *ruleSet) String() string { return strings.Join(r.list, "") }

// shape writes what has no colour: corners, places, density.
func (m *managed) shape(rules *ruleSet) {
	var root []string
	for _, c := range []struct {
		path, token string
		most        int
	}{
		{"componentClasses.buttons.borderRadius", "radius", maxControlRadius},
		{"components.form.borderRadius", "radius-card", maxRadius},
		{"components.alert.borderRadius", "radius-notice", maxControlRadius},
		{"componentClasses.dropDown.borderRadius", "radius-panel", maxControlRadius},
	} {
		if n, set := m.settings.radii[c.path]; set {
			root = append(root, "--"+c.token+":"+px(min(n, c.most)))
		}
	}
	if len(root) > 0 {
		rules.add(":root{" + strings.Join(root, ";") + "}")
	}
	if n, set := m.settings.radii["componentClasses.input.borderRadius"]; set {
		rules.add(".input,.code{border-radius:" + px(min(n, maxControlRadius)) + "}")
	}
	m.places(rules)
	if m.settings.choices["categories.global.spacingDensity"] == "COMPACT" {
		rules.add(".rows{gap:.875rem}.btn,.input{min-height:2.5rem}.lockup,.heading{margin-bottom:1.125rem}",
			"@media (min-width:481px){.card{padding:1.75rem}}", "@media (pointer:coarse){.btn,.input{min-height:2.75rem}}")
	}
	if !m.flag("componentClasses.idpButtons.icons.enabled", true) {
		rules.add(".provider>:first-child{visibility:hidden}") // the mark goes, its place stays
	}
}

// places puts card and logo where they are wanted; a phone has room for one place only.
func (m *managed) places(rules *ruleSet) {
	if side := m.settings.choices["categories.form.location.horizontal"]; side == "START" || side == "END" {
		side = strings.ToLower(side)
		rules.add("@media (min-width:768px){.entry>.card{justify-self:" + side + ";margin-inline-" + side + ":clamp(1rem,8vw,7.5rem)}}")
	}
	if side := m.settings.choices["categories.form.location.vertical"]; side == "START" || side == "END" {
		rules.add("@media (min-width:481px){.entry>.card{align-self:" + strings.ToLower(side) + "}}")
	}
	if m.brand.Logo != nil {
		rules.add(logoRule())
		if side := m.settings.choices["components.form.logo.location"]; side == "CENTER" || side == "END" {
			rules.add(".lockup{justify-content:" + strings.ToLower(side) + "}")
		}
	}
	if m.brand.Bar {
		rules.add(".entry{grid-template-rows:auto 1fr auto;padding-top:0}.entry>.card{margin-top:1.5rem}",
			".page-bar{justify-self:stretch;display:flex;align-items:center;min-height:3.5rem;margin-inline:-1rem;padding:.5rem 1.5rem;background:var(--bar);border-bottom:1px solid var(--bar-line)}",
			"@media (max-width:480px){.page-bar{margin:0}.entry>.card{margin-top:0}}")
		if side := m.settings.choices["components.pageHeader.logo.location"]; side == "CENTER" || side == "END" {
			rules.add(".page-bar{justify-content:" + strings.ToLower(side) + "}")
		}
	}
}

// logoRule keeps a logo in its place and in shape. Its size is in the page.
func logoRule() string { return ".logo{display:block;max-width:60%;height:auto;object-fit:contain}" }

// background hangs pictures behind the page and in the card. Over a picture all text stands on something: the card, or a bar at
// the foot, whose white is read on any picture (8.6 at least). Phones load no picture of a page.
func (m *managed) background(rules *ruleSet) {
	page, card := false, false
	for _, s := range m.schemes {
		mode := "LIGHT"
		if s.dark {
			mode = "DARK"
		}
		if p := m.gallery.find("PAGE_BACKGROUND", mode); p != nil && m.flag("components.pageBackground.image.enabled", true) {
			s.set("page-image", `url("`+m.gallery.folder+p.Name+`")`)
			page = true
		}
		if p := m.gallery.find("FORM_BACKGROUND", mode); p != nil && m.flag("components.form.backgroundImage.enabled", true) {
			s.set("card-image", `url("`+m.gallery.folder+p.Name+`")`)
			card = true
		}
	}
	if page {
		rules.add(".entry::before,.entry::after{display:none}",
			"@media (min-width:481px){.entry{background:var(--page-image,none) center/cover no-repeat fixed}"+
				".foot{margin-inline:-1rem;background:#181f26cc}.foot>a,.foot summary,.foot>a:hover,.foot summary:hover{color:#fff}}")
	}
	if card {
		rules.add("@media (min-width:481px){.card{background:linear-gradient(var(--wash),var(--wash)),var(--card-image,none) center/cover no-repeat var(--surface)}}")
	}
}

func (s *scheme) set(name, value string) { s.values = append(s.values, property{name, value}) }
