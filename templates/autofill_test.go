package templates

import (
	"strings"
	"testing"

	"portico/internal/autofill"
)

// TestAutofill: every field of every page says what it is, to password managers and to phones' keyboards.
func TestAutofill(t *testing.T) {
	for _, p := range entryPages() {
		if strings.HasSuffix(p.name, "_hostile") || strings.HasSuffix(p.name, "_empty") {
			continue // no program draws them
		}
		for _, fault := range autofill.Faults(render(t, p)) {
			t.Errorf("%s: %s", p.name, fault)
		}
	}
}
