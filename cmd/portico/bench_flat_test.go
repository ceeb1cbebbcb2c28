package main

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"portico/store/storetest"
	"portico/userpool"
	"portico/userpool/directory"
	"portico/userpool/login"
	"portico/userpool/seal"
	"portico/web/browser"
)

// How much the benchmarks of flat cost measure. PORTICO_BENCH_USERS, numbers with commas between them, takes the place of the
// sizes; `make bench-flat` goes to a million, which takes minutes to fill.
const (
	flatSizes     = "1000,10000"
	flatSamples   = 600    // of each endpoint at each size
	flatPasswords = 200    // of sign-ins with a password, which take longest
	flatWarm      = 20_000 // people read beforehand
	flatBatch     = 50
)

// BenchmarkFlatCostSQLite measures the latency of every endpoint, as a client on a connection of its own sees it, with more and
// more users in the store, each time for users taken at random. The sizes take turns, fifty requests each, so that what else the
// machine does meanwhile falls on all of them. x-p50 and x-p99 are the ratios to the smallest size: 1 is perfect.
func BenchmarkFlatCostSQLite(b *testing.B) {
	flatCost(b, func(b *testing.B) *rig { return newRigAt(b, preparedFile(b), 0) }, "sqlite")
}

func flatCost(b *testing.B, open func(*testing.B) *rig, driver string) {
	sizes := os.Getenv("PORTICO_BENCH_USERS")
	if sizes == "" {
		sizes = flatSizes
	}
	var towns []*town
	for text := range strings.SplitSeq(sizes, ",") {
		size, err := strconv.Atoi(text)
		if err != nil || size < flatSamples {
			b.Fatalf("PORTICO_BENCH_USERS: %q is no number, or below %d", text, flatSamples)
		}
		towns = append(towns, settle(b, open(b), driver, size))
	}
	for _, trip := range trips() {
		for from := 0; from < trip.samples; from += flatBatch {
			for _, t := range towns {
				for n := from; n < from+flatBatch; n++ {
					t.goes(b, trip, n)
				}
			}
		}
	}
	for _, trip := range trips() {
		base := towns[0].took[trip.name]
		for _, t := range towns {
			b.Run(fmt.Sprintf("%s/users=%d", trip.name, t.crowd.Size), func(b *testing.B) {
				took := t.took[trip.name]
				b.ReportMetric(0, "ns/op") // the figures were taken before
				for _, q := range []int{50, 99} {
					at, alone := quantile(took, q), quantile(base, q)
					b.ReportMetric(at, fmt.Sprintf("p%d-us", q))
					b.ReportMetric(at/alone, fmt.Sprintf("x-p%d", q))
				}
			})
		}
	}
}

// quantile is in microseconds.
func quantile(took []time.Duration, percent int) float64 {
	sorted := slices.Sorted(slices.Values(took))
	return float64(sorted[(len(sorted)-1)*percent/100].Nanoseconds()) / 1000
}

// town is a server with a crowd of users, and what is known of those that come.
type town struct {
	*rig
	at      *httptest.Server
	crowd   storetest.Crowd
	visitor []visitor
	took    map[string][]time.Duration // by the name of the trip
}

type visitor struct {
	number  int // in the crowd
	session string
	code    string
	tokens  answer
}

// trip is a request that a visitor makes, what the answer must be, and what is kept of it.
type trip struct {
	name    string
	samples int
	request func(t *town, v *visitor) *http.Request
	status  int
	keep    func(v *visitor, header http.Header, body []byte) error
}

// trips are in the order in which one leads to the next.
func trips() []trip {
	return []trip{
		{"SignInPage", flatSamples, func(*town, *visitor) *http.Request { return incoming(http.MethodGet, loginAt(acme), nil, "") }, http.StatusOK, nil},
		{"PasswordSignIn", flatPasswords, func(t *town, v *visitor) *http.Request {
			form := url.Values{"username": {t.crowd.Email(v.number)}, "password": {adaPassword}, "_csrf": {"x"}}
			return incoming(http.MethodPost, loginAt(acme), form, csrfCookie+"=x")
		}, http.StatusFound, nil},
		{"SilentSignIn", flatSamples, func(_ *town, v *visitor) *http.Request {
			return incoming(http.MethodGet, authorizeAt(acme), nil, v.session)
		}, http.StatusFound, func(v *visitor, header http.Header, _ []byte) error {
			to, err := url.Parse(header.Get("Location"))
			if err == nil {
				v.code = to.Query().Get("code")
			}
			return err
		}},
		{"CodeExchange", flatSamples, func(_ *town, v *visitor) *http.Request {
			return tokenRequest(appID, appSecret, url.Values{"grant_type": {"authorization_code"}, "code": {v.code}, "redirect_uri": {appCallback}})
		}, http.StatusOK, func(v *visitor, _ http.Header, body []byte) error { return json.Unmarshal(body, &v.tokens) }},
		{"Refresh", flatSamples, func(_ *town, v *visitor) *http.Request {
			return tokenRequest(appID, appSecret, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {v.tokens.RefreshToken}})
		}, http.StatusOK, nil},
		{"UserInfo", flatSamples, func(_ *town, v *visitor) *http.Request {
			r := incoming(http.MethodGet, acme+userpool.PathUserInfo, nil, "")
			r.Header.Set("Authorization", "Bearer "+v.tokens.AccessToken)
			return r
		}, http.StatusOK, nil},
		{"ClientCredentials", flatSamples, func(*town, *visitor) *http.Request {
			return tokenRequest(reportsID, reportsSecret, url.Values{"grant_type": {"client_credentials"}})
		}, http.StatusOK, nil},
	}
}

