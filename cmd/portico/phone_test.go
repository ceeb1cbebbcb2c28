package main

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"portico/userpool"
)

const (
	noorPhone    = "+351912555290"
	noorPassword = "first-Password-1"
)

// phoneScope asks for the number in the ID token.
var phoneScope = []string{"scope", "openid phone profile"}

// textIn waits for a text message in the inbox that has another code than the last, and returns its code.
func (h *person) textIn(last string) string {
	h.t.Helper()
	for range 200 {
		_, page := h.get(h.p.Inbox)
		found := regexp.MustCompile(`id="message-code"[^>]*>(\d{6})<`).FindStringSubmatch(page)
		if found != nil && found[1] != last {
			for _, want := range []string{"<h2>Text message</h2>", noorPhone, "Acme Notes: " + found[1] + " is your code"} {
				if !strings.Contains(page, want) {
					h.t.Fatalf("the inbox lacks %q", want)
				}
			}
			return found[1]
		}
		time.Sleep(10 * time.Millisecond)
	}
	h.t.Fatal("no text message came")
	return ""
}

// page posts a form of a hosted page, with the CSRF token, and follows where it leads.
func (h *person) page(path string, fields ...string) (*http.Response, string) {
	h.t.Helper()
	form := url.Values{"_csrf": {h.csrf()}}
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	return h.post(h.p.Domain+path+"?"+h.p.request(phoneScope...).Encode(), form)
}

// TestPhoneFromSignUpToRecovery: an account with a phone number alone, over HTTP, without script.
func TestPhoneFromSignUpToRecovery(t *testing.T) {
	p := startProgram(t, "--phone")
	h := p.person(t)
	h.get(p.authorize(phoneScope...))
	response, page := h.page(userpool.PathSignUp,
		"username", "+351 912 555-290", "password", noorPassword, "requiredAttributes[given_name]", "Noor", "requiredAttributes[family_name]", "Haddad")
	for _, want := range []string{"Check your phone", "+•••••••5290", "It works for 24 hours."} {
		if !strings.Contains(page, want) {
			t.Fatalf("%s lacks %q:\n%s", response.Request.URL.Path, want, page)
		}
	}
	if strings.Contains(page, noorPhone) {
		t.Error("the page shows the whole number")
	}
	code := h.textIn("")
	if response, page = h.page(userpool.PathConfirm, "code", code[1:]+code[:1]); code[1:]+code[:1] != code && (response.StatusCode != 400 || !strings.Contains(page, "Check the newest text message from us.")) {
		t.Errorf("a wrong code: status %d", response.StatusCode)
	}
	response, _ = h.page(userpool.PathConfirm, "code", code)
	tokens := p.redeem(t, h.back(response).Get("code"))
	if got := claims(t, tokens.IDToken); got["phone_number"] != noorPhone || got["phone_number_verified"] != true || got["given_name"] != "Noor" {
		t.Errorf("claims %v", got)
	}

	h = p.person(t)
	h.get(p.authorize(phoneScope...))
	response, page = h.page(userpool.PathForgot, "username", "+351 912 555 290")
	if response.Request.URL.Path != userpool.PathConfirmForgot || !strings.Contains(page, "Check your messages") {
		t.Fatalf("forgotten: status %d at %s", response.StatusCode, response.Request.URL)
	}
	h.page(userpool.PathConfirmForgot, "username", noorPhone, "code", h.textIn(code), "password", "second-Password-2", "confirmPassword", "second-Password-2")
	response, page = h.page(userpool.PathLogin, "username", noorPhone, "password", noorPassword)
	if response.StatusCode != 400 || !strings.Contains(page, "Incorrect username or password.") {
		t.Errorf("the old password: status %d", response.StatusCode)
	}
	response, _ = h.page(userpool.PathLogin, "username", "+351 912 555 290", "password", "second-Password-2")
	h.back(response)

	for _, secret := range []string{noorPhone, strings.TrimPrefix(noorPhone, "+"), code} {
		if strings.Contains(p.log.String(), secret) {
			t.Errorf("the log holds %s", secret)
		}
	}
}

// Where a client hides users, the page after a forgotten password is the same for a number without an account.
func TestForgottenPhoneTellsNothing(t *testing.T) {
	p := startProgram(t, "--phone")
	var pages []string
	for _, name := range []string{p.Username, "+351912555000", "nobody@acme.example"} {
		h := p.person(t)
		h.get(p.authorize(phoneScope...))
		response, page := h.page(userpool.PathForgot, "username", name)
		if response.StatusCode != http.StatusOK {
			t.Fatalf("%s: status %d", name, response.StatusCode)
		}
		page = strings.ReplaceAll(page, name, "NAME")
		page = strings.ReplaceAll(page, strings.ReplaceAll(name, "+", "&#43;"), "NAME")
		pages = append(pages, regexp.MustCompile(`name="_csrf" value="[^"]*"|You can ask again in \d+ seconds?|data-wait="\d+"`).ReplaceAllString(page, ""))
	}
	if pages[0] != pages[1] || pages[0] != pages[2] {
		t.Errorf("the pages differ:\n%s\n%s\n%s", pages[0], pages[1], pages[2])
	}
}

// Without --phone nothing changes: the pool takes addresses, and a number is refused.
func TestDevTakesAddressesUnlessToldOtherwise(t *testing.T) {
	p := startProgram(t)
	h := p.person(t)
	h.get(p.authorize(phoneScope...))
	if _, page := h.page(userpool.PathSignUp, "username", noorPhone, "password", noorPassword, "requiredAttributes[given_name]", "Noor", "requiredAttributes[family_name]", "Haddad"); !strings.Contains(page, "Username should be an email.") {
		t.Error("a number was taken")
	}
}
