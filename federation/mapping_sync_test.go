package federation

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"portico/userpool"
)

func TestSyncModes(t *testing.T) {
	for name, c := range map[string]struct {
		mode   string
		stored map[string]string
		claims values
		set    pairs
		remove []string
	}{
		"always, by default":          {"", pairs{"name": "Old"}, values{"n": {"New"}}, pairs{"name": "New"}, nil},
		"always":                      {"always", pairs{"name": "Old"}, values{"n": {"New"}}, pairs{"name": "New"}, nil},
		"first sign-in, the first":    {"first_sign_in", nil, values{"n": {"New"}}, pairs{"name": "New"}, nil},
		"first sign-in, a later":      {"first_sign_in", pairs{"name": "Old"}, values{"n": {"New"}}, pairs{}, nil},
		"first sign-in, never had it": {"first_sign_in", pairs{}, values{"n": {"New"}}, pairs{}, nil},
		"first sign-in, now blank":    {"first_sign_in", pairs{"name": "Old"}, values{"n": {""}}, pairs{}, nil},
		"when empty, the first":       {"when_empty", nil, values{"n": {"New"}}, pairs{"name": "New"}, nil},
		"when empty, and it is":       {"when_empty", pairs{}, values{"n": {"New"}}, pairs{"name": "New"}, nil},
		"when empty, and it is not":   {"when_empty", pairs{"name": "Old"}, values{"n": {"New"}}, pairs{}, nil},
		"when empty, now blank":       {"when_empty", pairs{"name": "Old"}, values{"n": {""}}, pairs{}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			got := synchronised(t, pairs{"name": "n"}, userpool.ProviderDetails{"portico_sync_name": c.mode}, c.claims, c.stored)
			if diff := cmp.Diff(Change{Set: c.set, Remove: c.remove}, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// An address that a person changed and verified here must not lose or gain its flag by a provider's word on another one.
func TestFlagOfAnAddressNoLongerSyncedIsKept(t *testing.T) {
	details := userpool.ProviderDetails{"portico_sync_email": "first_sign_in"}
	stored := pairs{"email": "mine@example.com", "email_verified": "false"}
	for name, mapping := range map[string]pairs{
		"flag mapped":     {"email": "email", "email_verified": "email_verified"},
		"flag not mapped": {"email": "email"},
	} {
		for _, flag := range []string{"true", "false"} {
			claims := values{"email": {"theirs@example.com"}, "email_verified": {flag}}
			if got := synchronised(t, mapping, details, claims, stored); len(got.Set)+len(got.Remove) != 0 {
				t.Errorf("%s, %s: %v", name, flag, got)
			}
		}
	}
	if got := synchronised(t, pairs{"email": "email", "email_verified": "email_verified"}, details,
		values{"email": {"a@example.com"}, "email_verified": {"true"}}, nil); got.Set["email_verified"] != "true" {
		t.Error(got)
	}
}

// A second sign-in with another value fails for an immutable attribute, unless it is only taken the first time.
func TestImmutableAttributeOfTheFirstSignIn(t *testing.T) {
	got := synchronised(t, pairs{"custom:fixed": "f"}, userpool.ProviderDetails{"portico_sync_custom:fixed": "first_sign_in"},
		values{"f": {"two"}}, pairs{"custom:fixed": "one"})
	if len(got.Set) != 0 {
		t.Error(got)
	}
}

func synchronised(t *testing.T, mapping pairs, details userpool.ProviderDetails, claims values, stored pairs) Change {
	t.Helper()
	pool := &userpool.Pool{Schema: userpool.StandardSchema()}
	pool.Schema["custom:fixed"] = userpool.Attribute{Name: "custom:fixed", Type: "String", MaxLength: 2048}
	provider := &userpool.IdentityProvider{Name: "MyOP", Type: userpool.TypeOIDC, Mapping: mapping, Details: details}
	got, err := Map(Assertion{Subject: "s", Claims: claims}, pool, provider, &userpool.AppClient{}, stored)
	if err != nil {
		t.Fatal(err)
	}
	return got
}
