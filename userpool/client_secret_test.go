package userpool

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

func secretsNamed(values ...string) []ClientSecret {
	var list []ClientSecret
	for _, v := range values {
		list = append(list, ClientSecret{ID: "id of " + v, Value: NewSecret(v)})
	}
	return list
}

func TestMayAddSecret(t *testing.T) {
	for _, c := range []struct {
		have  []ClientSecret
		value string
		want  error
	}{
		{nil, "new", ErrPublicClient}, {secretsNamed("one"), "new", nil}, {secretsNamed("one"), "one", ErrSecretExists},
		{secretsNamed("one", "two"), "new", ErrSecretLimit}, {secretsNamed("one", "two"), "two", ErrSecretExists},
	} {
		if err := MayAddSecret(c.have, NewSecret(c.value)); !errors.Is(err, c.want) {
			t.Errorf("%q beside %d: %v, want %v", c.value, len(c.have), err, c.want)
		}
	}
}

// The last secret stays: without it the client would be public, and anybody could pose as it.
func TestMayDeleteSecret(t *testing.T) {
	for _, c := range []struct {
		have []ClientSecret
		id   string
		want error
		at   int
	}{
		{nil, "id of one", ErrNotFound, 0}, {secretsNamed("one"), "id of one", ErrLastSecret, 0}, {secretsNamed("one"), "x", ErrNotFound, 0},
		{secretsNamed("one", "two"), "id of one", nil, 0}, {secretsNamed("one", "two"), "id of two", nil, 1}, {secretsNamed("one", "two"), "", ErrNotFound, 0},
	} {
		if i, err := MayDeleteSecret(c.have, c.id); !errors.Is(err, c.want) || i != c.at {
			t.Errorf("%s of %d: %d, %v; want %d, %v", c.id, len(c.have), i, err, c.at, c.want)
		}
	}
}

func TestClientSecretID(t *testing.T) {
	at := time.UnixMilli(1767225600123)
	first := ClientSecretID("app", at, nil)
	if first != "app--1767225600123" {
		t.Errorf("ID %s", first)
	}
	if second := ClientSecretID("app", at, []ClientSecret{{ID: first}}); second != "app--1767225600124" {
		t.Errorf("second ID %s", second)
	}
	if long := ClientSecretID(ClientID(strings.Repeat("a", 128)), at, nil); len(long) != 128 || !strings.HasSuffix(long, "a--1767225600123") {
		t.Errorf("ID of %d characters: %s", len(long), long)
	}
}

func TestCheckClientSecret(t *testing.T) {
	for text, want := range map[string]bool{
		strings.Repeat("a", 23): false, strings.Repeat("a", 24): true, strings.Repeat("Z9_+", 16): true, strings.Repeat("a", 65): false,
		strings.Repeat("a", 30) + "-": false, strings.Repeat("a", 30) + "\n": false, strings.Repeat("é", 30): false,
	} {
		err := CheckClientSecret(text)
		if (err == nil) != want {
			t.Errorf("%q: %v", text, err)
		}
		if err != nil && strings.Contains(err.Error(), text) {
			t.Errorf("the error quotes the secret: %v", err)
		}
	}
}

func TestSecondSecretAuthenticates(t *testing.T) {
	d := Declaration{
		Clients: []types.UserPoolClientType{{ClientId: ptr("app"), ClientSecret: ptr("first")}, {ClientId: ptr("other"), ClientSecret: ptr("others")}},
		Secrets: []ClientSecret{{Client: "app", Value: NewSecret("second")}},
	}
	p := Assemble(d, Addresses{})
	for _, c := range []struct {
		client ClientID
		secret string
		want   bool
	}{
		{"app", "first", true}, {"app", "second", true}, {"app", "others", false}, {"app", "", false}, {"app", "firstsecond", false},
		{"other", "others", true}, {"other", "second", false},
	} {
		if got := p.Clients[c.client].Authenticates(c.secret); got != c.want {
			t.Errorf("%s with %q: %v", c.client, c.secret, got)
		}
	}
}
