package branding

import (
	"bytes"
	"fmt"
	"strings"
)

// CompileClassic makes a brand of classic settings: CSS with Cognito's class names, and a logo. Classic pages have one scheme, the
// light one. folder is where the logo will be served. Paths in the report are CSS and ImageFile.
func CompileClassic(sheet string, logo []byte, folder string) (*Brand, Report) {
	var report Report
	classic, wrong := ParseClassic(sheet)
	report.Faults = append(report.Faults, below("CSS", wrong)...)
	report.Warnings = append(report.Warnings, below("CSS", classic.warnings)...)
	b := &Brand{Scheme: "light", Icons: map[string]string{}}
	if len(logo) > 0 {
		p, err := classicLogo(logo)
		if err != nil {
			report.Faults = append(report.Faults, Fault{"ImageFile", err.Error()})
		} else {
			b.Pictures, b.Logo = []*Picture{p}, fit(p, folder, classicWidth, classicHeight)
		}
	}
	if len(report.Faults) > 0 {
		return nil, report
	}
	c := &classicSheet{classic: classic, palette: Own(false)}
	b.CSS = c.sheet(b.Logo != nil)
	report.Warnings = append(report.Warnings, below("CSS", c.warnings)...)
	return b, report
}

// classicLogo takes PNG and JPEG, as Cognito does.
func classicLogo(data []byte) (*Picture, error) {
	if len(data) > MaxClassic {
		return nil, fmt.Errorf("has %d bytes; %d are the limit", len(data), MaxClassic)
	}
	kind := "JPEG"
	if bytes.HasPrefix(data, []byte("\x89PNG")) {
		kind = "PNG"
	}
	p, err := newPicture(kind, data)
	if err != nil {
		return nil, fmt.Errorf("bytes %w; PNG and JPEG are taken", err)
	}
	return p, nil
}

// classicSheet writes understood rules into the layer classic.
type classicSheet struct {
	classic  *Classic
	palette  Palette
	warnings faults
}

// last is the last colour that a class declares for a property in a state; a state that declares none has that at rest.
func (c *classicSheet) last(class, state, property string) (translucent, bool) {
	var found translucent
	ok, exact := false, false
	for _, r := range c.classic.rules {
		if r.class != class || r.state != "" && r.state != state || exact && r.state != state {
			continue
		}
		for _, d := range r.declared {
			if d.property == property && d.colour != nil {
				found, ok, exact = *d.colour, true, exact || r.state == state
			}
		}
	}
	return found, ok
}

// sheet settles the card's ground first, since all else stands on it.
func (c *classicSheet) sheet(logo bool) string {
	var b strings.Builder
	if card, set := c.last("background", "", "background-color"); set {
		w := wishes{given: map[Token]Colour{Surface: card.over(c.palette[Surface])}, report: func(Token, finding) {}}
		c.palette = w.derive()
		var all []string
		for _, token := range sortedTokens(c.palette) {
			if c.palette[token] != Own(false)[token] {
				all = append(all, fmt.Sprintf("--%s:%s", token, c.palette[token].Hex()))
			}
		}
		if len(all) > 0 {
			b.WriteString(":root{" + strings.Join(all, ";") + "}")
		}
	}
	if logo {
		b.WriteString(".logo{display:block;max-width:100%;height:auto;object-fit:contain}.lockup{justify-content:center}")
	}
	for _, r := range c.classic.rules {
		c.rule(&b, r)
	}
	b.WriteString(c.touched())
	if b.Len() == 0 {
		return ""
	}
	return "@layer classic{" + b.String() + "}\n"
}

