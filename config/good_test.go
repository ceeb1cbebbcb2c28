package config

import (
	"errors"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"portico/userpool"
)

func load(t *testing.T, path string) *File {
	t.Helper()
	f, err := Load(path, testEnv)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestEveryServerSetting(t *testing.T) {
	got := load(t, "testdata/good/everything.yaml").Server
	if s := got.Origin(); s != "https://sign-in.example.com" {
		t.Errorf("origin %q", s)
	}
	if s := got.Database.URL.Reveal(); s != "postgres://u:p%40ss@db:5432/portico?sslmode=require" || !got.Database.Postgres() {
		t.Errorf("database %q", s)
	}
	if s := got.Mail.Password.Reveal(); s != "0123" {
		t.Errorf("password %q: a number is text as it is written", s)
	}
	if hook := got.SMS.Webhook; hook.URL.Reveal() != "https://10.0.0.7:8443/send?key=0123" || hook.Secret.Empty() {
		t.Errorf("webhook %q", hook.URL.Reveal())
	}
	got.URL, got.Database.URL, got.Mail.Password, got.SMS.Webhook = Server{}.URL, userpool.Secret{}, userpool.Secret{}, SMSWebhook{}
	want := Server{
		Listen: "[::1]:8443", Region: "us-gov-west-1", Database: Database{MaxConnections: 16}, KeyFile: "testdata/good/secrets/master.key",
		Mail:                  Mail{Host: "smtp.example.com", Port: 2525, Username: "portico", From: "sign-in@example.com", FromName: "42", TLS: MailImplicit},
		SMS:                   SMS{PerHour: 1000, Prefixes: []string{"+351", "+4420"}, AllowPrivate: true},
		TLS:                   TLS{CertFile: "/etc/cert.pem", KeyFile: "testdata/good/key.pem"},
		TrustedProxies:        []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("2001:db8::/32"), netip.MustParsePrefix("192.0.2.7/32")},
		AllowPrivateProviders: true, Log: Log{Level: slog.LevelDebug, Format: LogJSON}, ShutdownTimeout: 90 * time.Second,
		Support: "help@example.com", Links: Links{Help: "https://example.com/help"},
		CompromisedPasswords: CompromisedPasswords{File: "testdata/good/lists/pwned.txt"},
		Limits: Limits{
			PerAddress: AddressRates{SignIn: userpool.Rate{Off: true}, SignUp: userpool.Rate{Count: 7, Per: time.Hour}},
			PerAccount: AccountRates{CodeRequest: userpool.Rate{Count: 3, Per: 30 * time.Minute}},
		},
	}
	rates, usual := got.Limits.Rates(), userpool.DefaultLimits()
	usual.Address.SignIn, usual.Address.SignUp, usual.Account.CodeRequest = want.Limits.PerAddress.SignIn, want.Limits.PerAddress.SignUp, want.Limits.PerAccount.CodeRequest
	if rates != usual {
		t.Errorf("rates %+v", rates)
	}
	if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b userpool.Secret) bool { return a == b }), cmpopts.EquateComparable(netip.Prefix{})); diff != "" {
		t.Errorf("server (-want +got):\n%s", diff)
	}
}

func TestDefaultsOfAnEmptyFile(t *testing.T) {
	f := load(t, "testdata/good/empty.yaml")
	s := f.Server
	if s.Origin() != "http://localhost:8080" || s.Listen != "127.0.0.1:8080" || s.Region != "us-east-1" || s.ShutdownTimeout != 20*time.Second ||
		s.Log.Format != LogText || s.Database.URL.Reveal() != "testdata/good/portico.db" || s.Database.MaxConnections != 20 || s.Mail.Enabled() ||
		s.TLS.Enabled() || !s.Key.Empty() || len(f.Pools) != 0 {
		t.Errorf("defaults %+v, pools %v", s, f.Pools)
	}
}

func TestWindowsText(t *testing.T) {
	if s := load(t, "testdata/good/windows.yaml").Server; s.Listen != "127.0.0.1:0" || s.Origin() != "http://localhost:0" {
		t.Errorf("server %+v", s)
	}
}

