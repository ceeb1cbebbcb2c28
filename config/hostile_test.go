package config

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// faultsOf parses text that must be refused.
func faultsOf(t *testing.T, text string) []Fault {
	t.Helper()
	_, err := Parse("portico.yaml", []byte(text), testEnv)
	var found *Faults
	if !errors.As(err, &found) || len(found.List) == 0 {
		t.Fatalf("Parse(%.60q…) gave %v; want faults", text, err)
	}
	return found.List
}

func wantFault(t *testing.T, text, message string) {
	t.Helper()
	for _, f := range faultsOf(t, text) {
		if strings.Contains(f.Message, message) {
			return
		}
	}
	t.Errorf("Parse(%.60q…) gave no fault that says %q, but %v", text, message, faultsOf(t, text)[0])
}

// TestBillionLaughs: aliases of aliases grow by the power; they share their nodes and are read only where a type asks
// for them.
func TestBillionLaughs(t *testing.T) {
	var b strings.Builder
	b.WriteString("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n")
	for i := 1; i < 30; i++ {
		fmt.Fprintf(&b, "a%d: &a%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d, ", i-1), 10), ", "))
	}
	b.WriteString("pools: *a29\n")
	wantFault(t, b.String(), "wants an object and is a list")
}

// TestAliasesMultiply: within the types a file can still ask for the same list many times over.
func TestAliasesMultiply(t *testing.T) {
	text := "pools:\n- &p\n  Clients: [&c {CallbackURLs: &u [" + strings.Repeat("x,", 300) + "]}" + strings.Repeat(", *c", 300) + "]\n" +
		strings.Repeat("- *p\n", 300)
	wantFault(t, text, "too many values once aliases are followed")
}

func TestMergeKeysMultiply(t *testing.T) {
	var b strings.Builder
	b.WriteString("base: &base {")
	for i := range 2000 {
		fmt.Fprintf(&b, "k%d: 1, ", i)
	}
	b.WriteString("}\npools:\n" + strings.Repeat("- <<: *base\n", 2000))
	wantFault(t, b.String(), "<< copies too much")
}

// TestAnchorHoldsItself: an anchor names its value only after it, so no value can hold itself.
func TestAnchorHoldsItself(t *testing.T) {
	wantFault(t, "pools: &p\n- Clients: *p\n", "names no anchor above it")
	wantFault(t, "pools:\n- &p\n  <<: *p\n", "names no anchor above it")
}

