package workbench

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// paste writes a draft as it stands below a pool of the pools file.
func (d *draft) paste(client string) string {
	var b strings.Builder
	list := "ManagedLoginBrandings"
	if d.kind == kindClassic {
		list = "UICustomizations"
	}
	fmt.Fprintf(&b, "%s:\n- ClientId: %s\n", list, strconv.Quote(client))
	logo := "brand/" + d.logoName
	switch d.kind {
	case kindClassic:
		if d.css != "" {
			b.WriteString("  CSS: |\n" + indented("    ", strings.ReplaceAll(d.css, "\r\n", "\n")))
		}
		if d.logo != nil {
			fmt.Fprintf(&b, "  ImageFile: %s\n", strconv.Quote(logo))
		}
	case kindManaged:
		if settings := jsontext.Value(d.settings); settings.Indent(jsontext.WithIndent("  ")) == nil {
			b.WriteString("  Settings:\n" + indented("    ", string(settings)))
		}
		if d.logo != nil {
			fmt.Fprintf(&b, "  Assets:\n  - Category: FORM_LOGO\n    ColorMode: DYNAMIC\n    Extension: %s\n    Bytes: %s\n", extension(d.logoName), strconv.Quote(logo))
		}
	default:
		if d.colour != ownColour() {
			fmt.Fprintf(&b, "  Color: %s\n", strconv.Quote(d.colour))
		}
		if d.logo != nil {
			fmt.Fprintf(&b, "  Logo: %s\n", strconv.Quote(logo))
		}
		if d.radius != "" {
			fmt.Fprintf(&b, "  Radius: %s\n", d.radius)
		}
	}
	return b.String()
}

// indented puts a margin before every line that holds something.
func indented(margin, text string) string {
	var b strings.Builder
	for line := range strings.Lines(strings.TrimRight(text, "\n") + "\n") {
		if strings.TrimSpace(line) != "" {
			b.WriteString(margin)
		}
		b.WriteString(line)
	}
	return b.String()
}
