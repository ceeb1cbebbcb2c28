package static

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
)

// Document is bytes ready to send: compressed once, when somebody first wants it so, and named by their hash. It never changes and is safe for
// concurrent use.
type Document struct {
	mediaType string
	hash      string
	plain     []byte
	gzip      func() []byte // compressed when it is first wanted
}

// NewDocument readies bytes, which must not change afterwards.
func NewDocument(mediaType string, body []byte) *Document {
	sum := sha256.Sum256(body)
	return &Document{mediaType: mediaType, hash: hex.EncodeToString(sum[:8]), plain: body, gzip: sync.OnceValue(func() []byte { return compress(body) })}
}

// Hash is the beginning of the hash of the document's bytes, as its name has it: sixteen hexadecimal digits.
func (d *Document) Hash() string { return d.hash }

// Holds reports whether these are the document's bytes.
func (d *Document) Holds(body []byte) bool { return bytes.Equal(d.plain, body) }

// Send answers a GET or HEAD request with the document, or with 304 where the client has it already (RFC 9110 §13.1.2,
// §15.4.5). How long it may be cached is the caller's to say beforehand.
func (d *Document) Send(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	body, tag := d.plain, `"`+d.hash+`"`
	compressed := AcceptsGzip(r.Header.Get("Accept-Encoding"))
	if compressed {
		// Another encoding is another representation and has its own tag (RFC 9110 §8.8.3.3).
		body, tag = d.gzip(), `"`+d.hash+`-gzip"`
	}
	h.Add("Vary", "Accept-Encoding")
	h.Set("ETag", tag)
	if matches(r.Header.Get("If-None-Match"), tag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	if compressed {
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("Content-Type", d.mediaType)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body)
	}
}

// compress never fails: a bytes.Buffer takes every write.
func compress(data []byte) []byte {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		panic(fmt.Sprintf("static: gzip: %v", err))
	}
	_, _ = w.Write(data)
	_ = w.Close()
	return b.Bytes()
}

// AcceptsGzip reads Accept-Encoding (RFC 9110 §12.5.3): gzip is welcome when it,
// or "*", is listed with a weight above zero.
func AcceptsGzip(header string) bool {
	star := false
	for part := range strings.SplitSeq(header, ",") {
		coding, weight, _ := strings.Cut(part, ";")
		wanted := !isZero(weight)
		switch strings.ToLower(strings.TrimSpace(coding)) {
		case "gzip", "x-gzip":
			return wanted
		case "*":
			star = wanted
		}
	}
	return star
}

func isZero(weight string) bool {
	value, found := strings.CutPrefix(strings.TrimSpace(weight), "q=")
	if !found {
		return false
	}
	q, err := strconv.ParseFloat(value, 64)
	return err == nil && q == 0
}

// matches compares weakly, as If-None-Match asks (RFC 9110 §13.1.2).
func matches(header, tag string) bool {
	if strings.TrimSpace(header) == "*" {
		return true
	}
	for part := range strings.SplitSeq(header, ",") {
		if strings.TrimPrefix(strings.TrimSpace(part), "W/") == tag {
			return true
		}
	}
	return false
}
