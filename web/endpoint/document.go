package endpoint

import (
	"net/http"
	"sync"

	"portico/static"
)

// publicFor lets verifiers keep the key set for five minutes: long enough to spare us, short against a rotation's overlap.
const publicFor = "public, max-age=300"

// jsonType is the media type of JSON as Cognito writes it.
const jsonType = "application/json;charset=UTF-8"

// documents are what pools publish for everybody, ready to send: compressed, and with a tag by which a client that has the
// document already is told so. There is one for each name, of which pools have a few.
type documents struct {
	ready sync.Map // name to *static.Document
}

// send answers a request with the document of a name. Its bytes must not change; when others come, they are readied anew.
// Clients and caches between may keep it for publicFor, which replaces what machine endpoints say of their answers.
func (d *documents) send(w http.ResponseWriter, r *http.Request, name, mediaType string, body []byte) {
	h := w.Header()
	h.Set("Cache-Control", publicFor)
	h.Del("Pragma") // RFC 9111 §5.4: no-cache, to old caches
	h.Del("Expires")
	d.of(name, mediaType, body).Send(w, r)
}

func (d *documents) of(name, mediaType string, body []byte) *static.Document {
	known, _ := d.ready.Load(name)
	if document, ok := known.(*static.Document); ok && document.Holds(body) {
		return document
	}
	fresh := static.NewDocument(mediaType, body)
	d.ready.Store(name, fresh)
	return fresh
}
