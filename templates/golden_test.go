package templates

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var (
	update = flag.Bool("update", false, "rewrite the golden files under testdata")
	_      = flag.String("gallery", "", "folder in which to leave every page for looking at")
)

// TestGolden holds every page but the hostile ones to the letter. The hostile
// ones are held by what must not be in them (TestHostile…).
func TestGolden(t *testing.T) {
	for _, p := range append(entryPages(), benchPages()...) {
		if strings.HasSuffix(p.name, "_hostile") {
			continue
		}
		t.Run(p.name, func(t *testing.T) {
			file := filepath.Join("testdata", p.name+".html")
			// One tag a line, so that a difference can be read.
			got := strings.ReplaceAll(render(t, p), "><", ">\n<") + "\n"
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("differs from %s (-want +got); run with -update if it should:\n%s", file, diff)
			}
		})
	}
}
