package federation

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"portico/userpool"
)

// mapping is one run of Map: what there is, what the provider says, and what comes of it.
type mapping struct {
	attributes map[string]string   // the provider's mapping
	claims     map[string][]string // what it says
	stored     map[string]string   // nil: first sign-in
	write      []string            // the client's list
	schema     map[string]userpool.Attribute
	kind       userpool.ProviderType

	set    map[string]string
	remove []string
	fails  string
}

func (m mapping) run(t *testing.T) {
	t.Helper()
	pool := &userpool.Pool{Schema: userpool.StandardSchema()}
	pool.Schema["custom:groups"] = userpool.Attribute{Name: "custom:groups", Type: "String", Mutable: true, MaxLength: 2048}
	pool.Schema["custom:flag"] = userpool.Attribute{Name: "custom:flag", Type: "Boolean", Mutable: true}
	pool.Schema["custom:level"] = userpool.Attribute{Name: "custom:level", Type: "Number", Mutable: true}
	pool.Schema["custom:fixed"] = userpool.Attribute{Name: "custom:fixed", Type: "String", MaxLength: 2048}
	pool.Schema["dev:custom:x"] = userpool.Attribute{Name: "dev:custom:x", Type: "String", Mutable: true, DeveloperOnly: true, MaxLength: 2048}
	for name, attribute := range m.schema {
		attribute.Name = name
		pool.Schema[name] = attribute
	}
	kind := m.kind
	if kind == "" {
		kind = userpool.TypeOIDC
	}
	provider := &userpool.IdentityProvider{Name: "MyOP", Type: kind, Mapping: m.attributes}
	got, err := Map(Assertion{Subject: "s", Claims: m.claims}, pool, provider, &userpool.AppClient{Write: m.write}, m.stored)
	if m.fails != "" {
		e, ok := AsError(err)
		if !ok || e.Description != m.fails || e.Code != "invalid_request" || e.Check != "attributes" {
			t.Fatalf("got %+v (%v), want %q", e, err, m.fails)
		}
		for _, values := range m.claims {
			for _, value := range values {
				if len(value) > 3 && strings.Contains(e.Cause.Error()+e.Description, value) {
					t.Fatalf("the error shows the value %q", value)
				}
			}
		}
		return
	}
	if err != nil {
		e, _ := AsError(err)
		t.Fatal(err, e.Description)
	}
	if m.set == nil {
		m.set = map[string]string{}
	}
	if diff := cmp.Diff(Change{Set: m.set, Remove: m.remove}, got); diff != "" {
		t.Fatal(diff)
	}
}

func runMappings(t *testing.T, cases map[string]mapping) {
	for name, c := range cases {
		t.Run(name, c.run)
	}
}

type (
	pairs  = map[string]string
	values = map[string][]string
)

