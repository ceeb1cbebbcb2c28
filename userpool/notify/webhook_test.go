package notify

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"portico/userpool"
	"portico/words"
)

const webhookKey = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODk="

// receiver is the operator's program, which follows the Standard Webhooks specification to the letter: it checks the
// signature, takes nothing older than five minutes, and nothing twice.
type receiver struct {
	key      []byte
	now      func() time.Time
	statuses []int // of the first answers

	mu    sync.Mutex
	seen  map[string]bool
	tried []http.Header
	taken []posted
	raw   [][]byte
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	body, _ := io.ReadAll(request.Body)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.tried = append(r.tried, request.Header)
	if len(r.statuses) > 0 {
		w.Header().Set("Location", "/elsewhere")
		w.WriteHeader(r.statuses[0])
		r.statuses = r.statuses[1:]
		return
	}
	if !r.take(request.Header, body) {
		w.WriteHeader(http.StatusUnauthorized)
	}
}

func (r *receiver) take(header http.Header, body []byte) bool {
	id, at := header.Get("Webhook-Id"), header.Get("Webhook-Timestamp")
	mac := hmac.New(sha256.New, r.key)
	_, _ = fmt.Fprintf(mac, "%s.%s.%s", id, at, body)
	version, given, _ := strings.Cut(header.Get("Webhook-Signature"), ",")
	sum, err := base64.StdEncoding.DecodeString(given)
	seconds, bad := strconv.ParseInt(at, 10, 64)
	if err != nil || bad != nil || version != "v1" || !hmac.Equal(sum, mac.Sum(nil)) {
		return false
	}
	if age := r.now().Sub(time.Unix(seconds, 0)); age.Abs() > 5*time.Minute || r.seen[id] {
		return false
	}
	var message posted
	if json.Unmarshal(body, &message) != nil {
		return false
	}
	r.seen[id] = true
	r.taken, r.raw = append(r.taken, message), append(r.raw, body)
	return true
}

func (r *receiver) start(t *testing.T) *Webhook {
	t.Helper()
	secret, err := ParseWebhookSecret(webhookKey)
	if err != nil {
		t.Fatal(err)
	}
	clock := func() time.Time { return time.Date(2026, 3, 3, 14, 2, 11, 0, time.UTC) }
	r.key, r.now, r.seen = []byte(secret.Reveal()), clock, map[string]bool{}
	server := httptest.NewServer(r)
	t.Cleanup(server.Close)
	return &Webhook{URL: userpool.NewSecret(server.URL + "/send?token=Lantern-7"), Secret: secret, Client: server.Client(), Now: clock, Pause: time.Millisecond}
}

func TestWebhookPostsSigned(t *testing.T) {
	r := &receiver{}
	if err := r.start(t).Send(t.Context(), text()); err != nil {
		t.Fatal(err)
	}
	want := posted{Type: "sms.code", Timestamp: "2026-03-03T14:02:11Z", Data: postedText{
		To: phone, Text: "Acme Notes: 481526 is your code. It works for 24 hours.", Kind: "sign-up code", Code: "481526",
		App: "Acme Notes", Pool: "us-east-1_Test00001",
	}}
	if len(r.taken) != 1 || r.taken[0] != want {
		t.Errorf("taken: %+v", r.taken)
	}
	if got := r.tried[0].Get("Content-Type"); got != "application/json" {
		t.Errorf("content type %q", got)
	}
}

// Somebody who saw a message posts it again, at once or later, or with another body, time or ID.
func TestAttackWebhookReplay(t *testing.T) {
	r := &receiver{}
	sender := r.start(t)
	if err := sender.Send(t.Context(), text()); err != nil {
		t.Fatal(err)
	}
	body, header := r.raw[0], r.tried[0]
	if r.take(header, body) {
		t.Error("taken twice")
	}
	forged := func(name, value string) http.Header {
		h := header.Clone()
		h.Set(name, value)
		return h
	}
	if r.take(forged("Webhook-Id", "msg_other"), body) || r.take(forged("Webhook-Timestamp", "1772546532"), body) {
		t.Error("another ID or time is not covered by the signature")
	}
	r.seen = map[string]bool{}
	if r.take(header, []byte(strings.Replace(string(body), "481526", "000000", 1))) {
		t.Error("the body is not covered by the signature")
	}
	later := r.now().Add(6 * time.Minute)
	r.now = func() time.Time { return later }
	if r.take(header, body) {
		t.Error("taken after the window")
	}
	r.now = sender.Now
	if !r.take(header, body) {
		t.Error("the message itself is no longer taken: the refusals above say nothing")
	}
	r.key = []byte("another key of thirty-two bytes!")
	r.seen = map[string]bool{}
	if r.take(header, body) {
		t.Error("taken with another key")
	}
}

