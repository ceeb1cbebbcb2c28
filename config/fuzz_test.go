package config

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// FuzzLoad: no text makes reading panic; a text is either read or refused with faults; and no value of the environment
// is in the text of a fault.
func FuzzLoad(f *testing.F) {
	for _, pattern := range []string{"testdata/*/*.yaml", "../portico.example.yaml"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			f.Fatal("no seeds", err)
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(data)
		}
	}
	const secret = "kept-out-of-sight"
	env := func(name string) (string, bool) { return secret, strings.HasPrefix(name, "S") }
	f.Fuzz(func(t *testing.T, data []byte) {
		if strings.Contains(string(data), secret) {
			return
		}
		file, err := Parse("portico.yaml", data, env)
		var found *Faults
		switch {
		case err == nil && file == nil:
			t.Error("neither a file nor faults")
		case err == nil:
			for i, p := range file.Pools {
				if faults := p.Declaration.Check(); len(faults) > 0 && len(p.GenerateSecret) == 0 {
					t.Errorf("pool %d was read with faults: %v", i, faults)
				}
			}
		case !errors.As(err, &found) || len(found.List) == 0:
			t.Errorf("an error that is no list of faults: %v", err)
		case strings.Contains(err.Error(), secret):
			t.Errorf("a value of the environment is among the faults: %v", err)
		}
	})
}
