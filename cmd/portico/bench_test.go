package main

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"syscall"
	"testing"
	"time"

	"portico/federation/practice"
	"portico/userpool"
	"portico/userpool/directory"
)

// These benchmarks go through the whole server, as `portico serve` wires it, on SQLite with synchronous FULL. Each prints:
//
//	ns/op        time of one operation, alone
//	cpu-us/op    processor time of one operation, on all cores together
//	bare-us/op   processor time of what cannot be avoided: its signatures, its hash, its provider
//	x-bare       how many times the bare cost the operation costs: 1 is perfect
//	commits/op   durable commits
//
// docs/benchmarks.md says what the figures mean.

// measure runs an operation b.N times, each with an input made beforehand, and then its bare cost.
func measure[T any](b *testing.B, r *rig, prepare func() T, operation func(T), bare func()) {
	b.Helper()
	inputs := make([]T, b.N)
	for i := range inputs {
		inputs[i] = prepare()
	}
	commits, begun := r.db.Commits(), processorTime(b)
	b.ResetTimer()
	for _, input := range inputs {
		operation(input)
	}
	b.StopTimer()
	each := perOperation(processorTime(b)-begun, b.N)
	b.ReportMetric(each, "cpu-us/op")
	b.ReportMetric(float64(r.db.Commits()-commits)/float64(b.N), "commits/op")
	if bare == nil {
		return
	}
	alone := costOf(b, bare)
	b.ReportMetric(alone, "bare-us/op")
	b.ReportMetric(each/alone, "x-bare")
}

// costOf is the processor time of something, in microseconds.
func costOf(b *testing.B, bare func()) float64 {
	b.Helper()
	times := min(max(b.N, 20), 500) // enough for a mean
	begun := processorTime(b)
	for range times {
		bare()
	}
	return perOperation(processorTime(b)-begun, times)
}

func perOperation(d time.Duration, n int) float64 {
	return float64(d.Nanoseconds()) / 1000 / float64(n)
}

