package branding

import (
	"fmt"
	"strings"
)

// Simple is a look in its simplest form: all else is derived.
type Simple struct {
	Colour *Colour // of the primary button; nil keeps Portico's blue
	Radius *int    // of card, buttons and inputs, in CSS pixels; nil keeps Portico's
}

// ParseColour reads a colour as people write it: #rgb, #rrggbb, or managed login's RRGGBBAA, of which the opacity is dropped.
func ParseColour(text string) (Colour, bool) {
	if c, ok := parseRGBA(text); ok {
		return c.Colour, true
	}
	return ParseHex(strings.ToLower(text))
}

// Settings writes the look as a document of managed login.
func (s Simple) Settings() []byte {
	var classes, components []string
	if s.Radius != nil {
		for _, class := range []string{"buttons", "dropDown", "input"} {
			classes = append(classes, fmt.Sprintf(`%q:{"borderRadius":%d}`, class, *s.Radius))
		}
		components = append(components, fmt.Sprintf(`"form":{"borderRadius":%d}`, *s.Radius))
	}
	if s.Colour != nil {
		components = append(components, fmt.Sprintf(`"primaryButton":{"lightMode":{"defaults":{"backgroundColor":%q}}}`, strings.TrimPrefix(s.Colour.Hex(), "#")+"ff"))
	}
	var groups []string
	if len(classes) > 0 {
		groups = append(groups, `"componentClasses":{`+strings.Join(classes, ",")+"}")
	}
	if len(components) > 0 {
		groups = append(groups, `"components":{`+strings.Join(components, ",")+"}")
	}
	return []byte("{" + strings.Join(groups, ",") + "}")
}