func TestMailDefaults(t *testing.T) {
	for _, c := range []struct {
		text string
		tls  MailTLS
		port int
	}{
		{"", MailStartTLS, 587}, {"tls: implicit", MailImplicit, 465}, {"tls: none", MailPlain, 25}, {"port: 2525", MailStartTLS, 2525},
	} {
		f := mustParse(t, "server: {mail: {host: localhost, from: a@example.com, "+c.text+"}}")
		if m := f.Server.Mail; m.TLS != c.tls || m.Port != c.port {
			t.Errorf("%q: %s port %d, want %s port %d", c.text, m.TLS, m.Port, c.tls, c.port)
		}
	}
}

func mustParse(t *testing.T, text string) *File {
	t.Helper()
	f, err := Parse("portico.yaml", []byte(text), testEnv)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestKeyOfTheEnvironment(t *testing.T) {
	const key = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
	env := func(name string) (string, bool) { return key, name == "PORTICO_KEY" }
	for text, want := range map[string]string{"": key, "server: {key_file: x}": "", "server: {key: " + strings.Replace(key, "MDE", "MDI", 1) + "}": strings.Replace(key, "MDE", "MDI", 1)} {
		f, err := Parse("portico.yaml", []byte(text), env)
		if err != nil {
			t.Fatal(err)
		}
		if got := f.Server.Key.Reveal(); got != want {
			t.Errorf("%q: key %q, want %q", text, got, want)
		}
	}
	_, err := Parse("portico.yaml", nil, func(string) (string, bool) { return "hunter2", true })
	if err == nil || strings.Contains(err.Error(), "hunter2") || !strings.Contains(err.Error(), "server.key: wants 32 bytes") {
		t.Errorf("a wrong key of the environment gives %v", err)
	}
}

func TestExpansion(t *testing.T) {
	for text, want := range map[string]string{
		"${SUPPORT}": "help@example.com", "${NESTED}": "${SUPPORT}", "a ${WORD} ${WORD}": "a word word", "$${WORD}": "${WORD}",
		"$$${WORD}": "$${WORD}", "$5 $ { } $WORD": "$5 $ { } $WORD", "${EMPTY}": "", "x$${": "x${", "|\n      a ${WORD}\n      b\n": "a word\nb\n",
	} {
		if !strings.HasPrefix(text, "|") {
			text = `"` + text + `"`
		}
		f := mustParse(t, "pools:\n- PoolName: x\n  Groups:\n  - GroupName: g\n    Description: "+text)
		if got := *f.Pools[0].Declaration.Groups[0].Description; got != want {
			t.Errorf("%s gives %q, want %q", text, got, want)
		}
	}
}

func TestPastedAnswersOfTheAPI(t *testing.T) {
	f := load(t, "testdata/good/pasted.yaml")
	d := f.Pools[0].Declaration
	if got := d.Pool.CreationDate.UTC(); !got.Equal(time.UnixMilli(1714550000123)) {
		t.Errorf("CreationDate %v", got)
	}
	if got := d.Clients[0].CreationDate.UTC().Format(time.RFC3339Nano); got != "2024-05-01T08:11:12.345Z" {
		t.Errorf("CreationDate of the client %v", got)
	}
	details := d.Providers[0].ProviderDetails
	if details["attributes_url_add_attributes"] != "false" || details["client_id"] != "123456789012345678901" || details["oidc_issuer"] != "https://shop.okta.example/" {
		t.Errorf("details %v", details)
	}
	if d.Pool.UserPoolTags["cost-center"] != "17" || *d.Clients[0].ClientSecret != "9example87654321abcdefghijklmnopqrstuvwxyz0123456789" {
		t.Errorf("tags %v", d.Pool.UserPoolTags)
	}
	schema := userpool.Assemble(d, userpool.Addresses{}).Schema
	if _, listed := schema["custom:identities"]; listed || !schema["dev:custom:flag"].DeveloperOnly || !schema["email"].Required {
		t.Errorf("schema %v", schema)
	}
}

func TestAnchorsAndMergeKeys(t *testing.T) {
	f := load(t, "testdata/good/anchors.yaml")
	one, two := f.Pools[0].Declaration, f.Pools[1].Declaration
	if *two.Pool.Name != "Two" || *two.Pool.Domain != "two" || *two.Pool.Policies.PasswordPolicy.MinimumLength != 12 || !two.Pool.Policies.PasswordPolicy.RequireNumbers {
		t.Errorf("second pool %+v", two.Pool)
	}
	if *one.Clients[1].ClientName != "other" || !*one.Clients[1].AllowedOAuthFlowsUserPoolClient || len(two.Clients) != 2 {
		t.Errorf("clients %+v", one.Clients)
	}
	if one.Pool.Policies.PasswordPolicy.RequireNumbers {
		t.Error("a merge changed the object it was taken from")
	}
}

func TestGenerateSecret(t *testing.T) {
	f := load(t, "../portico.example.yaml")
	if diff := cmp.Diff(map[int]bool{1: true, 2: true}, f.Pools[0].GenerateSecret); diff != "" {
		t.Error(diff)
	}
	for _, c := range f.Pools[0].Declaration.Clients {
		if c.ClientSecret != nil {
			t.Error("a placeholder was left in place of a secret")
		}
	}
}

func TestExampleIsFreeOfFaults(t *testing.T) {
	f, err := Load("../portico.example.yaml", noEnv)
	if err != nil {
		t.Fatal(err)
	}
	if len(f.Warnings) != 1 || f.Warnings[0].Path != "server.mail" {
		t.Errorf("warnings %v", f.Warnings)
	}
	pool := userpool.Assemble(f.Pools[0].Declaration, f.Server.Addresses("us-east-1_Example01", "", ""))
	if _, err := userpool.NewCatalog(pool); err != nil || len(pool.Clients) != 3 {
		t.Errorf("%v, %d clients", err, len(pool.Clients))
	}
}

// TestExampleUncommented: what the example shows in comments is right, too.
func TestExampleUncommented(t *testing.T) {
	data, err := os.ReadFile("../portico.example.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, line := range strings.Split(string(data), "\n") {
		bare := strings.TrimLeft(line, " ")
		if rest, ok := strings.CutPrefix(bare, "#"); ok && rest != "" && len(bare) < len(line) && (rest[0] != ' ' || strings.HasPrefix(rest, "  ")) {
			line = line[:len(line)-len(bare)] + rest
		}
		lines = append(lines, line)
	}
	text := strings.Join(lines, "\n")
	for _, double := range []string{"  trusted_proxies: []\n", "    url: https://api.pwnedpasswords.com/range/\n", "  key: \"${PORTICO_MASTER_KEY}\"\n", "    Domain: example\n"} {
		if !strings.Contains(text, double) {
			t.Fatalf("the example no longer holds %q", double)
		}
		text = strings.Replace(text, double, "", 1)
	}
	text = strings.Replace(text, "http://localhost:8080", "https://localhost:8080", 1)
	// Of the two carriers of text messages a server has one.
	webhook := text[strings.Index(text, "    webhook:\n"):strings.Index(text, "    # Messages in an hour")]
	withSNS := strings.Replace(text, webhook, "", 1)
	uncommented(t, withSNS)
	uncommented(t, strings.Replace(text, text[strings.Index(text, "    sns:\n"):strings.Index(text, "    # A program of your own")], "", 1))
}

func uncommented(t *testing.T, text string) {
	t.Helper()
	f, err := Parse("portico.yaml", []byte(text), func(name string) (string, bool) {
		if name == "SMS_WEBHOOK_SECRET" {
			return "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODk=", true
		}
		return "AKIDEXAMPLE01234", name != "PORTICO_KEY"
	})
	if err != nil {
		t.Fatal(err)
	}
	if !f.Server.SMS.Enabled() || f.Server.SMS.PerHour != 1000 || len(f.Pools[0].Declaration.Providers) != 2 || f.Server.Mail.Host == "" || f.Server.Links.Terms == "" {
		t.Errorf("not everything was uncommented: %+v", f)
	}
}

// TestExampleNamesEverySetting: a setting that is not in the example cannot be found.
func TestExampleNamesEverySetting(t *testing.T) {
	data, err := os.ReadFile("../portico.example.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var walk func(reflect.Type)
	walk = func(s reflect.Type) {
		for _, f := range reflect.VisibleFields(s) {
			if name := f.Tag.Get("yaml"); !strings.Contains(string(data), name+":") {
				t.Errorf("%s is not in the example", name)
			}
			if f.Type.Kind() == reflect.Struct && f.Type.PkgPath() == "portico/config" {
				walk(f.Type)
			}
		}
	}
	walk(reflect.TypeFor[Server]())
}

func TestAddressesOfPools(t *testing.T) {
	for _, c := range []struct{ url, domain, custom, issuer, origin string }{
		{"https://id.example.com", "", "", "https://id.example.com/us-east-1_A", "https://id.example.com"},
		{"https://id.example.com:8443", "shop", "", "https://id.example.com:8443/us-east-1_A", "https://shop.id.example.com:8443"},
		{"https://id.example.com", "shop", "auth.shop.example", "https://id.example.com/us-east-1_A", "https://auth.shop.example"},
		{"http://localhost:8080", "shop", "", "http://localhost:8080/us-east-1_A", "http://shop.localhost:8080"},
	} {
		s := mustParse(t, "server: {url: \""+c.url+"\"}").Server
		want := userpool.Addresses{Issuer: c.issuer, Origin: c.origin}
		if got := s.Addresses("us-east-1_A", c.domain, c.custom); got != want {
			t.Errorf("%v: got %v", c, got)
		}
	}
}

func TestWarnings(t *testing.T) {
	f := mustParse(t, `
server:
  url: https://id.example.com
pools:
  - PoolName: x
    MfaConfiguration: OPTIONAL
    EnabledMfas: [SOFTWARE_TOKEN_MFA]
    SmsConfiguration: {SnsCallerArn: "arn:aws:iam::123456789012:role/sms"}
    Clients:
      - {ClientName: web, AllowedOAuthFlowsUserPoolClient: true, AllowedOAuthFlows: [code], AllowedOAuthScopes: [openid], CallbackURLs: ["https://a.example/"]}
`)
	var got []string
	for _, w := range f.Warnings {
		got = append(got, w.In("portico.yaml"))
	}
	want := []string{
		"portico.yaml:2: server.mail: is not set: nobody can confirm a sign-up or recover a password by code",
		"portico.yaml:3: server.url: is https, but the server has no certificate and trusts no proxy: set tls, or list the proxy that speaks https under trusted_proxies",
		"portico.yaml:8: pools[0].SmsConfiguration: has no effect: text messages are sent as server.sms says",
		"portico.yaml:10: pools[0].Clients[0].SupportedIdentityProviders: is missing: only the pool's own users can sign in; list COGNITO, providers, or both",
		"portico.yaml:10: pools[0].Clients[0].RefreshTokenRotation: is off for a client without a secret: a copied refresh token works as long as the app's own (RFC 9700 §4.14.2); set Feature: ENABLED",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// A pool that sends codes to phones needs somebody who carries them.
func TestWarningOfPhonesWithoutCarrier(t *testing.T) {
	const pool = "pools: [{PoolName: x, AutoVerifiedAttributes: [phone_number]}]\n"
	f := mustParse(t, pool)
	if len(f.Warnings) != 2 || f.Warnings[1].Path != "pools[0].AutoVerifiedAttributes" {
		t.Errorf("without sms: %v", f.Warnings)
	}
	f = mustParse(t, "server: {sms: {sns: {region: eu-west-1}}}\n"+pool)
	if len(f.Warnings) != 1 || f.Warnings[0].Path != "server.mail" || !strings.Contains(f.Warnings[0].Message, "phone number") {
		t.Errorf("with sms and no mail: %v", f.Warnings)
	}
}

func TestMissingFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "none.yaml")
	if _, err := Load(path, noEnv); err == nil || !errors.Is(err, os.ErrNotExist) || strings.Count(err.Error(), path) != 1 {
		t.Errorf("got %v", err)
	}
}
