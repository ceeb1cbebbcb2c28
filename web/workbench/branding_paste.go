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
	switch d.kind {
	case kindClassic:
		if d.css != "" {
			b.WriteString("  CSS: |\n" + indented("    ", strings.ReplaceAll(d.css, "\r\n", "\n")))
		}
		if d.logo.name != "" {
			fmt.Fprintf(&b, "  ImageFile: %s\n", beside(d.logo.name))
		}
	case kindManaged:
		if settings := jsontext.Value(d.settings); settings.Indent(jsontext.WithIndent("  ")) == nil {
			b.WriteString("  Settings:\n" + indented("    ", string(settings)))
		}
		for i, p := range d.pictures() {
			if i == 0 {
				b.WriteString("  Assets:\n")
			}
			fmt.Fprintf(&b, "  - Category: %s\n    ColorMode: DYNAMIC\n    Extension: %s\n    Bytes: %s\n", p[0], extension(p[2]), beside(p[2]))
		}
	default:
		if d.colour != ownColour() {
			fmt.Fprintf(&b, "  Color: %s\n", strconv.Quote(d.colour))
		}
		for _, p := range d.pictures() {
			fmt.Fprintf(&b, "  %s: %s\n", p[1], beside(p[2]))
		}
		if d.radius != "" {
			fmt.Fprintf(&b, "  Radius: %s\n", d.radius)
		}
	}
	return b.String()
}

// beside is the path of a picture in a folder beside the pools file.
func beside(name string) string { return strconv.Quote("brand/" + name) }

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
