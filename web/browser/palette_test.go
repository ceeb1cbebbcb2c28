package browser

import (
	"regexp"
	"strings"
	"testing"

	"portico/static"
	"portico/userpool/branding"
)

// The palette that looks are derived from is the one the sheet has, in each of its three blocks.
func TestPaletteIsTheSheets(t *testing.T) {
	sheet := string(static.New().Read("portico.css"))
	declared := regexp.MustCompile(`--([a-z0-9-]+): (#[0-9a-f]{3,6});`)
	light := map[string]string{}
	for begin, dark := range map[string]bool{":root {": false, ":root:not([data-theme=light]) {": true, ":root[data-theme=dark] {": true} {
		_, rest, found := strings.Cut(sheet, begin)
		block, _, _ := strings.Cut(rest, "}")
		if !found {
			t.Fatalf("no block %s", begin)
		}
		values := map[string]string{}
		for _, m := range declared.FindAllStringSubmatch(block, -1) {
			values[m[1]] = m[2]
		}
		if !dark {
			light = values
		}
		for token, own := range branding.Own(dark) {
			written := values[string(token)]
			if token == branding.Focus { // var(--link)
				written = values["link"]
			}
			got, ok := branding.ParseHex(written)
			if !ok || got != own {
				t.Errorf("%s: --%s is %s, and %s in branding", begin, token, written, own.Hex())
			}
		}
	}
	for token := range light {
		if _, known := branding.Own(false)[branding.Token(token)]; !known {
			t.Errorf("--%s is a colour of the sheet and none of the contract", token)
		}
	}
}
