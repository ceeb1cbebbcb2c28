package oauth2

import (
	"errors"
	"io"
	"mime"
	"net/http"
)

// watch sees what really happened below libraries that turn errors into text.
type watch struct {
	next      http.RoundTripper
	status    int
	mediaType string
	err       error
}

func (w *watch) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Header.Get("Accept") == "" {
		// GitHub answers in form encoding to whoever does not ask for JSON.
		r = r.Clone(r.Context())
		r.Header.Set("Accept", "application/json")
	}
	answer, err := w.next.RoundTrip(r)
	if err != nil {
		w.status, w.err = 0, err
		return nil, err
	}
	w.status = answer.StatusCode
	w.mediaType, _, _ = mime.ParseMediaType(answer.Header.Get("Content-Type"))
	answer.Body = &watchedBody{ReadCloser: answer.Body, seen: w}
	return answer, nil
}

type watchedBody struct {
	io.ReadCloser
	seen *watch
}

func (b *watchedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		b.seen.err = err
	}
	return n, err
}
