package branding

import "fmt"

// parts gives the pieces of a page that the settings name apart their own colours, and those that could not share the page's a
// colour that can be read where they stand.
func (s *scheme) parts(rules *ruleSet) {
	s.texts(rules)
	s.buttons(rules, "secondary", "components.secondaryButton.{mode}", ".btn:not(.primary,.provider)")
	s.buttons(rules, "provider", "components.idpButton.standard.{mode}", ".provider")
	s.primary(rules)
	s.field(rules)
	s.menu(rules)
	s.bars(rules)
	s.notices(rules)
	s.foot(rules)
	s.wash()
	if s.named("components.form.%s.borderColor") {
		line, set := s.colour("components.form.{mode}.borderColor", s.palette[Surface])
		if !set {
			line = s.palette[Line]
		}
		s.set("card-line", line.Hex())
		rules.add(".card{border-color:var(--card-line)}")
	}
}

// named reports whether either scheme of the style sets a colour: its rule is for both.
func (m *managed) named(path string) bool {
	for _, mode := range []string{"lightMode", "darkMode"} {
		if _, set := m.settings.colours[fmt.Sprintf(path, mode)]; set {
			return true
		}
	}
	return false
}

// text sets a colour of text, moved until it can be read on what it stands on.
func (s *scheme) text(name, path string, otherwise Colour, grounds ...Colour) {
	asked, set := s.colour(path, grounds[0])
	if !set {
		asked = otherwise
	}
	c, _ := readable(asked, ofText, grounds...)
	if set && c != asked {
		s.warn(s.path(path), finding{asked, c, worst(asked, grounds...), worst(c, grounds...), ofText})
	}
	s.set(name, c.Hex())
}

// texts are headings, labels and hints.
func (s *scheme) texts(rules *ruleSet) {
	for _, t := range []struct {
		path, name, rule string
		otherwise        Token
	}{
		{"components.pageText.%s.headingColor", "heading", ".card :is(h1,h2){color:var(--heading)}", Ink},
		{"componentClasses.inputLabel.%s.textColor", "label", ".field>label{color:var(--label)}", Ink},
		{"componentClasses.inputDescription.%s.textColor", "hint", ".hint{color:var(--hint)}", Ink2},
		{"componentClasses.statusIndicator.%s.pending.indicatorColor", "pending", ".rules li:not(.met,.missing) .i{color:var(--pending)}", Ink3},
	} {
		if s.named(t.path) {
			s.text(t.name, fmt.Sprintf(t.path, "{mode}"), s.palette[t.otherwise], s.palette[Surface])
			rules.add(t.rule)
		}
	}
}

// buttons are the fill, text and edge of a kind of button in its three states.
func (s *scheme) buttons(rules *ruleSet, name, path, selector string) {
	format := path[:len(path)-len("{mode}")] + "%s"
	named := false
	for _, state := range []string{".defaults", ".hover", ".active"} {
		for _, part := range []string{".backgroundColor", ".textColor", ".borderColor"} {
			named = named || s.named(format+state+part)
		}
	}
	if !named {
		return
	}
	fill, own := s.colour(path+".defaults.backgroundColor", s.palette[Surface])
	if !own {
		fill = s.palette[Surface]
	}
	for _, state := range []struct {
		path, suffix, pseudo string
		fill, edge           Token
		by                   float64
	}{{".defaults", "", "", Surface, Line2, 0}, {".hover", "-hover", ":hover", Sunken, Edge, -.03}, {".active", "-active", ":active", Line, Edge, -.06}} {
		ground, set := s.colour(path+state.path+".backgroundColor", s.palette[Surface])
		switch {
		case !set && own && state.by != 0:
			ground = stepped(fill, on(fill), state.by)
		case !set:
			ground = s.palette[state.fill]
		}
		edge, set := s.colour(path+state.path+".borderColor", s.palette[Surface])
		if !set {
			edge = s.palette[state.edge]
		}
		s.set(name+state.suffix, ground.Hex())
		s.set(name+state.suffix+"-edge", edge.Hex())
		text := s.palette[Ink]
		if c, set := s.colour(path+".defaults.textColor", ground); set {
			text = c
		}
		s.text("on-"+name+state.suffix, path+state.path+".textColor", text, ground)
		rules.add(fmt.Sprintf("%s%s{background:var(--%s%s);color:var(--on-%[3]s%[4]s);border-color:var(--%[3]s%[4]s-edge)}", selector, state.pseudo, name, state.suffix))
	}
}

