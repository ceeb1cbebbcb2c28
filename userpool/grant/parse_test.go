package grant

import (
	"bytes"
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"portico/userpool/oauth"
)

func TestParseParams(t *testing.T) {
	form, err := url.ParseQuery("grant_type=authorization_code&client_id=a&client_secret=b&code=c&redirect_uri=https%3A%2F%2Fapp%2Fcb" +
		"&code_verifier=d&refresh_token=e&scope=f+g&token=h&aws_client_metadata=%7B%7D&aws_client_metadata=x&token_type_hint=access_token")
	if err != nil {
		t.Fatal(err)
	}
	got, err := ParseParams(form)
	if err != nil {
		t.Fatal(err)
	}
	want := Params{
		GrantType: "authorization_code", ClientID: "a", ClientSecret: "b", Code: "c", RedirectURI: "https://app/cb",
		CodeVerifier: "d", RefreshToken: "e", Scope: "f g", Token: "h",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("params (-want +got):\n%s", diff)
	}
}

func TestParameterTwice(t *testing.T) {
	for _, name := range []string{
		"grant_type", "client_id", "client_secret", "code", "redirect_uri", "code_verifier", "refresh_token", "scope", "resource", "token",
	} {
		got, err := ParseParams(url.Values{"grant_type": {"refresh_token"}, name: {"a", "b"}})
		wantError(t, err, oauth.InvalidRequest, "")
		if got != (Params{}) {
			t.Errorf("%s twice gave %+v", name, got)
		}
	}
}

func TestParameterTooLong(t *testing.T) {
	for name, limit := range map[string]int{"client_id": maxParam, "redirect_uri": maxParam, "scope": maxScope, "code": maxToken, "token": maxToken} {
		if _, err := ParseParams(url.Values{name: {strings.Repeat("a", limit)}}); err != nil {
			t.Errorf("%s of %d bytes: %v", name, limit, err)
		}
		_, err := ParseParams(url.Values{name: {strings.Repeat("a", limit+1)}})
		wantError(t, err, oauth.InvalidRequest, "")
	}
}

// The largest authorization that Cognito's limits allow must fit into a code that is still looked at.
func TestLargestCodeStillOpens(t *testing.T) {
	h := newHouse(t)
	authorization := h.authorization(web)
	authorization.Scopes = nil
	for i := range oauth.MaxScopes {
		authorization.Scopes = append(authorization.Scopes, strings.Repeat("x", oauth.MaxScopeLength-2)+string(rune('A'+i/26))+string(rune('A'+i%26)))
	}
	authorization.RedirectURI = "https://" + strings.Repeat("r", 1016)
	authorization.Nonce = strings.Repeat("n", maxParam)
	if _, err := h.openCode(poolID, web, h.Authorize(authorization)); err != nil {
		t.Error(err)
	}
	if code := h.Authorize(h.authorization(web)); len(code) > 400 {
		t.Errorf("an ordinary code has %d characters", len(code))
	}
}

func TestPKCE(t *testing.T) {
	tests := []struct {
		name, verifier, challenge string
		want                      bool
	}{
		{"RFC 7636 appendix B", verifier, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", true},
		{"neither", "", "", true},
		{"verifier without challenge", verifier, "", false},
		{"challenge without verifier", "", challenge(), false},
		{"plain", verifier, verifier, false},
		{"42 characters", verifier[1:], s256(verifier[1:]), false},
		{"128 characters", strings.Repeat("a", 128), s256(strings.Repeat("a", 128)), true},
		{"129 characters", strings.Repeat("a", 129), s256(strings.Repeat("a", 129)), false},
		{"all unreserved characters", strings.Repeat("aZ09-._~", 6), s256(strings.Repeat("aZ09-._~", 6)), true},
		{"a reserved character", strings.Repeat("a", 43) + "+", s256(strings.Repeat("a", 43) + "+"), false},
		{"a space", strings.Repeat("a", 43) + " ", s256(strings.Repeat("a", 43) + " "), false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := answers(test.verifier, test.challenge); got != test.want {
				t.Errorf("answers = %v", got)
			}
		})
	}
}

