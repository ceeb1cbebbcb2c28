package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"portico/config"
	"portico/userpool"
	"portico/userpool/oauth"
	"portico/userpool/token"
)

// conformance is what docs/conformance.md shows between fences of a language.
func conformance(t *testing.T, language string) string {
	t.Helper()
	text, err := os.ReadFile("../../docs/conformance.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(text), "```"+language+"\n")
	block, _, closed := strings.Cut(rest, "```")
	if !found || !closed {
		t.Fatalf("no %s in docs/conformance.md", language)
	}
	return block
}

// The two files of docs/conformance.md can be used as they are, and belong together.
func TestConformanceFiles(t *testing.T) {
	file, err := config.Parse("portico.yaml", []byte(conformance(t, "yaml")), func(string) (string, bool) { return "", false })
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range file.Warnings {
		if w.Path != "server.mail" {
			t.Errorf("warning %v", w)
		}
	}
	declared := file.Pools[0].Declaration
	at := file.Server.Addresses(userpool.ID(*declared.Pool.Id), "", "")
	pool := userpool.Assemble(declared, at)
	if pool.Dialect != userpool.DialectStandard || pool.Signing != userpool.SigningRS256 {
		t.Errorf("dialect %s, %s", pool.Dialect, pool.Signing)
	}
	var suite struct {
		Alias                             string
		Server                            struct{ DiscoveryURL string }
		Client, Client2, ClientSecretPost struct {
			ID     string `json:"client_id"`
			Secret string `json:"client_secret"`
		}
		Browser []struct {
			Match string
			Tasks []struct{ Match string }
		}
	}
	text := strings.ReplaceAll(conformance(t, "json"), `"client_secret_post"`, `"ClientSecretPost"`)
	if err := json.Unmarshal([]byte(text), &suite); err != nil {
		t.Fatal(err)
	}
	if suite.Server.DiscoveryURL != at.Issuer+userpool.PathDiscovery {
		t.Errorf("discoveryUrl %s, issuer %s", suite.Server.DiscoveryURL, at.Issuer)
	}
	if suite.Client.ID == suite.Client2.ID {
		t.Error("the two clients are one")
	}
	for _, c := range []struct{ id, secret string }{
		{suite.Client.ID, suite.Client.Secret}, {suite.Client2.ID, suite.Client2.Secret}, {suite.ClientSecretPost.ID, suite.ClientSecretPost.Secret},
	} {
		client := pool.Clients[userpool.ClientID(c.id)]
		if client == nil || !client.Authenticates(c.secret) {
			t.Fatalf("client %s is not the pool's", c.id)
		}
		base := "https://localhost.emobix.co.uk:8443/test/a/" + suite.Alias
		if _, err := client.CallbackURL(base + "/callback"); err != nil {
			t.Error(err)
		}
		if _, err := client.LogoutURL(base + "/post_logout_redirect"); err != nil {
			t.Error(err)
		}
	}
	for i, path := range []string{userpool.PathAuthorize, userpool.PathEndSession} {
		if suite.Browser[i].Match != at.Origin+path+"*" {
			t.Errorf("the browser waits for %s", suite.Browser[i].Match)
		}
	}
}

// The person of the file has a claim for everything that the offered scopes open (OpenID Connect Core §5.4), in the JSON types
// of §5.1: modules of the suite look for each.
func TestConformancePersonHasEveryClaim(t *testing.T) {
	file, err := config.Parse("portico.yaml", []byte(conformance(t, "yaml")), func(string) (string, bool) { return "", false })
	if err != nil {
		t.Fatal(err)
	}
	declared := file.Pools[0].Declaration
	pool := userpool.Assemble(declared, file.Server.Addresses(userpool.ID(*declared.Pool.Id), "", ""))
	person := userpool.User{Sub: "s", Username: "u", Attributes: map[string]string{"email": declared.Users[0].Username}}
	for _, a := range declared.Users[0].UserAttributes {
		person.Attributes[*a.Name] = *a.Value
	}
	info := token.UserInfo(pool, pool.Clients["conformanceone"], person, oauth.Scopes{"openid", "email", "phone", "profile"})
	for _, name := range strings.Fields("name family_name given_name middle_name nickname preferred_username profile picture website gender birthdate zoneinfo locale updated_at email email_verified phone_number phone_number_verified") {
		kind := fmt.Sprintf("%T", info[name])
		want := "string"
		switch {
		case strings.HasSuffix(name, "_verified"):
			want = "bool"
		case name == "updated_at":
			want = "int64"
		}
		if kind != want {
			t.Errorf("%s is %v, a %s", name, info[name], kind)
		}
	}
}

// The table of docs/conformance.md names every file of tests of a standard, and none that is not there.
func TestConformanceTableIsWhole(t *testing.T) {
	text, err := os.ReadFile("../../docs/conformance.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range regexp.MustCompile("`((?:standard|attack)_[a-z0-9_]+_test\\.go)`").FindAllStringSubmatch(string(text), -1) {
		if _, err := os.Stat(name[1]); err != nil {
			t.Error(err)
		}
	}
	files, err := filepath.Glob("standard_*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if name != "standard_rig_test.go" && !strings.Contains(string(text), "`"+name+"`") {
			t.Errorf("%s is not in the table", name)
		}
	}
}