// goes lets a visitor make a trip and writes down how long it took.
func (t *town) goes(b *testing.B, by trip, n int) {
	b.Helper()
	v := &t.visitor[n]
	request := by.request(t, v)
	request.RequestURI, request.URL.Scheme, request.URL.Host = "", "http", t.at.Listener.Addr().String() // Host stays the pool's
	began := time.Now()
	answered, err := t.at.Client().Do(request)
	if err != nil {
		b.Fatal(err)
	}
	body, err := io.ReadAll(answered.Body)
	t.took[by.name] = append(t.took[by.name], time.Since(began))
	_ = answered.Body.Close()
	if err != nil || answered.StatusCode != by.status {
		b.Fatalf("%s: status %d, %v: %s", by.name, answered.StatusCode, err, body)
	}
	if by.keep != nil {
		if err := by.keep(v, answered.Header, body); err != nil {
			b.Fatal(err)
		}
	}
}

// settle fills a server's store and signs in those who will come. They are spread over the whole crowd.
func settle(b *testing.B, r *rig, driver string, size int) *town {
	b.Helper()
	hash, err := directory.NewHasher().Hash(b.Context(), adaPassword)
	if err != nil {
		b.Fatal(err)
	}
	t := &town{rig: r, took: map[string][]time.Duration{}, crowd: storetest.Crowd{Pool: acmePool, Size: size, Password: hash}}
	t.at = httptest.NewServer(r.handler)
	b.Cleanup(t.at.Close)
	t.at.Client().CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	began := time.Now()
	t.crowd.Join(b, driver, r.env["DATABASE"])
	b.Logf("%d users joined in %v", size, time.Since(began).Round(time.Second))
	t.warm(b)
	for n := range flatSamples {
		v := visitor{number: n * (size / flatSamples)}
		if v.session, err = t.signedIn(b, v.number); err != nil {
			b.Fatal(err)
		}
		t.visitor = append(t.visitor, v)
	}
	return t
}

// warm reads people taken at random, so that what is measured is a server that has run for a while: the first to read a page
// pays for its way into the process.
func (t *town) warm(b *testing.B) {
	b.Helper()
	for range flatWarm {
		n := rand.IntN(t.crowd.Size)
		_, user := t.db.UserBySub(b.Context(), acmePool, t.crowd.Sub(n))
		_, session := t.db.Session(b.Context(), acmePool, t.crowd.Session(n))
		_, family := t.db.Family(b.Context(), acmePool, t.crowd.Family(n))
		if err := errors.Join(user, session, family); err != nil {
			b.Fatal(err)
		}
	}
}

// signedIn opens a session as a sign-in would, and returns the cookie.
func (t *town) signedIn(b *testing.B, number int) (cookie string, err error) {
	b.Helper()
	id := fmt.Sprintf("session of %d", number)
	hash := sha256.Sum256([]byte(id))
	if err := t.db.SignIn(b.Context(), login.SignIn{Session: login.Session{
		Hash: hash[:], Pool: acmePool, Sub: t.crowd.Sub(number), Client: appID, AuthTime: time.Now(), Expires: time.Now().Add(time.Hour),
	}}); err != nil {
		return "", err
	}
	key, err := seal.ParseMasterKey(t.env["PORTICO_KEY"])
	if err != nil {
		return "", err
	}
	w := httptest.NewRecorder()
	if err := browser.NewCookies(key).SetSession(w, incoming(http.MethodGet, loginAt(acme), nil, ""), &userpool.Pool{At: userpool.Addresses{Origin: acme}, Sessions: userpool.SessionPolicy{Lifetime: time.Hour}}, id); err != nil {
		return "", err
	}
	cookie, _, _ = strings.Cut(w.Header().Get("Set-Cookie"), ";")
	return cookie, nil
}
