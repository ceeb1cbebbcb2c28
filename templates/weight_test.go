package templates

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"portico/words"
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

// TestWeightInEveryLanguage: one language is sent, and the choice of all of
// them costs little, however long the request that it keeps.
func TestWeightInEveryLanguage(t *testing.T) {
	sheet := gzippedFile(t, "portico.css")
	for _, code := range words.Codes() {
		v := signIn()
		v.Words = words.Book{}.For("", code)
		v.Languages = &LanguageChoice{Action: "/login", Fields: []Hidden{{"state", strings.Repeat("kW3x", 500)}, {"client_id", "4k2m"}, {"redirect_uri", "https://app.example/callback"}}}
		for _, other := range words.Codes() {
			l, _ := words.Find(other)
			v.Languages.List = append(v.Languages.List, LanguageOption{l.Code, l.Name})
		}
		page := gzipped(t, []byte(render(t, page{code, SignIn(v), ""})))
		t.Logf("%s: %d bytes", code, page)
		if page+sheet > 10<<10 {
			t.Errorf("%s: page and style sheet weigh %d bytes, want at most 10 KB", code, page+sheet)
		}
	}
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
