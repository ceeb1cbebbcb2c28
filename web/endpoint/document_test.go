package endpoint

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// ask sends a document as a machine endpoint does, which forbids to cache before the handler runs.
func ask(d *documents, method, body string, headers ...string) *http.Response {
	r, w := httptest.NewRequest(method, "/", nil), httptest.NewRecorder()
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Pragma", "no-cache")
	w.Header().Set("Expires", "0")
	d.send(w, r, "name", jsonType, []byte(body))
	return w.Result()
}

func bodyOf(t *testing.T, r *http.Response) string {
	t.Helper()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// text is long enough to be worth compressing.
const (
	text = `{"keys":[` + some + some + some + some + `]}`
	some = `{"kid":"a","kty":"RSA","e":"AQAB","use":"sig","alg":"RS256"},`
)

func TestDocumentMayBeCached(t *testing.T) {
	r := ask(&documents{}, http.MethodGet, text)
	for name, want := range map[string]string{
		"Cache-Control": "public, max-age=300", "Pragma": "", "Expires": "", "Vary": "Accept-Encoding", "Content-Encoding": "",
		"Content-Type": "application/json;charset=UTF-8",
	} {
		if got := r.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if r.StatusCode != http.StatusOK || bodyOf(t, r) != text || r.Header.Get("ETag") == "" {
		t.Errorf("status %d, tag %q", r.StatusCode, r.Header.Get("ETag"))
	}
}

func TestDocumentIsCompressedForWhoAsks(t *testing.T) {
	r := ask(&documents{}, http.MethodGet, text, "Accept-Encoding", "br;q=1, gzip;q=0.5")
	if r.Header.Get("Content-Encoding") != "gzip" || r.ContentLength >= int64(len(text)) {
		t.Fatalf("encoding %q, %d bytes", r.Header.Get("Content-Encoding"), r.ContentLength)
	}
	z, err := gzip.NewReader(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(z); err != nil || !bytes.Equal(got, []byte(text)) {
		t.Errorf("another document (%v)", err)
	}
	if r := ask(&documents{}, http.MethodGet, text, "Accept-Encoding", "gzip;q=0"); r.Header.Get("Content-Encoding") != "" {
		t.Error("compressed for a client that refuses it")
	}
}

// TestRFC9110KnownDocumentIsNotSentAgain: §13.1.2, and §15.4.5 for what a 304 carries.
func TestRFC9110KnownDocumentIsNotSentAgain(t *testing.T) {
	d := &documents{}
	plain, packed := ask(d, http.MethodGet, text).Header.Get("ETag"), ask(d, http.MethodGet, text, "Accept-Encoding", "gzip").Header.Get("ETag")
	if plain == packed {
		t.Error("both encodings have one tag (§8.8.3.3)")
	}
	for _, known := range []string{plain, `"x", ` + plain, "W/" + plain, "*"} {
		r := ask(d, http.MethodGet, text, "If-None-Match", known)
		if r.StatusCode != http.StatusNotModified || bodyOf(t, r) != "" {
			t.Errorf("%s: status %d", known, r.StatusCode)
		}
		if r.Header.Get("ETag") != plain || r.Header.Get("Cache-Control") != publicFor || r.Header.Get("Vary") == "" {
			t.Errorf("%s: headers %v", known, r.Header)
		}
	}
	for _, other := range []string{packed, `"x"`, strings.Trim(plain, `"`)} {
		if r := ask(d, http.MethodGet, text, "If-None-Match", other); r.StatusCode != http.StatusOK {
			t.Errorf("%s: status %d", other, r.StatusCode)
		}
	}
}

// A rotation changes the bytes: whoever has the old ones gets the new ones.
func TestDocumentChangesWithItsBytes(t *testing.T) {
	d := &documents{}
	tag := ask(d, http.MethodGet, text).Header.Get("ETag")
	r := ask(d, http.MethodGet, text+" ", "If-None-Match", tag)
	if r.StatusCode != http.StatusOK || bodyOf(t, r) != text+" " {
		t.Errorf("status %d", r.StatusCode)
	}
	if first, again := d.of("name", jsonType, []byte(text+" ")), d.of("name", jsonType, []byte(text+" ")); first != again {
		t.Error("compressed again though nothing changed")
	}
}

func TestDocumentByHEAD(t *testing.T) {
	r := ask(&documents{}, http.MethodHead, text)
	if r.StatusCode != http.StatusOK || bodyOf(t, r) != "" || r.ContentLength != int64(len(text)) || r.Header.Get("ETag") == "" {
		t.Errorf("status %d, length %d, headers %v", r.StatusCode, r.ContentLength, r.Header)
	}
}
