package archtest

import (
	"os"
	"path/filepath"
	"testing"
)

// rules are the checks by the name a failure shows.
func rules() map[string]func([]*file) []string {
	return map[string]func([]*file) []string{
		"rooms import downwards":             importsOfRooms,
		"libraries stay in their room":       importsOfOthers,
		"HTTP, environment, clock and exits": forbiddenCalls,
		"names say something":                emptyPackageNames,
		"one package comment":                packageComments,
		"no init":                            initFunctions,
	}
}

func TestHouse(t *testing.T) {
	files, err := load(os.DirFS(moduleRoot(t)))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 10 {
		t.Fatalf("found only %d Go files: this test looks in the wrong place", len(files))
	}
	for name, rule := range rules() {
		t.Run(name, func(t *testing.T) {
			for _, complaint := range rule(files) {
				t.Error(complaint)
			}
		})
	}
}

// moduleRoot is the folder of go.mod, above the folder the test runs in.
func moduleRoot(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		above := filepath.Dir(dir)
		if above == dir {
			t.Fatal("no go.mod above the test")
		}
		dir = above
	}
}