// Attempts at one message have one ID, so a receiver that answered too late sends it once.
func TestWebhookTriesAgainUnderOneID(t *testing.T) {
	r := &receiver{statuses: []int{503, 429}}
	if err := r.start(t).Send(t.Context(), text()); err != nil || len(r.tried) != 3 || len(r.taken) != 1 {
		t.Fatalf("%d attempts, %d taken: %v", len(r.tried), len(r.taken), err)
	}
	for _, h := range r.tried {
		if h.Get("Webhook-Id") == "" || h.Get("Webhook-Id") != r.tried[0].Get("Webhook-Id") {
			t.Errorf("ID %q, want %q", h.Get("Webhook-Id"), r.tried[0].Get("Webhook-Id"))
		}
	}
	r = &receiver{statuses: []int{500, 500, 500, 500}}
	var failed *DeliveryError
	if err := r.start(t).Send(t.Context(), text()); !errors.As(err, &failed) || failed.Code != 500 || len(r.tried) != webhookTries {
		t.Errorf("%d attempts, want %d: %v", len(r.tried), webhookTries, err)
	}
	r = &receiver{statuses: []int{400, 200}}
	if err := r.start(t).Send(t.Context(), text()); !errors.As(err, &failed) || failed.Temporary || len(r.tried) != 1 {
		t.Errorf("refused for good, and tried %d times: %v", len(r.tried), err)
	}
}

// A redirect would carry the code to wherever the answer says.
func TestAttackWebhookRedirect(t *testing.T) {
	for _, status := range []int{301, 302, 303, 307, 308} {
		r := &receiver{statuses: []int{status}}
		var failed *DeliveryError
		if err := r.start(t).Send(t.Context(), text()); !errors.As(err, &failed) || failed.Code != status || len(r.tried) != 1 || len(r.taken) != 0 {
			t.Errorf("%d: %d requests, %v", status, len(r.tried), err)
		}
	}
}

// Names come from settings and from people: they stay inside their strings.
func TestAttackWebhookJSONInjection(t *testing.T) {
	r := &receiver{}
	sender := r.start(t)
	for _, name := range []string{`"},"to":"+15550100","x":{"`, "Acme\r\nX-Header: y", "\u2028</script>", `\`} {
		m := ComposeText(words.English(), SignUpCode, Facts{App: name, Code: code}, messagesOf(`{####} "},"data":{"to":"+15550100`))
		m.To, m.Pool = phone, "us-east-1_Test00001"
		if err := sender.Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
		got := r.taken[len(r.taken)-1]
		if got.Data.To != phone || got.Data.App != name || got.Data.Text != m.Text || got.Data.Code != "481526" {
			t.Errorf("%q became %+v", name, got)
		}
	}
}

func TestWebhookErrorsKeepSecrets(t *testing.T) {
	sender := (&receiver{}).start(t)
	sender.URL = userpool.NewSecret("http://127.0.0.1:1/send?token=Lantern-7")
	err := sender.Send(t.Context(), text())
	var failed *DeliveryError
	if !errors.As(err, &failed) || failed.Step != "connect" || !failed.Temporary {
		t.Fatalf("nobody listens: %v", err)
	}
	for _, shown := range []string{err.Error(), fmt.Sprintf("%+v %#v %+v %v", sender, sender.Secret, *sender, failed)} {
		for _, secret := range []string{"Lantern", "91255", "481526", "0123456789"} {
			if strings.Contains(shown, secret) {
				t.Errorf("%q is in %s", secret, shown)
			}
		}
	}
}

func TestParseWebhookSecret(t *testing.T) {
	for _, text := range []string{webhookKey, strings.TrimPrefix(webhookKey, "whsec_"), base64.StdEncoding.EncodeToString(make([]byte, 64))} {
		if _, err := ParseWebhookSecret(text); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	}
	for _, text := range []string{"", "whsec_", "hunter2hunter2hunter2!", base64.StdEncoding.EncodeToString(make([]byte, 23)), base64.StdEncoding.EncodeToString(make([]byte, 65))} {
		if _, err := ParseWebhookSecret(text); err == nil {
			t.Errorf("%q was taken", text)
		} else if strings.Contains(err.Error(), "hunter2") {
			t.Errorf("the error repeats the secret: %v", err)
		}
	}
}