func TestMap(t *testing.T) {
	runMappings(t, map[string]mapping{
		"first sign-in": {
			attributes: pairs{"username": "sub", "name": "display", "given_name": "first", "sub": "sub"},
			claims:     values{"sub": {"s"}, "display": {"Ann"}, "other": {"x"}},
			set:        pairs{"name": "Ann"},
		},
		"changed value is written, equal one is not": {
			attributes: pairs{"name": "name", "nickname": "nick"},
			claims:     values{"name": {"Ann B"}, "nick": {"a"}}, stored: pairs{"name": "Ann", "nickname": "a"},
			set: pairs{"name": "Ann B"},
		},
		"absent claim keeps the stored value": {
			attributes: pairs{"name": "name"}, claims: values{}, stored: pairs{"name": "Ann"},
		},
		"blank claim removes": {
			attributes: pairs{"name": "name", "nickname": "nick", "locale": "locale"},
			claims:     values{"name": {" "}, "nick": {}, "locale": {""}}, stored: pairs{"name": "Ann", "nickname": "a"},
			remove: []string{"name", "nickname"},
		},
		"blank claim of a required attribute": {
			attributes: pairs{"name": "name"}, claims: values{"name": {""}}, stored: pairs{"name": "Ann"},
			schema: map[string]userpool.Attribute{"name": {Type: "String", Mutable: true, Required: true, MaxLength: 9}},
			fails:  "Invalid user attributes: name: Required attribute cannot be deleted",
		},
		"required attribute does not come": {
			attributes: pairs{"name": "name"}, claims: values{},
			schema: map[string]userpool.Attribute{"name": {Type: "String", Mutable: true, Required: true, MaxLength: 9}},
			fails:  "Invalid user attributes: name: The attribute is required",
		},
		"required attribute comes blank at first": {
			attributes: pairs{"name": "name"}, claims: values{"name": {" "}}, kind: userpool.TypeSAML,
			schema: map[string]userpool.Attribute{"name": {Type: "String", Mutable: true, Required: true, MaxLength: 9}},
			fails:  "Invalid SAML response received: Invalid user attributes: name: The attribute is required",
		},
		"required attribute is not asked for later": {
			attributes: pairs{"name": "name"}, claims: values{}, stored: pairs{},
			schema: map[string]userpool.Attribute{"name": {Type: "String", Mutable: true, Required: true, MaxLength: 9}},
		},
		"immutable at first": {
			attributes: pairs{"custom:fixed": "f"}, claims: values{"f": {"1"}}, set: pairs{"custom:fixed": "1"},
		},
		"immutable and unchanged": {
			attributes: pairs{"custom:fixed": "f"}, claims: values{"f": {"1"}}, stored: pairs{"custom:fixed": "1"},
		},
		"immutable and changed": {
			attributes: pairs{"custom:fixed": "f"}, claims: values{"f": {"2"}}, stored: pairs{"custom:fixed": "1"},
			fails: "Invalid user attributes: custom:fixed: Attribute cannot be updated.\n ",
		},
		"immutable and blank": {
			attributes: pairs{"custom:fixed": "f"}, claims: values{"f": {""}}, stored: pairs{"custom:fixed": "1"},
			fails: "Invalid user attributes: custom:fixed: Attribute cannot be updated.\n ",
		},
		"several values": {
			attributes: pairs{"custom:groups": "groups"},
			claims:     values{"groups": {"Domain Users", "a.b-c*d_e", "x,y", "é~"}},
			set:        pairs{"custom:groups": "[Domain+Users,a.b-c*d_e,x%2Cy,%C3%A9%7E]"},
		},
		"one value of many is itself": {
			attributes: pairs{"custom:groups": "groups"}, claims: values{"groups": {"Domain Users"}},
			set: pairs{"custom:groups": "Domain Users"},
		},
		"too many values": {
			attributes: pairs{"custom:groups": "groups"}, claims: values{"groups": {strings.Repeat("a", 1024), strings.Repeat("b", 1024)}},
			fails: "Invalid user attributes: custom:groups: String must be no longer than 2048 characters",
		},
		"token longer than an attribute": {
			attributes: pairs{"custom:groups": "access_token"}, claims: values{"access_token": {strings.Repeat("t", 2049)}},
			fails: "Invalid user attributes: custom:groups: String must be no longer than 2048 characters",
		},
		"unknown attribute": {
			attributes: pairs{"custom:none": "x"}, claims: values{"x": {"value"}},
			fails: "Invalid user attributes: custom:none: Attribute does not exist in the schema.",
		},
		"four-byte character": {
			attributes: pairs{"name": "name"}, claims: values{"name": {"Ann 😀"}},
			fails: "Invalid user attributes: name: Attribute value contains characters that are not supported.",
		},
		"zero byte": {
			attributes: pairs{"name": "name"}, claims: values{"name": {"Ann\x00Bob"}},
			fails: "Invalid user attributes: name: Attribute value contains characters that are not supported.",
		},
		"broken UTF-8": {
			attributes: pairs{"name": "name"}, claims: values{"name": {"Ann\xff\xfe"}},
			fails: "Invalid user attributes: name: Attribute value contains characters that are not supported.",
		},
		"address of several lines": {
			attributes: pairs{"address": "address"}, claims: values{"address": {"Dam 1\nAmsterdam"}}, set: pairs{"address": "Dam 1\nAmsterdam"},
		},
		"bad address": {
			attributes: pairs{"email": "mail"}, claims: values{"mail": {"no address"}},
			fails: "Invalid user attributes: Invalid email address format.",
		},
		"booleans and numbers": {
			attributes: pairs{"custom:flag": "f", "custom:level": "l", "updated_at": "u"},
			claims:     values{"f": {"True"}, "l": {"-7"}, "u": {"2026-03-01T12:00:00Z"}},
			set:        pairs{"custom:flag": "true", "custom:level": "-7", "updated_at": "1772366400"},
		},
		"no boolean": {
			attributes: pairs{"custom:flag": "f"}, claims: values{"f": {"maybe"}},
			fails: "Invalid user attributes: custom:flag: Attribute value must be true or false",
		},
		"no number": {
			attributes: pairs{"custom:level": "l"}, claims: values{"l": {"1.5e3"}},
			fails: "Invalid user attributes: custom:level: Attribute value must be a number",
		},
		"not writable by the client": {
			attributes: pairs{"name": "name", "nickname": "nick", "dev:custom:x": "x"},
			claims:     values{"name": {"Ann"}, "nick": {"a"}, "x": {"1"}}, write: []string{"nickname", "dev:custom:x"},
			set: pairs{"nickname": "a"},
		},
		"required is always writable": {
			attributes: pairs{"name": "name"}, claims: values{"name": {"Ann"}}, write: []string{},
			schema: map[string]userpool.Attribute{"name": {Type: "String", Mutable: true, Required: true, MaxLength: 9}},
			set:    pairs{"name": "Ann"},
		},
	})
}