// processorTime is what this process has used so far. Tokens are signed side by side, so a clock on the wall would say that
// two signatures cost one.
func processorTime(b testing.TB) time.Duration {
	b.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// call sends a request to the handler and expects a status.
func (r *rig) call(b testing.TB, request *http.Request, status int) *httptest.ResponseRecorder {
	b.Helper()
	w := httptest.NewRecorder()
	r.handler.ServeHTTP(w, request)
	if w.Code != status {
		b.Fatalf("status %d: %s %s", w.Code, w.Header().Get("Location"), w.Body)
	}
	return w
}

// incoming is a request as a server has read it.
func incoming(method, address string, form url.Values, cookie string) *http.Request {
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	request := httptest.NewRequest(method, address, body)
	if form != nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if cookie != "" {
		request.Header.Set("Cookie", cookie)
	}
	return request
}

// signatures are bare RSA-2048 signatures, one after the other.
func signatures(b *testing.B, n int) func() {
	b.Helper()
	key := benchKey(b)
	digest := sha256.Sum256([]byte("x"))
	return func() {
		for range n {
			if _, err := key.Sign(rand.Reader, digest[:], crypto.SHA256); err != nil {
				b.Fatal(err)
			}
		}
	}
}

func benchKey(b *testing.B) *rsa.PrivateKey {
	b.Helper()
	made, err := preparedForBenchmarks()
	if err != nil {
		b.Fatal(err)
	}
	return made.provider
}

func BenchmarkSignInPage(b *testing.B) {
	r := newRig(b)
	measure(b, r, func() *http.Request { return incoming(http.MethodGet, loginAt(acme), nil, "") },
		func(q *http.Request) { r.call(b, q, http.StatusOK) }, nil)
}

// BenchmarkSilentSignIn is /oauth2/authorize with a session: the way of every further app.
func BenchmarkSilentSignIn(b *testing.B) {
	r := newRig(b)
	session := r.session(b)
	measure(b, r, func() *http.Request { return incoming(http.MethodGet, authorizeAt(acme), nil, session) },
		func(q *http.Request) { r.call(b, q, http.StatusFound) }, nil)
}

// session is the cookie of somebody who is signed in.
func (r *rig) session(b testing.TB) string {
	b.Helper()
	t := r.tab(b)
	t.signIn(acme, adaName, adaPassword)
	return sessionCookie + "=" + t.cookie(acme, sessionCookie)
}

// BenchmarkPasswordSignIn is the posted form, beside one argon2id.
func BenchmarkPasswordSignIn(b *testing.B) {
	r := newRig(b)
	form := url.Values{"username": {adaName}, "password": {adaPassword}, "_csrf": {"x"}}
	hasher := directory.NewHasher()
	hash, err := hasher.Hash(b.Context(), adaPassword)
	if err != nil {
		b.Fatal(err)
	}
	measure(b, r, func() *http.Request { return incoming(http.MethodPost, loginAt(acme), form, csrfCookie+"=x") },
		func(q *http.Request) { r.call(b, q, http.StatusFound) },
		func() {
			if ok, err := hasher.Verify(b.Context(), hash, adaPassword); !ok || err != nil {
				b.Fatal(err)
			}
		})
}

func tokenRequest(client, secret string, form url.Values) *http.Request {
	request := incoming(http.MethodPost, acme+userpool.PathToken, form, "")
	request.SetBasicAuth(client, secret)
	return request
}

// BenchmarkCodeExchange is the token endpoint with a code: two signatures.
func BenchmarkCodeExchange(b *testing.B) {
	r := newRig(b)
	session := r.session(b)
	measure(b, r, func() *http.Request {
		w := r.call(b, incoming(http.MethodGet, authorizeAt(acme), nil, session), http.StatusFound)
		to, err := url.Parse(w.Header().Get("Location"))
		if err != nil {
			b.Fatal(err)
		}
		return tokenRequest(appID, appSecret, url.Values{"grant_type": {"authorization_code"}, "code": {to.Query().Get("code")}, "redirect_uri": {appCallback}})
	}, func(q *http.Request) { r.call(b, q, http.StatusOK) }, signatures(b, 2))
}

// BenchmarkRefresh is the token endpoint with a refresh token, without rotation: two signatures.
func BenchmarkRefresh(b *testing.B) {
	r := newRig(b)
	a := r.redeem(b, acme, r.tab(b).signIn(acme, adaName, adaPassword).Get("code"))
	form := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {a.RefreshToken}}
	measure(b, r, func() *http.Request { return tokenRequest(appID, appSecret, form) },
		func(q *http.Request) { r.call(b, q, http.StatusOK) }, signatures(b, 2))
}

