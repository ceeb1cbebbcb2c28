//go:build system

package systemtest

import (
	"encoding/json"
	"net/http"
	"net/url"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"portico/internal/pgtest"
)

// ada is the person that testdata/pools.yaml declares in every pool.
var ada = map[string]string{"username": "ada", "password": "correct-Horse-7"}

// TestServeSurvivesKill kills the program the hard way and starts it again: a
// code that was used stays used, the refresh token works, the cookie of the
// browser's session signs in silently, and a code that was still open is good.
func TestServeSurvivesKill(t *testing.T) {
	t.Run("SQLite", func(t *testing.T) { surviveKill(t, newServer(t, "pools.yaml")) })
	t.Run("PostgreSQL", func(t *testing.T) {
		s := newServer(t, "pools.yaml")
		s.set("DATABASE", pgtest.Database(t))
		surviveKill(t, s)
	})
}

func surviveKill(t *testing.T, s *server) {
	process := s.start()
	p := s.app(process, firstPool, "first", appSecret)
	them := newPerson(t, p.transport)
	used := codeOf(t, them.visit(p.authorize(), p.CallbackURL, ada))
	tokens := p.redeem(t, used)
	if tokens.Error != "" {
		t.Fatalf("the code is refused: %s", tokens.Error)
	}
	open := codeOf(t, them.visit(p.authorize(), p.CallbackURL, nil))
	keys := keySet(t, p)
	process.kill()

	process = s.start()
	p = s.app(process, firstPool, "first", appSecret)
	if got := keySet(t, p); got != keys {
		t.Errorf("the keys have changed from %s to %s", keys, got)
	}
	if got := p.userInfo(t, tokens.AccessToken); got.status != 200 {
		t.Errorf("userInfo: %d %s", got.status, got.body)
	}
	fresh := p.refresh(t, tokens.RefreshToken)
	if fresh.Error != "" || claimsOf(t, fresh.IDToken)["sub"] != claimsOf(t, tokens.IDToken)["sub"] {
		t.Errorf("the refresh token is refused: %q", fresh.Error)
	}
	if got := p.redeem(t, open); got.Error != "" {
		t.Errorf("a code from before is refused: %s", got.Error)
	}
	silently := them.visit(p.authorize("prompt", "none"), p.CallbackURL, nil)
	if got := p.redeem(t, codeOf(t, silently)); got.Error != "" {
		t.Errorf("a code of the session from before is refused: %s", got.Error)
	}
	if got := p.redeem(t, used); got.Error != "invalid_grant" {
		t.Errorf("a code used before is answered with %q", got.Error)
	}
	// RFC 6749 §4.1.2: the replay ends what the code had given.
	if got := p.refresh(t, tokens.RefreshToken); got.Error != "invalid_grant" {
		t.Errorf("a refresh after the replay is answered with %q", got.Error)
	}

	process.kill() // with what the last start had written
	process = s.start()
	p = s.app(process, firstPool, "first", appSecret)
	if got := p.refresh(t, tokens.RefreshToken); got.Error != "invalid_grant" {
		t.Errorf("after another start the ended family is answered with %q", got.Error)
	}
	if at := them.visit(p.Domain+"/logout?"+url.Values{"client_id": {p.ClientID}, "logout_uri": {p.LogoutURL}}.Encode(), p.LogoutURL, nil); at.Path != "/" {
		t.Errorf("signing out leads to %s", at)
	}
	process.kill()
	process = s.start()
	p = s.app(process, firstPool, "first", appSecret)
	if back := them.visit(p.authorize("prompt", "none"), p.CallbackURL, nil); back.Query().Get("error") != "login_required" {
		t.Errorf("after signing out a silent sign-in comes back with %q", back.Query())
	}
}

