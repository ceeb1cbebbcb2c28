//go:build system

package systemtest

import (
	"net/url"
	"testing"

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
