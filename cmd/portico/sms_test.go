package main

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"portico/config"
	"portico/federation"
	"portico/userpool"
	"portico/userpool/notify"
	"portico/words"
)

const smsKey = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODk="

// smsProgram is an operator's program that takes text messages and keeps their codes.
func smsProgram(t *testing.T) (address string, codes chan string) {
	t.Helper()
	codes = make(chan string, 10)
	key, _ := base64.StdEncoding.DecodeString(smsKey)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		mac := hmac.New(sha256.New, key)
		_, _ = fmt.Fprintf(mac, "%s.%s.%s", r.Header.Get("Webhook-Id"), r.Header.Get("Webhook-Timestamp"), body)
		var message struct {
			Data struct{ To, Text, Code string }
		}
		if r.Header.Get("Webhook-Signature") != "v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil)) || json.Unmarshal(body, &message) != nil || message.Data.To != noorPhone {
			t.Errorf("not one of ours: %s", body)
			w.WriteHeader(http.StatusForbidden)
			return
		}
		codes <- message.Data.Code
	}))
	t.Cleanup(server.Close)
	return server.URL, codes
}

// startServe runs `portico serve` with a file until the test ends, and returns its address.
func startServe(t *testing.T, settings string) (address string, log *lockedBuffer) {
	t.Helper()
	t.Parallel()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listen := free.Addr().String()
	_ = free.Close()
	_, port, _ := strings.Cut(listen, ":")
	address = "http://localhost:" + port
	path := filepath.Join(t.TempDir(), "portico.yaml")
	text := fmt.Sprintf("server:\n  url: %s\n  listen: %s\n%s", address, listen, settings)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	log = &lockedBuffer{}
	exit := make(chan int, 1)
	home := t.TempDir()
	go func() {
		exit <- run(ctx, []string{"serve", "--config", path}, surroundings{
			env: os.LookupEnv, stdout: io.Discard, stderr: log, configDir: func() (string, error) { return home, nil },
		})
	}()
	t.Cleanup(func() {
		cancel()
		if code := <-exit; code != 0 {
			t.Errorf("the server ended with %d\n%s", code, log)
		}
	})
	for range 200 {
		if response, err := http.Get(address + "/healthz"); err == nil {
			_ = response.Body.Close()
			return address, log
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatalf("the server does not answer\n%s", log)
	return "", nil
}

const smsPool = `
pools:
  - PoolName: Test
    Id: us-east-1_Test00001
    UsernameAttributes: [phone_number]
    AutoVerifiedAttributes: [phone_number]
    VerificationMessageTemplate: {SmsMessage: "Test says {####}"}
    Clients:
      - ClientName: Notes
        ClientId: client0001
        AllowedOAuthFlowsUserPoolClient: true
        AllowedOAuthFlows: [code]
        AllowedOAuthScopes: [openid, phone]
        CallbackURLs: [http://localhost:3000/callback]
        SupportedIdentityProviders: [COGNITO]
`

// TestServeSendsTextsByWebhook: the file names a webhook, and a sign-up by phone is confirmed by what it was posted.
func TestServeSendsTextsByWebhook(t *testing.T) {
	hook, codes := smsProgram(t)
	address, log := startServe(t, "  sms: {allow_private: true, webhook: {url: \""+hook+"/send?token=Lantern-7\", secret: "+smsKey+"}}\n"+smsPool)
	p := &program{announcement: announcement{Domain: address, ClientID: "client0001", CallbackURL: "http://localhost:3000/callback", LogoutURL: "http://localhost:3000/bye"}}
	h := p.person(t)
	request := url.Values{"client_id": {p.ClientID}, "redirect_uri": {p.CallbackURL}, "response_type": {"code"}, "scope": {"openid phone"}}.Encode()
	h.get(address + userpool.PathAuthorize + "?" + request)
	_, page := h.post(address+userpool.PathSignUp+"?"+request, url.Values{"username": {noorPhone}, "password": {"First-Password-1"}, "_csrf": {h.csrf()}})
	if !strings.Contains(page, "Check your phone") {
		t.Fatalf("sign-up: %s", page)
	}
	code := <-codes
	response, _ := h.post(address+userpool.PathConfirm+"?"+request, url.Values{"code": {code}, "_csrf": {h.csrf()}})
	if h.back(response).Get("code") == "" {
		t.Error("confirming did not sign in")
	}
	for _, secret := range []string{noorPhone[1:], code, "Lantern", smsKey} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("the log holds %s:\n%s", secret, log)
		}
	}
}

// Whoever may write the file's webhook, or the name it resolves by, would make the server post into the network it stands in.
func TestAttackWebhookToPrivateAddress(t *testing.T) {
	t.Parallel() // it waits for attempts that are made again
	reached := false
	inner := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached = true }))
	defer inner.Close()
	_, port, _ := strings.Cut(strings.TrimPrefix(inner.URL, "http://"), ":")
	send := func(address string, allow bool) error {
		carrier, limits, err := texts(config.SMS{
			PerHour: 9, AllowPrivate: allow, Webhook: config.SMSWebhook{URL: userpool.NewSecret(address), Secret: userpool.NewSecret(smsKey)},
		}, nil)
		if err != nil || limits.PerHour != 9 {
			t.Fatal(err)
		}
		m := notify.ComposeText(words.English(), notify.SignUpCode, notify.Facts{Code: userpool.NewSecret("481526")}, notify.Own{})
		m.To = noorPhone
		return carrier.Send(t.Context(), m)
	}
	for _, address := range []string{inner.URL, "http://localhost:" + port, "http://169.254.169.254/latest/meta-data", "http://[::1]:" + port, "http://10.0.0.1/"} {
		if err := send(address, false); !errors.Is(err, federation.ErrAddressRefused) || reached {
			t.Errorf("%s: %v, reached %v", address, err, reached)
		}
	}
	if err := send("http://169.254.169.254/latest/meta-data", true); !errors.Is(err, federation.ErrAddressRefused) {
		t.Errorf("a cloud's metadata, with private addresses allowed: %v", err)
	}
	if err := send(inner.URL, true); err != nil || !reached {
		t.Errorf("allowed: %v, reached %v", err, reached)
	}
}