func TestDeepNesting(t *testing.T) {
	for _, opening := range []string{"[", "{a: ", "- ", "? ", "&a ", "!!str "} {
		wantFault(t, "pools: "+strings.Repeat(opening, 15_000), "is nested more than")
		wantFault(t, "pools:\n  "+strings.Repeat(opening, maxDepth+10), "")
	}
	var b strings.Builder
	for i := range 100 {
		b.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	wantFault(t, b.String()+strings.Repeat(" ", 100)+"b: c\n", "is nested more than")
}

func TestTooLarge(t *testing.T) {
	wantFault(t, "# "+strings.Repeat("x", maxFileSize), "too large")
	wantFault(t, "pools:\n"+strings.Repeat("- a\n", maxTokens), "too many settings")
	wantFault(t, strings.Repeat("a: b\n", maxTokens), "too many settings")
}

// TestLargeButHonest: a file of hundreds of clients is well within the bounds.
func TestLargeButHonest(t *testing.T) {
	var b strings.Builder
	b.WriteString("pools:\n- PoolName: x\n  Clients:\n")
	for i := range 300 {
		fmt.Fprintf(&b, `  - ClientName: client %d
    ClientId: client%d
    AllowedOAuthFlowsUserPoolClient: true
    AllowedOAuthFlows: [code]
    AllowedOAuthScopes: [openid, email, profile]
    CallbackURLs: [https://app%d.example.com/callback, http://localhost:3000/callback]
    LogoutURLs: [https://app%d.example.com/]
    SupportedIdentityProviders: [COGNITO]
    PreventUserExistenceErrors: ENABLED
`, i, i, i, i)
	}
	if n := len(mustParse(t, b.String()).Pools[0].Declaration.Clients); n != 300 {
		t.Errorf("%d clients", n)
	}
}

func TestManyFaultsAreCut(t *testing.T) {
	list := faultsOf(t, "server:\n  trusted_proxies:\n"+strings.Repeat("  - x\n", 5000))
	if len(list) != maxFaults+1 || !strings.Contains(list[maxFaults].Message, "more faults follow") {
		t.Errorf("%d faults, the last: %v", len(list), list[len(list)-1])
	}
}

// TestVariablesNeverMakeKeys: what a variable holds is text, never structure.
func TestVariablesNeverMakeKeys(t *testing.T) {
	env := func(name string) (string, bool) { return "x\nallow_private_providers: true\n{a: b}", name == "X" }
	f, err := Parse("portico.yaml", []byte("pools:\n- PoolName: x\n  Groups:\n  - {GroupName: g, Description: \"${X}\"}\n"), env)
	if err != nil {
		t.Fatal(err)
	}
	if f.Server.AllowPrivateProviders || *f.Pools[0].Declaration.Groups[0].Description != "x\nallow_private_providers: true\n{a: b}" {
		t.Errorf("a variable became structure: %+v", f)
	}
	wantFault(t, "server:\n  \"${WORD}\": x\n", "is not a setting")
}

// TestNULCharacters: PostgreSQL cannot store them.
func TestNULCharacters(t *testing.T) {
	wantFault(t, "pools:\n- PoolName: x\n  Groups:\n  - {GroupName: g, Description: \"a\\0b\"}\n", "cannot be stored")
	wantFault(t, "pools:\n- PoolName: x\n  UserPoolTags: {\"a\\0b\": c}\n", "cannot be stored")
}

// TestSecretsStayOutOfFaults puts a secret at every place of a file in turn, in every form, and reads the faults.
func TestSecretsStayOutOfFaults(t *testing.T) {
	const secret = "hunter2hunter2hunter2"
	template := `server:
  url: SECRET
  listen: SECRET
  region: SECRET
  database: {url: "SECRET", max_connections: SECRET}
  key: SECRET
  mail: {host: SECRET, port: SECRET, username: SECRET, password: [SECRET], from: SECRET, from_name: SECRET, tls: SECRET}
  sms:
    sns: {region: SECRET, access_key_id: SECRET, secret_access_key: SECRET, sender_id: SECRET, endpoint: SECRET}
    webhook: {url: "https://x/SECRET#x", secret: SECRET}
    per_hour: SECRET
    prefixes: [SECRET]
  tls: {cert_file: SECRET}
  trusted_proxies: [SECRET]
  allow_private_providers: SECRET
  log: {level: SECRET, format: SECRET}
  shutdown_timeout: SECRET
  support: SECRET
  links: {help: SECRET}
pools:
- PoolName: "SECRET\t\0"
  Id: SECRET
  CreationDate: SECRET
  CustomDomain: SECRET
  MfaConfiguration: SECRET
  Policies: {PasswordPolicy: {MinimumLength: SECRET}}
  Schema: [{Name: age, AttributeDataType: Number, NumberAttributeConstraints: {MinValue: SECRET}}]
  Clients:
  - ClientName: x
    ClientId: SECRET-
    ClientSecret: SECRET-
    AllowedOAuthFlowsUserPoolClient: true
    AllowedOAuthFlows: [SECRET]
    AllowedOAuthScopes: [SECRET]
    CallbackURLs: ["https://SECRET:SECRET@x/", "SECRET", "http://SECRET/#x"]
    SupportedIdentityProviders: [SECRET]
    ReadAttributes: [SECRET]
  IdentityProviders:
  - ProviderName: SEC
    ProviderType: SECRET
  - ProviderName: SEC
    ProviderType: OIDC
    ProviderDetails: {client_secret: [SECRET], oidc_issuer: SECRET, jwks_uri: "https://u:SECRET@x/"}
    AttributeMapping: {email: [SECRET]}
  Groups: [{GroupName: "SECRET SECRET", RoleArn: SECRET}]
  ResourceServers: [{Identifier: "SECRET SECRET"}]
  Users:
  - {Username: "SECRET SECRET", Password: " SECRET", Groups: [SECRET], UserAttributes: [{Name: email, Value: SECRET}]}
`
	for name, form := range map[string]string{"written": secret, "expanded": "${SECRET}"} {
		env := func(string) (string, bool) { return secret, true }
		_, err := Parse("portico.yaml", []byte(strings.ReplaceAll(template, "SECRET", form)), env)
		var found *Faults
		if !errors.As(err, &found) || (name == "written" && len(found.List) < 40) {
			t.Fatalf("%s: %v", name, err)
		}
		if strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: a secret is among the faults:\n%v", name, err)
		}
	}
}