// primary: a fill that the card swallows gets an edge; states may have a text of their own.
func (s *scheme) primary(rules *ruleSet) {
	swallowed := func(s *scheme) bool { return Contrast(s.palette[Accent], s.palette[Surface]) < 1.5 }
	if s.any(swallowed) {
		edge := s.palette[Accent]
		if swallowed(s) {
			edge = s.palette[Edge]
		}
		s.set("accent-edge", edge.Hex())
		rules.add(".primary{border-color:var(--accent-edge)}")
	}
	for _, state := range []struct {
		name, setting string
		fill          Token
	}{{"hover", "hover", AccentHover}, {"active", "active", AccentActive}} {
		if path := "components.primaryButton.%s." + state.setting + ".textColor"; s.named(path) {
			s.text("on-accent-"+state.name, fmt.Sprintf(path, "{mode}"), s.palette[OnAccent], s.palette[state.fill])
			rules.add(".primary:" + state.name + "{color:var(--on-accent-" + state.name + ")}")
		}
	}
}

// field is the fill of inputs; what is typed and the edge can be told from it.
func (s *scheme) field(rules *ruleSet) {
	const path = "componentClasses.input.%s.defaults.backgroundColor"
	if !s.named(path) {
		return
	}
	fill, set := s.colour(fmt.Sprintf(path, "{mode}"), s.palette[Surface])
	if !set {
		fill = s.palette[Surface]
	}
	s.set("field", fill.Hex())
	typed, _ := readable(s.palette[Ink], ofText, fill)
	s.set("on-field", typed.Hex())
	if edge, ok := readable(s.palette[Edge], ofControl, s.palette[Surface], fill); ok {
		s.palette[Edge] = edge
	}
	rules.add(".input,.code{background-color:var(--field)}.input,.show{color:var(--on-field)}.code .input{background-color:transparent}")
}

// menu is the list of languages.
func (s *scheme) menu(rules *ruleSet) {
	const path = "componentClasses.dropDown.%s."
	named := false
	for _, part := range []string{"defaults.itemBackgroundColor", "hover.itemBackgroundColor", "hover.itemTextColor", "match.itemBackgroundColor", "match.itemTextColor"} {
		named = named || s.named(path+part)
	}
	if !named {
		return
	}
	fill := s.fillOf(path+"defaults.itemBackgroundColor", s.palette[Surface])
	over := s.fillOf(path+"hover.itemBackgroundColor", fill)
	match := s.fillOf(path+"match.itemBackgroundColor", fill)
	s.set("menu", fill.Hex())
	s.set("menu-hover", over.Hex())
	s.set("menu-match", match.Hex())
	s.text("on-menu", "", s.palette[Ink3], fill)
	s.text("on-menu-hover", fmt.Sprintf(path+"hover.itemTextColor", "{mode}"), s.palette[Ink], over)
	s.text("on-menu-match", fmt.Sprintf(path+"match.itemTextColor", "{mode}"), s.palette[Ink], match)
	rules.add(".languages form{background:var(--menu)}.languages button{color:var(--on-menu)}",
		".languages [aria-current]{background:var(--menu-match);color:var(--on-menu-match)}",
		".languages button:hover{background:var(--menu-hover);color:var(--on-menu-hover)}")
}

// fillOf is a fill of the settings in this scheme, or another.
func (s *scheme) fillOf(format string, otherwise Colour) Colour {
	if c, set := s.colour(fmt.Sprintf(format, "{mode}"), otherwise); set {
		return c
	}
	return otherwise
}
