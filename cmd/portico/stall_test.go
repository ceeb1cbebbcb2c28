package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"portico/userpool"
)

// Workers, connections to the database, and how long all of it may take: on one core it is a few seconds' work, and what
// stalls never ends.
const (
	stallWorkers = 256
	stallConns   = 4
	stallLimit   = 2 * time.Minute
)

// TestNoStallWithFewConnections: a server that asks for a second connection while it holds one stands still once every
// connection is held.
func TestNoStallWithFewConnections(t *testing.T) {
	noStall(t, newRigAt(t, preparedFile(t), stallConns))
}

// noStall sends workers on the same errand at once: nobody may be refused, and all must come back.
func noStall(t *testing.T, r *rig) {
	t.Helper()
	session := r.session(t)
	failures := make(chan error, stallWorkers)
	var workers sync.WaitGroup
	for n := range stallWorkers {
		e := errand{r: r, session: session, client: appID, secret: appSecret}
		if n%2 == 1 {
			e.client, e.secret, e.rotates = drawingsID, drawingsSecret, true
		}
		workers.Go(func() {
			if err := e.run(); err != nil {
				failures <- err
			}
		})
	}
	done := make(chan struct{})
	go func() { workers.Wait(); close(done) }()
	select {
	case <-done:
	case <-time.After(stallLimit):
		t.Fatal("workers are still waiting")
	}
	close(failures)
	for err := range failures {
		t.Error(err)
	}
}

// errand is everything an app does with one sign-in.
type errand struct {
	r              *rig
	session        string
	client, secret string
	rotates        bool
}

func (e errand) run() error {
	sent, err := e.ask(incoming(http.MethodGet, authorizeAt(acme, "client_id", e.client), nil, e.session), http.StatusFound)
	if err != nil {
		return err
	}
	to, err := url.Parse(sent.Header().Get("Location"))
	if err != nil {
		return err
	}
	tokens, err := e.tokens(url.Values{"grant_type": {"authorization_code"}, "code": {to.Query().Get("code")}, "redirect_uri": {appCallback}})
	if err != nil {
		return err
	}
	for range 3 {
		refresh := tokens.RefreshToken
		if tokens, err = e.tokens(url.Values{"grant_type": {"refresh_token"}, "refresh_token": {refresh}}); err != nil {
			return err
		}
		if e.rotates != (tokens.RefreshToken != "") {
			return fmt.Errorf("rotates: %v, new refresh token %q", e.rotates, tokens.RefreshToken)
		}
		if !e.rotates {
			tokens.RefreshToken = refresh
		}
		if _, err := e.ask(withBearer(tokens.AccessToken), http.StatusOK); err != nil {
			return err
		}
		if _, err := e.ask(tokenRequest(reportsID, reportsSecret, url.Values{"grant_type": {"client_credentials"}}), http.StatusOK); err != nil {
			return err
		}
	}
	revocation := incoming(http.MethodPost, acme+userpool.PathRevoke, url.Values{"token": {tokens.RefreshToken}}, "")
	revocation.SetBasicAuth(e.client, e.secret)
	if _, err := e.ask(revocation, http.StatusOK); err != nil {
		return err
	}
	_, err = e.ask(withBearer(tokens.AccessToken), http.StatusUnauthorized) // it was the last
	return err
}

func (e errand) tokens(form url.Values) (a answer, err error) {
	w, err := e.ask(tokenRequest(e.client, e.secret, form), http.StatusOK)
	if err != nil {
		return a, err
	}
	return a, json.Unmarshal(w.Body.Bytes(), &a)
}

func (e errand) ask(request *http.Request, status int) (*httptest.ResponseRecorder, error) {
	w := httptest.NewRecorder()
	e.r.handler.ServeHTTP(w, request)
	if w.Code != status {
		return nil, fmt.Errorf("%s %s: status %d, want %d: %s", request.Method, request.URL.Path, w.Code, status, w.Body)
	}
	return w, nil
}

// withBearer is a userInfo request.
func withBearer(access string) *http.Request {
	r := incoming(http.MethodGet, acme+userpool.PathUserInfo, nil, "")
	r.Header.Set("Authorization", "Bearer "+access)
	return r
}
