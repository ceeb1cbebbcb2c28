package templates

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// To look at the pages in a browser:
//
//	go test ./templates -run TestGallery -gallery /some/folder
func galleryFolder() string { return flag.Lookup("gallery").Value.String() }

// TestGallery draws every page and, when a folder is given, leaves them there
// with the style sheets and the script beside them.
func TestGallery(t *testing.T) {
	folder := galleryFolder()
	if folder != "" {
		if err := os.MkdirAll(folder, 0o755); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"portico.css", "account.css", "bench.css", "portico.js", "favicon.svg"} {
			data, err := os.ReadFile(filepath.Join("..", "static", name))
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(folder, name), data, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, p := range append(entryPages(), benchPages()...) {
		html := render(t, p)
		if folder == "" {
			continue
		}
		html = strings.ReplaceAll(html, `"/static/`, `"`)
		if err := os.WriteFile(filepath.Join(folder, p.name+".html"), []byte(html), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func render(t *testing.T, p page) string {
	t.Helper()
	var b bytes.Buffer
	if err := p.draw.Render(context.Background(), &b); err != nil {
		t.Fatalf("%s: %v", p.name, err)
	}
	return b.String()
}