// Taking an address for verified that nobody vouched for is account takeover, wherever people are found by address.
func TestUnvouchedAddressIsNotVerified(t *testing.T) {
	both := pairs{"email": "mail", "email_verified": "mv"}
	runMappings(t, map[string]mapping{
		"flag not mapped, first": {
			attributes: pairs{"email": "mail"}, claims: values{"mail": {"a@x.org"}, "email_verified": {"true"}},
			set: pairs{"email": "a@x.org", "email_verified": "false"},
		},
		"flag not mapped, later: reset": {
			attributes: pairs{"email": "mail"}, claims: values{"mail": {"a@x.org"}}, stored: pairs{"email": "a@x.org", "email_verified": "true"},
			set: pairs{"email_verified": "false"},
		},
		"flag not mapped, already false: no write": {
			attributes: pairs{"email": "mail"}, claims: values{"mail": {"a@x.org"}}, stored: pairs{"email": "a@x.org", "email_verified": "false"},
		},
		"flag not mapped, no address": {
			attributes: pairs{"email": "mail"}, claims: values{},
		},
		"phone number likewise": {
			attributes: pairs{"phone_number": "tel"}, claims: values{"tel": {"+3112345"}},
			set: pairs{"phone_number": "+3112345", "phone_number_verified": "false"},
		},
		"vouched for": {
			attributes: both, claims: values{"mail": {"a@x.org"}, "mv": {"TRUE"}}, set: pairs{"email": "a@x.org", "email_verified": "true"},
		},
		"vouched for later": {
			attributes: both, claims: values{"mail": {"a@x.org"}, "mv": {"true"}}, stored: pairs{"email": "a@x.org", "email_verified": "false"},
			set: pairs{"email_verified": "true"},
		},
		"anything but yes is no": {
			attributes: both, claims: values{"mail": {"a@x.org"}, "mv": {"1"}}, set: pairs{"email": "a@x.org", "email_verified": "false"},
		},
		"several flags are no": {
			attributes: both, claims: values{"mail": {"a@x.org"}, "mv": {"true", "true"}}, set: pairs{"email": "a@x.org", "email_verified": "false"},
		},
		"new address without its flag": {
			attributes: both, claims: values{"mail": {"b@x.org"}}, stored: pairs{"email": "a@x.org", "email_verified": "true"},
			set: pairs{"email": "b@x.org", "email_verified": "false"},
		},
		"same address without its flag": {
			attributes: both, claims: values{"mail": {"a@x.org"}}, stored: pairs{"email": "a@x.org", "email_verified": "true"},
		},
		"flag without the address": {
			attributes: both, claims: values{"mv": {"true"}}, stored: pairs{"email": "victim@x.org", "email_verified": "false"},
		},
		"flag mapped, address not": {
			attributes: pairs{"email_verified": "mv"}, claims: values{"mail": {"a@x.org"}, "mv": {"true"}},
			stored: pairs{"email": "victim@x.org", "email_verified": "false"},
		},
		"flag of an address the client may not write": {
			attributes: both, claims: values{"mail": {"a@x.org"}, "mv": {"true"}}, write: []string{"name", "email_verified"},
			stored: pairs{"email": "victim@x.org", "email_verified": "false"},
		},
		"flag goes with the address": {
			attributes: both, claims: values{"mail": {""}, "mv": {"true"}}, stored: pairs{"email": "a@x.org", "email_verified": "true"},
			remove: []string{"email", "email_verified"},
		},
		"flag needs no permission of its own": {
			attributes: both, claims: values{"mail": {"a@x.org"}, "mv": {"true"}}, write: []string{"email"},
			set: pairs{"email": "a@x.org", "email_verified": "true"},
		},
	})
}

func TestUsername(t *testing.T) {
	provider := &userpool.IdentityProvider{Name: "MyOP"}
	for _, c := range []struct {
		subject, want, fails string
		sensitive            bool
	}{
		{subject: "Ann|42", want: "MyOP_Ann|42", sensitive: true},
		{subject: "Ann@Example.com", want: "myop_ann@example.com"},
		{subject: strings.Repeat("é", 123), want: "MyOP_" + strings.Repeat("é", 123), sensitive: true},
		{subject: strings.Repeat("x", 124), fails: "Member must have length less than or equal to 128"},
		{subject: "", fails: "Member must have length greater than or equal to 1"},
		{subject: "ann b", fails: `Member must satisfy regular expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}]+`},
		{subject: "ann\x00", fails: `Member must satisfy regular expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}]+`},
		{subject: "ann\u200badmin", fails: `Member must satisfy regular expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}]+`},
		{subject: "ann\xff", fails: `Member must satisfy regular expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}]+`},
	} {
		got, err := Username(&userpool.Pool{CaseSensitive: c.sensitive}, provider, c.subject)
		if c.fails == "" {
			if err != nil || got != c.want {
				t.Errorf("%q: %q, %v", c.subject, got, err)
			}
			continue
		}
		e, ok := AsError(err)
		if !ok || got != "" || e.Description != "1 validation error detected: Value at 'userName' failed to satisfy constraint: "+c.fails {
			t.Errorf("%q: %+v", c.subject, e)
		}
	}
}
