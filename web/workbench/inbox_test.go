package workbench

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"portico/static"
	"portico/userpool"
	"portico/userpool/notify"
	said "portico/words"
)

// The HTML part of a message is shown as a mail program would, by a document that may run nothing and fetch nothing, in a frame
// that makes it a stranger; and every message shows its text.
func TestInboxShowsBothPartsSafely(t *testing.T) {
	inbox := notify.NewInbox(9, time.Now)
	facts := notify.Facts{App: "Acme", Code: userpool.NewSecret("481526"), Validity: time.Hour}
	hostile := notify.Own{API: userpool.MessageTexts{Body: "<p>Hello</p><script>alert(1)</script>{####}"}}
	for _, m := range []notify.Message{
		notify.Compose(said.English(), notify.RecoveryCode, facts, hostile), notify.ComposeText(said.English(), notify.SignInCode, facts, notify.Own{}),
	} {
		m.To = map[bool]string{true: "+351912555290", false: "ines@acme.example"}[m.Medium == userpool.MediumSMS]
		if err := inbox.Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	handler := (&Bench{Files: static.New(), Inbox: inbox}).Handler()
	get := func(path string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		return w
	}
	mail := get("/inbox/1")
	if body := mail.Body.String(); !strings.Contains(body, `sandbox="" src="/inbox/1/html"`) || !strings.Contains(body, `<pre dir="auto">Hello`) || strings.Contains(body, "alert(1)") {
		t.Errorf("the e-mail:\n%s", body)
	}
	if policy := mail.Header().Get("Content-Security-Policy"); !strings.HasSuffix(policy, "; frame-src 'self'") || !strings.HasPrefix(policy, "default-src 'none'") {
		t.Errorf("the inbox has the policy %s", policy)
	}
	part := get("/inbox/1/html")
	policy := part.Header().Get("Content-Security-Policy")
	if part.Code != http.StatusOK || !strings.Contains(policy, "default-src 'none'") || !strings.HasSuffix(policy, "; sandbox") || strings.Contains(policy, "script-src") ||
		part.Header().Get("X-Frame-Options") != "SAMEORIGIN" || !strings.Contains(part.Body.String(), "481526") {
		t.Errorf("the HTML part: %d, %s", part.Code, policy)
	}
	if text := get("/inbox/2").Body.String(); strings.Contains(text, "<iframe") || !strings.Contains(text, "Acme: 481526 is your sign-in code.") {
		t.Errorf("the text message:\n%s", text)
	}
	for _, path := range []string{"/inbox/2/html", "/inbox/9/html"} {
		if w := get(path); w.Code != http.StatusNotFound {
			t.Errorf("%s: status %d", path, w.Code)
		}
	}
}