// BenchmarkRefreshWithRotation replaces the refresh token each time, which is a durable commit.
func BenchmarkRefreshWithRotation(b *testing.B) {
	r := newRig(b)
	code := r.tab(b).signIn(acme, adaName, adaPassword, "client_id", drawingsID).Get("code")
	first := r.token(b, acme, drawingsID, drawingsSecret, url.Values{"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {appCallback}})
	current := first.RefreshToken
	measure(b, r, func() struct{} { return struct{}{} }, func(struct{}) {
		form := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {current}}
		var got answer
		if err := json.Unmarshal(r.call(b, tokenRequest(drawingsID, drawingsSecret, form), http.StatusOK).Body.Bytes(), &got); err != nil {
			b.Fatal(err)
		}
		current = got.RefreshToken
	}, signatures(b, 2))
}

// BenchmarkClientCredentials is the token endpoint for a machine: one signature.
func BenchmarkClientCredentials(b *testing.B) {
	r := newRig(b)
	form := url.Values{"grant_type": {"client_credentials"}}
	measure(b, r, func() *http.Request { return tokenRequest(reportsID, reportsSecret, form) },
		func(q *http.Request) { r.call(b, q, http.StatusOK) }, signatures(b, 1))
}

// BenchmarkUserInfo verifies an access token and reads the person: one verification.
func BenchmarkUserInfo(b *testing.B) {
	r := newRig(b)
	a := r.redeem(b, acme, r.tab(b).signIn(acme, adaName, adaPassword).Get("code"))
	measure(b, r, func() *http.Request {
		return withBearer(a.AccessToken)
	}, func(q *http.Request) { r.call(b, q, http.StatusOK) }, verifications(b, 1))
}

// verifications are bare RSA-2048 verifications.
func verifications(b *testing.B, n int) func() {
	b.Helper()
	key := benchKey(b)
	digest := sha256.Sum256([]byte("x"))
	signature, err := rsa.SignPKCS1v15(nil, key, crypto.SHA256, digest[:])
	if err != nil {
		b.Fatal(err)
	}
	return func() {
		for range n {
			if err := rsa.VerifyPKCS1v15(&key.PublicKey, crypto.SHA256, digest[:], signature); err != nil {
				b.Fatal(err)
			}
		}
	}
}

// BenchmarkSAMLCallback is a response with two signatures, of somebody who has been here before.
func BenchmarkSAMLCallback(b *testing.B) {
	r := newRig(b)
	come := func() *http.Request {
		t := r.tab(b)
		action, form := t.atNorthwind(authorizeAt(acme, "identity_provider", "Northwind"), "kofi-90ab")
		name, sealed := t.attempt(acme)
		return incoming(http.MethodPost, action, form, name+"="+sealed)
	}
	r.call(b, come(), http.StatusFound)
	measure(b, r, come, func(q *http.Request) { r.call(b, q, http.StatusFound) }, verifications(b, 2))
}

// BenchmarkOpenIDCallback redeems a code at the provider, reads its userinfo, and lets somebody in who has been here before.
// The provider runs in this process, so its work counts on both sides: bare are the two requests to it and one verification.
func BenchmarkOpenIDCallback(b *testing.B) {
	r := newRig(b)
	come := func() *http.Request {
		t := r.tab(b)
		callback := t.atOpenID(authorizeAt(acme, "identity_provider", "Harbor"), "kofi-90ab")
		name, sealed := t.attempt(acme)
		return incoming(http.MethodGet, callback, nil, name+"="+sealed)
	}
	r.call(b, come(), http.StatusFound)
	var codes []string
	for range 500 {
		codes = append(codes, r.codeOfHarbor(b))
	}
	verify := verifications(b, 1)
	measure(b, r, come, func(q *http.Request) { r.call(b, q, http.StatusFound) }, func() {
		r.askHarbor(b, codes[0])
		codes = codes[1:]
		verify()
	})
}

// codeOfHarbor is a code as any client of the provider gets one.
func (r *rig) codeOfHarbor(b *testing.B) string {
	b.Helper()
	q := url.Values{"client_id": {"portico"}, "redirect_uri": {acme + userpool.PathIDPResponse}, "response_type": {"code"}, "scope": {"openid email profile"}}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := practice.Choose(b.Context(), client, r.harbor.Issuer()+"/authorize?"+q.Encode(), "kofi-90ab", "")
	if err != nil {
		b.Fatal(err)
	}
	_ = response.Body.Close()
	to, err := response.Location()
	if err != nil {
		b.Fatal(err)
	}
	return to.Query().Get("code")
}

// askHarbor does what cannot be avoided at the provider: code for tokens, access token for claims.
func (r *rig) askHarbor(b *testing.B, code string) {
	b.Helper()
	form := url.Values{"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {acme + userpool.PathIDPResponse}}
	request := newRequest(b, http.MethodPost, r.harbor.Issuer()+"/token", form)
	request.SetBasicAuth("portico", "harbor-secret")
	var a answer
	for _, next := range []func() *http.Request{
		func() *http.Request { return request },
		func() *http.Request {
			q := newRequest(b, http.MethodGet, r.harbor.Issuer()+"/userinfo", nil)
			q.Header.Set("Authorization", "Bearer "+a.AccessToken)
			return q
		},
	} {
		response, err := http.DefaultClient.Do(next())
		if err != nil {
			b.Fatal(err)
		}
		p := read(b, response)
		if err := json.Unmarshal([]byte(p.body), &a); err != nil || p.StatusCode != http.StatusOK {
			b.Fatalf("status %d, %v", p.StatusCode, err)
		}
	}
}
