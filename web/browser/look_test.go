package browser

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/a-h/templ"
)

// An origin goes into the policy as one word; what could be another directive is left out.
func TestAllowForms(t *testing.T) {
	const base = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
	for _, c := range []struct {
		origins []string
		want    string
	}{
		{nil, base + " https:"},
		{[]string{"https://app.example"}, base + " https://app.example https:"},
		{[]string{"http://localhost:3000", "com.acme.notes:"}, base + " http://localhost:3000 com.acme.notes: https:"},
		{[]string{"https://a.example; script-src *"}, base + " https:"},
		{[]string{"*'unsafe-inline'", "", "a b", "a,b", "a\r\nb", `"`, "https://b.example"}, base + " https://b.example https:"},
	} {
		w := httptest.NewRecorder()
		AllowForms(w, c.origins...)
		if got := w.Header().Get("Content-Security-Policy"); got != c.want {
			t.Errorf("%q:\n%s\nwant\n%s", c.origins, got, c.want)
		}
	}
}

// A page that fails half-way is not half shown.
func TestDraw(t *testing.T) {
	page := func(err error) templ.Component {
		return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
			_, _ = io.WriteString(w, "<p>half")
			return err
		})
	}
	w := httptest.NewRecorder()
	if err := Draw(w, httptest.NewRequest(http.MethodGet, "/", nil), 418, page(nil)); err != nil || w.Code != 418 || w.Body.String() != "<p>half" {
		t.Errorf("%v, status %d, %q", err, w.Code, w.Body)
	}
	w = httptest.NewRecorder()
	broken := errors.New("broken")
	if err := Draw(w, httptest.NewRequest(http.MethodGet, "/", nil), 418, page(broken)); !errors.Is(err, broken) || w.Body.Len() > 0 {
		t.Errorf("%v, %q", err, w.Body)
	}
	w = httptest.NewRecorder()
	_ = Draw(w, httptest.NewRequest(http.MethodHead, "/", nil), 200, page(nil))
	if w.Body.Len() > 0 || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") {
		t.Errorf("HEAD: %q", w.Body)
	}
}

func TestOrigin(t *testing.T) {
	for address, want := range map[string]string{
		"https://idp.example/sso?x=1": "https://idp.example", "http://127.0.0.1:8083/a": "http://127.0.0.1:8083", "://": "",
	} {
		if got := origin(address); got != want {
			t.Errorf("%s: %q", address, got)
		}
	}
}
