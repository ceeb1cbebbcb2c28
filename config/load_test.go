package config

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// noEnv is an environment without variables.
func noEnv(string) (string, bool) { return "", false }

// testEnv is the environment of the files in testdata.
func testEnv(name string) (string, bool) {
	value, set := map[string]string{
		"SMTP_PASSWORD": "hunter2hunter2", "SUPPORT": "help@example.com", "WORD": "word", "SMTP_PORT": "2525", "YES": "true",
		"SHORT_SECRET": "hunter2hunter2", "CLIENT_SECRET": "abcdefghijklmnopqrstuvwxyz012345", "NESTED": "${SUPPORT}", "EMPTY": "",
	}[name]
	return value, set
}

// TestEveryFaultAtOnce: each bad file gives exactly the faults beside it, in order of lines.
func TestEveryFaultAtOnce(t *testing.T) {
	files, err := filepath.Glob("testdata/bad/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal("no files", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			got, err := Load(file, testEnv)
			var found *Faults
			if got != nil || !errors.As(err, &found) {
				t.Fatalf("Load gave %v, %v; want *Faults", got, err)
			}
			golden(t, strings.TrimSuffix(file, ".yaml")+".txt", found.Error()+"\n")
			// Every secret in these files is hunter2 in some form.
			if strings.Contains(found.Error(), "hunter2") {
				t.Error("a secret is in the text of a fault")
			}
		})
	}
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs (-want +got):\n%s", file, diff)
	}
}