func TestValidChallenge(t *testing.T) {
	for text, want := range map[string]bool{
		challenge(): true, "": false, challenge() + "=": false, challenge()[1:]: false, challenge() + "\n": false,
		strings.Replace(challenge(), challenge()[:1], "+", 1): false,
	} {
		if got := ValidChallenge(text); got != want {
			t.Errorf("ValidChallenge(%q) = %v", text, got)
		}
	}
}

func FuzzUnpackCode(f *testing.F) {
	h := newHouse(f)
	f.Add((code{Authorization: h.authorization(web), id: "id", expires: start}).pack())
	bound := h.authorization(web)
	bound.Resource = "https://api.example/orders"
	f.Add((code{Authorization: bound, id: "id", expires: start}).pack())
	f.Add([]byte{})
	f.Add([]byte("\x02id\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"))
	f.Fuzz(func(t *testing.T, plain []byte) {
		got, err := unpackCode(plain)
		if err != nil {
			if diff := cmp.Diff(code{}, got, cmp.AllowUnexported(code{})); diff != "" {
				t.Errorf("something was returned with an error:\n%s", diff)
			}
			return
		}
		again, err := unpackCode(got.pack())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(got, again, cmp.AllowUnexported(code{})); diff != "" {
			t.Errorf("packed and read again (-was +is):\n%s", diff)
		}
	})
}

func FuzzUnpacker(f *testing.F) {
	f.Add([]byte("\x03abc\x02"))
	f.Add(bytes.Repeat([]byte{0xff}, 20))
	f.Fuzz(func(t *testing.T, plain []byte) {
		u := unpacker{rest: plain}
		for range 4 {
			if text := u.text(); len(text) > len(plain) {
				t.Errorf("read %d bytes out of %d", len(text), len(plain))
			}
			_ = u.time()
		}
		if u.failed && u.end() == nil {
			t.Error("a failed read ends well")
		}
	})
}

func FuzzParseBasic(f *testing.F) {
	for _, header := range []string{"", "Basic YTpi", "Basic YTolMkI=", "Bearer x", "basic  YTpi", "Basic !!!"} {
		f.Add(header)
	}
	f.Fuzz(func(t *testing.T, header string) {
		got, err := ParseBasic(header)
		if err != nil {
			wantError(t, err, oauth.InvalidClient, "")
		}
		if (got == nil) != (err != nil || header == "") {
			t.Errorf("%q gave %v and error %v", header, got, err)
		}
	})
}

// Whatever a stranger sends, it is the stranger's error, and nothing is written.
func FuzzExchange(f *testing.F) {
	h := newHouse(f)
	signedIn := h.signIn(f, spa)
	f.Add("authorization_code", string(spa), "", "AAAA", callback, verifier, "", "")
	f.Add("refresh_token", string(spa), "", "", "", "", signedIn.AccessToken, "")
	f.Add("client_credentials", string(machine), "guess", "", "", "", "", "openid")
	f.Fuzz(func(t *testing.T, grantType, id, secret, code, redirect, verifier, refresh, scope string) {
		request := Request{Pool: h.pool, Params: Params{
			GrantType: grantType, ClientID: id, ClientSecret: secret, Code: code, RedirectURI: redirect, CodeVerifier: verifier,
			RefreshToken: refresh, Scope: scope,
		}}
		_, writes := h.store.counted(func() {
			response, err := h.Exchange(t.Context(), request)
			if err == nil {
				t.Fatalf("a stranger received tokens for %+v", request.Params)
			}
			if refusal := (*oauth.Error)(nil); !errors.As(err, &refusal) || response != (Response{}) {
				t.Fatalf("error %v", err)
			}
		})
		if writes != 0 {
			t.Errorf("%d writes for a stranger", writes)
		}
	})
}

func TestUnpackerStopsAtTheEnd(t *testing.T) {
	var p packer
	p.text("abc")
	p.time(time.Unix(-5, 0))
	for cut := range len(p) {
		u := unpacker{rest: p[:cut]}
		u.text()
		u.time()
		if u.end() == nil {
			t.Errorf("%d of %d bytes were enough", cut, len(p))
		}
	}
	u := unpacker{rest: append(p, 0)}
	if u.text() != "abc" || u.time().Unix() != -5 || u.end() == nil {
		t.Error("a byte too many was not seen")
	}
}