// TestKillUnderLoad kills the program while eight clients sign in as fast as
// they can. Whatever it had answered before must be true afterwards.
func TestKillUnderLoad(t *testing.T) {
	s := newServer(t, "pools.yaml")
	process := s.start()
	p := s.app(process, firstPool, "first", appSecret)
	them := newPerson(t, p.transport)
	them.visit(p.authorize(), p.CallbackURL, ada)

	type given struct{ code, refresh string }
	var mu sync.Mutex
	var acknowledged []given
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for {
				code, refresh, err := silently(p, them.client.Jar)
				if err != nil {
					return // the program is gone
				}
				mu.Lock()
				acknowledged = append(acknowledged, given{code, refresh})
				mu.Unlock()
			}
		})
	}
	time.Sleep(300 * time.Millisecond)
	process.kill()
	group.Wait()
	if len(acknowledged) < 20 {
		t.Fatalf("only %d sign-ins before the end", len(acknowledged))
	}
	p = s.app(s.start(), firstPool, "first", appSecret)
	step := max(1, len(acknowledged)/60) // enough of them to see a loss
	for i := len(acknowledged) - 1; i >= 0; i -= step {
		if got := p.refresh(t, acknowledged[i].refresh); got.Error != "" {
			t.Errorf("refresh token %d of %d is refused: %s", i, len(acknowledged), got.Error)
		}
		if got := p.redeem(t, acknowledged[i].code); got.Error != "invalid_grant" {
			t.Errorf("code %d of %d, used before, is answered with %q", i, len(acknowledged), got.Error)
		}
	}
}

// silently gets a code by the session's cookie and exchanges it.
func silently(p *portico, jar http.CookieJar) (code, refresh string, err error) {
	client := &http.Client{Transport: p.transport, Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Get(p.authorize("prompt", "none"))
	if err != nil {
		return "", "", err
	}
	response.Body.Close()
	back, err := response.Location()
	if err != nil {
		return "", "", err
	}
	code = back.Query().Get("code")
	response, err = client.PostForm(p.Domain+"/oauth2/token", url.Values{
		"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {p.CallbackURL}, "client_id": {p.ClientID}, "client_secret": {p.ClientSecret},
	})
	if err != nil {
		return "", "", err
	}
	defer response.Body.Close()
	var answer tokenAnswer
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		return "", "", err
	}
	return code, answer.RefreshToken, nil
}

// TestServeRefusesAnotherKey: with another master key the database is of no use,
// and the program says so instead of serving. Without any, it makes one in the
// operator's configuration folder, away from the database, and finds it again.
func TestServeRefusesAnotherKey(t *testing.T) {
	s := newServer(t, "pools.yaml")
	first := s.start()
	first.stop()
	s.set("PORTICO_KEY", masterKey())
	log, code := s.fails()
	if code != 1 || !strings.Contains(log, "key") || strings.Contains(log, s.environment["PORTICO_KEY"]) {
		t.Errorf("exit code %d:\n%s", code, log)
	}
}

func TestServeMakesItsKey(t *testing.T) {
	s := newServer(t, "pools.yaml")
	delete(s.environment, "PORTICO_KEY")
	home := t.TempDir()
	s.set("XDG_CONFIG_HOME", home)
	process := s.start()
	keys := keySet(t, s.app(process, firstPool, "first", appSecret))
	process.kill()
	if got := keySet(t, s.app(s.start(), firstPool, "first", appSecret)); got != keys {
		t.Error("the keys have changed")
	}
	if made, err := filepath.Glob(filepath.Join(home, "portico", "*.key")); err != nil || len(made) != 1 {
		t.Errorf("keys in the configuration folder: %v, %v", made, err)
	}
	if beside, err := filepath.Glob(filepath.Join(filepath.Dir(s.file), "*.key")); err != nil || len(beside) != 0 {
		t.Errorf("keys beside the database: %v, %v", beside, err)
	}
}

// fails runs the server, which must end by itself with a fault.
func (s *server) fails() (log string, code int) {
	s.t.Helper()
	cmd := exec.CommandContext(within(s.t), program, "serve", "--config", s.file)
	cmd.Env = s.variables()
	out, err := cmd.CombinedOutput()
	if err == nil {
		s.t.Fatalf("portico serve ended without a fault:\n%s", out)
	}
	return string(out), cmd.ProcessState.ExitCode()
}