// rule writes one rule, with a text that can be read on its grounds whether the rule sets one of them or both.
func (c *classicSheet) rule(b *strings.Builder, r classicRule) {
	var written []string
	grounds := c.grounds(r.class, r.state)
	colours, filled := false, false
	for _, d := range r.declared {
		switch {
		case d.property == "display" && r.class == "idpDescription": // it stands between two lines
		case d.colour == nil:
			written = append(written, d.property+":"+d.value)
		case d.property == "border-color":
			asked := d.colour.over(c.palette[Surface])
			drawn := asked
			if r.class == "inputField" {
				drawn, _ = readable(asked, ofControl, c.palette[Surface])
				c.tell(r, d.property, asked, drawn, ofControl, c.palette[Surface])
			}
			written = append(written, "border-color:"+drawn.Hex())
		case d.property == "background-color":
			written, colours, filled = append(written, "background-color:"+grounds[0].Hex()), true, true
			if _, edged := c.last(r.class, r.state, "border-color"); r.class == "submitButton" && !edged { // ours has its fill's
				written = append(written, "border-color:"+grounds[0].Hex())
			}
		default:
			colours = true
		}
	}
	if colours && r.class != "background" && r.class != "logo" {
		asked := c.text(r.class, r.state, grounds[0])
		drawn, _ := readable(asked, ofText, grounds...)
		c.tell(r, "color", asked, drawn, ofText, grounds...)
		written = append(written, "color:"+drawn.Hex())
	}
	selector := "." + r.class + "-customizable" + colon(r.state)
	if r.class == "inputField" {
		selector += ":not(.code *)" // the digits of a code stand in a box that is drawn apart
	}
	if len(written) > 0 {
		b.WriteString(selector + "{" + strings.Join(written, ";") + "}")
	}
	switch r.class {
	case "background", "logo", "submitButton", "inputField", "idpButton", "socialButton":
	case "errorMessage", "banner":
		filled = filled || colours
		fallthrough
	default:
		if filled { // what stands in it has a colour of its own, for another ground
			b.WriteString(selector + " :is(a,b,.i,.app,.quiet){color:inherit}")
		}
	}
}

func colon(state string) string {
	if state == "" {
		return ""
	}
	return ":" + state
}

// grounds are what the text of a class stands on: what the sheet says, or what our own sheet does, hover and press included where
// the sheet leaves them to us.
func (c *classicSheet) grounds(class, state string) []Colour {
	own := c.palette.of(ownGrounds(class, state)...)
	if asked, set := c.last(class, state, "background-color"); set {
		return []Colour{asked.over(own[0])}
	}
	return own
}

func ownGrounds(class, state string) []Token {
	var rest, hover, active Token
	switch class {
	case "submitButton":
		rest, hover, active = Accent, AccentHover, AccentActive
	case "idpButton", "socialButton":
		rest, hover, active = Surface, Sunken, Line
	case "errorMessage":
		return []Token{DangerTint}
	default:
		return []Token{Surface}
	}
	switch state {
	case "hover":
		return []Token{hover}
	case "active":
		return []Token{active}
	}
	return []Token{rest, hover, active}
}

func (c *classicSheet) text(class, state string, ground Colour) Colour {
	if asked, set := c.last(class, state, "color"); set {
		return asked.over(ground)
	}
	token := map[string]Token{
		"submitButton": OnAccent, "textDescription": Ink2, "idpDescription": Ink2, "legalText": Ink2, "redirect": Ink2, "errorMessage": Ink2,
		"passwordCheck-notValid": Danger,
	}[class]
	if token == "" {
		token = Ink
	}
	return c.palette[token]
}

func (c *classicSheet) tell(r classicRule, property string, asked, drawn Colour, least float64, grounds ...Colour) {
	if asked != drawn {
		c.warnings.add("", ".%s-customizable%s: %s %s has a contrast of %.2f on %s, and %.1f is the least: it is drawn as %s, with %.2f",
			r.class, colon(r.state), property, asked.Hex(), floor(worst(asked, grounds...)), grounds[0].Hex(), least, drawn.Hex(), floor(worst(drawn, grounds...)))
	}
}

// touched lets controls that were given a height grow under fingers, and keeps the edge of a field with a fault.
func (c *classicSheet) touched() string {
	high, edged := false, false
	for _, r := range c.classic.rules {
		for _, d := range r.declared {
			high = high || d.property == "min-height"
			edged = edged || r.class == "inputField" && d.property == "border-color"
		}
	}
	rules := ""
	if high {
		rules += "@media (pointer:coarse){.submitButton-customizable,.inputField-customizable,.idpButton-customizable,.socialButton-customizable{min-height:2.75rem}}"
	}
	if edged {
		rules += ".input[aria-invalid][aria-invalid]{border-color:var(--danger)}"
	}
	return rules
}
