package main

import (
	"encoding/json"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/go-jose/go-jose/v4"

	"portico/config"
	"portico/store"
	"portico/userpool"
	"portico/userpool/notify"
	"portico/userpool/seal"
	"portico/userpool/token"
)

// keeper is a verifier of the least helpful kind: it keeps the key set for a while whatever our headers say, and does not
// fetch it again for a key it does not know.
type keeper struct {
	r       *rig
	keeps   time.Duration
	fetched time.Time
	set     jose.JSONWebKeySet
}

// verify checks a token as an app would, and says which algorithm it has.
func (k *keeper) verify(t *testing.T, raw string) (alg string) {
	t.Helper()
	if time.Since(k.fetched) >= k.keeps {
		k.fetched = time.Now()
		p := read(t, k.r.serve(newRequest(t, http.MethodGet, "https://id.example/"+acmePool+userpool.PathKeys, nil)))
		k.set = jose.JSONWebKeySet{}
		if err := json.Unmarshal([]byte(p.body), &k.set); err != nil {
			t.Fatal(err)
		}
	}
	signed, err := jose.ParseSignedCompact(raw, []jose.SignatureAlgorithm{jose.RS256, jose.ES256})
	if err != nil {
		t.Fatal(err)
	}
	header := signed.Signatures[0].Protected
	keys := k.set.Key(header.KeyID)
	if len(keys) != 1 {
		t.Fatalf("a token is signed by %s, which the verifier does not know", header.KeyID)
	}
	if _, err := signed.Verify(keys[0].Key); err != nil {
		t.Fatal(err)
	}
	return header.Algorithm
}

// replica is another server beside the rig's, at the same database.
func (r *rig) replica(t *testing.T) *rig {
	t.Helper()
	other := &rig{log: &lockedBuffer{}, inbox: notify.NewInbox(1, time.Now), came: make(chan struct{}, 1), env: r.env}
	other.logTo = other.log
	closeIt, err := other.wire(r.env)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := closeIt(); err != nil {
			t.Error(err)
		}
	})
	return other
}

// TestRotationUnderSignIns moves a pool of two replicas from RS256 to ES256 while people sign in without a pause. No
// verifier that keeps the key set fails, at no moment, and nobody restarts anything. Real hours are seconds here.
func TestRotationUnderSignIns(t *testing.T) {
	r := newRig(t)
	replicas := []*rig{r, r.replica(t)}
	verifiers := []*keeper{{r: replicas[0], keeps: time.Second}, {r: replicas[1], keeps: 900 * time.Millisecond}}
	ada := r.tab(t)
	ada.signIn(acme, adaName, adaPassword)

	var old []string // tokens of the key before
	signIn := func(i int) (alg string) {
		t.Helper()
		code := ada.toApp(ada.get(authorizeAt(acme))).Get("code")
		a := replicas[i%2].redeem(t, acme, code)
		if a.status != http.StatusOK {
			t.Fatalf("sign-in %d: %+v", i, a)
		}
		for n, verifier := range verifiers {
			id, access := verifier.verify(t, a.IDToken), verifier.verify(t, a.AccessToken)
			if id != access && i > 0 {
				t.Logf("sign-in %d crosses the moment: ID token %s, access token %s", i, id, access)
			}
			if status := replicas[n].userInfo(t, acme, a.AccessToken); status != http.StatusOK {
				t.Fatalf("sign-in %d: userInfo of replica %d answers %d", i, n, status)
			}
			alg = id
		}
		if alg == userpool.SigningRS256 && len(old) < 10 {
			old = append(old, a.AccessToken)
		}
		return alg
	}
	signIn(0)
	change := rotation{pool: acmePool, alg: userpool.SigningES256, now: time.Now(), overlap: 5 * time.Second}
	if err := change.run(t.Context(), r.db); err != nil {
		t.Fatal(err)
	}
	signed := map[string]int{}
	for i := 1; time.Since(change.signsFrom()) < 1500*time.Millisecond; i++ {
		alg := signIn(i)
		signed[alg]++
		if early := time.Until(change.signsFrom()); alg == userpool.SigningES256 && early > 0 {
			t.Fatalf("signed by the new key %s before its time", early)
		}
	}
	if signed[userpool.SigningRS256] == 0 || signed[userpool.SigningES256] == 0 {
		t.Fatalf("sign-ins by algorithm: %v, want some of both", signed)
	}
	for _, raw := range old {
		verifiers[0].verify(t, raw)
		if status := r.userInfo(t, acme, raw); status != http.StatusOK {
			t.Errorf("userInfo answers %d to a token of the key before", status)
		}
	}
	t.Logf("sign-ins by algorithm: %v", signed)
}

// TestAttackStolenSigningKey: whoever has a signing key can forge tokens until it is forgotten, and from then on none of
// what it signed is taken, by a server that was never restarted.
func TestAttackStolenSigningKey(t *testing.T) {
	r := newRig(t)
	stolen := r.redeem(t, acme, r.tab(t).signIn(acme, adaName, adaPassword).Get("code")) // as good as any forgery
	if status := r.userInfo(t, acme, stolen.AccessToken); status != http.StatusOK {
		t.Fatalf("userInfo answers %d before", status)
	}
	after := rotation{pool: acmePool, alg: userpool.SigningRS256, now: time.Now(), forget: true}
	if err := after.run(t.Context(), r.db); err != nil {
		t.Fatal(err)
	}
	deadline := time.Now().Add(time.Minute)
	for r.userInfo(t, acme, stolen.AccessToken) != http.StatusUnauthorized {
		if time.Now().After(deadline) {
			t.Fatal("a token of a forgotten key is still taken")
		}
		time.Sleep(10 * time.Millisecond) // until the server has looked at the settings' version
	}
	// The person is not troubled: the app's refresh token fetches tokens of the new key.
	fresh := r.token(t, acme, appID, appSecret, map[string][]string{"grant_type": {"refresh_token"}, "refresh_token": {stolen.RefreshToken}})
	if status := r.userInfo(t, acme, fresh.AccessToken); status != http.StatusOK {
		t.Errorf("userInfo answers %d to a new token", status)
	}
	(&keeper{r: r}).verify(t, fresh.IDToken)
}

// A pool gets keys for the algorithm that its tag names when it is created.
func TestPoolIsCreatedWithItsAlgorithm(t *testing.T) {
	for tag, want := range map[string]string{"": userpool.SigningRS256, "RS256": userpool.SigningRS256, "ES256": userpool.SigningES256} {
		db, err := store.Open(t.Context(), store.Options{URL: filepath.Join(t.TempDir(), "portico.db"), Key: seal.NewMasterKey()})
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		declared := config.Pool{Declaration: userpool.Declaration{Pool: types.UserPoolType{Name: new("Fresh")}}}
		if tag != "" {
			declared.Declaration.Pool.UserPoolTags = map[string]string{userpool.SigningTag: tag}
		}
		created, err := declare(t.Context(), db, "us-east-1", []config.Pool{declared}, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		list, err := keysOf(t.Context(), db, userpool.ID(*created[0].Pool.Id))
		if err != nil {
			t.Fatal(err)
		}
		if len(list.Keys) != 2 || list.Keys[0].Alg != want || list.Keys[1].Alg != want || list.Keys[0].State != token.StateSigning {
			t.Errorf("tag %q: %+v", tag, list.Keys)
		}
	}
}
