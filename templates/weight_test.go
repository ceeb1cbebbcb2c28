package templates

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"testing"
)

func gzipped(t *testing.T, data []byte) int {
	t.Helper()
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Len()
}

func gzippedFile(t *testing.T, name string) int {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "static", name))
	if err != nil {
		t.Fatal(err)
	}
	return gzipped(t, data)
}

// TestWeight holds what a sign-in costs over the wire, gzipped.
func TestWeight(t *testing.T) {
	page := gzipped(t, []byte(render(t, page{"signin", SignIn(signIn()), ""})))
	sheet, script := gzippedFile(t, "portico.css"), gzippedFile(t, "portico.js")
	t.Logf("sign-in page %d, style sheet %d, script %d, bench sheet %d bytes", page, sheet, script, gzippedFile(t, "bench.css"))
	if sheet > 5<<10 {
		t.Errorf("portico.css weighs %d bytes, want at most 5 KB", sheet)
	}
	if page+sheet > 10<<10 {
		t.Errorf("page and style sheet weigh %d bytes, want at most 10 KB", page+sheet)
	}
	if script > 4<<10 {
		t.Errorf("portico.js weighs %d bytes, want at most 4 KB", script)
	}
	if full := page + sheet + script; full > 14<<10 {
		t.Errorf("the sign-in page weighs %d bytes in all, want at most 14 KB", full)
	}
}
