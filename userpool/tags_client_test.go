package userpool

import (
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/go-cmp/cmp"
)

// tagged is a sound declaration with tags.
func tagged(tags map[string]string) Declaration {
	d := sound()
	d.Pool.UserPoolTags = tags
	return d
}

func TestCheckClientTags(t *testing.T) {
	for name, c := range map[string]struct {
		tag, value, want string
	}{
		"by ID":                {"webclient:groups", "staff team-*", ""},
		"by name":              {"web:groups", "staff", ""},
		"no group at all":      {"web:groups", "", ""},
		"misspelt client":      {"webclinet:groups", "staff", "did you mean webclient?"},
		"unknown client":       {"somebody:groups", "staff", "there is no app client of this ID or name"},
		"no client":            {":groups", "staff", "there is no app client of this ID or name"},
		"no setting":           {"web", "staff", "write portico:client:<ClientId or ClientName>:<setting>"},
		"misspelt setting":     {"web:id_tokens", "email", "did you mean id-token?"},
		"unknown setting":      {"web:colour", "blue", "there are access-token, groups, id-token, stage"},
		"star inside a group":  {"web:groups", "team-*-x", "has a * inside team-*-x"},
		"two stars in a group": {"web:groups", "team-**", "has a * inside team-**"},

		"claims of the ID token":   {"web:id-token", "email tenant=custom:tenant cognito:groups identities", ""},
		"no claims in it":          {"web:id-token", "", ""},
		"unknown attribute":        {"web:id-token", "emial", "neither a standard attribute nor begins with custom:"},
		"misspelt custom":          {"web:id-token", "custom:tenat", "did you mean custom:tenant?"},
		"undeclared custom":        {"web:id-token", "custom:payroll_number", "declare it under SchemaAttributes"},
		"claim twice":              {"web:id-token", "email email", "lists the claim email twice"},
		"groups renamed":           {"web:id-token", "groups=cognito:groups", "cannot be renamed"},
		"sub listed":               {"web:id-token", "sub", "in every token anyway"},
		"claims of the access one": {"web:access-token", "tenant=custom:tenant email", ""},
		"nothing to add":           {"web:access-token", " ", "is empty"},
		"roles for the access one": {"web:access-token", "cognito:roles", "only the setting id-token may list it"},
		"claim with a quote":       {"web:access-token", `a"b=email`, "ASCII letters"},
		"claim with no name":       {"web:access-token", "=email", "ASCII letters"},
		"claim of no attribute":    {"web:access-token", "tenant=", "neither a standard attribute"},
		"claim too long":           {"web:access-token", strings.Repeat("a", 65) + "=email", "1 to 64"},
		"developer-only attribute": {"web:access-token", "dev:custom:flag", "neither a standard attribute"},

		"stage":            {"web:stage", "non-production", ""},
		"stage misspelt":   {"web:stage", "nonproduction", "it is non-production"},
		"value of 257":     {"web:groups", strings.Repeat("x", 257), "at most 256"},
		"key of 129":       {strings.Repeat("x", 107) + ":groups", "staff", "at most 128"},
		"colon in setting": {"web:groups:x", "staff", "there are access-token"},
	} {
		t.Run(name, func(t *testing.T) {
			found := tagged(map[string]string{clientTagPrefix + c.tag: c.value}).Check()
			if c.want == "" && len(found) > 0 || c.want != "" && !slices.ContainsFunc(found, func(f Fault) bool { return strings.Contains(f.Message, c.want) }) {
				t.Errorf("faults %v, want %q", found, c.want)
			}
		})
	}
	wantTagFault(t, tagged(map[string]string{"portico:cleint:web:groups": "x"}), "did you mean portico:client:<ClientId or ClientName>:<setting>?")
}

// TestAttackClaimForgery: an attribute that somebody may write must not come out under a name that verifiers act on. The names
// are those that Cognito's token trigger may not touch, and those of the standards.
func TestAttackClaimForgery(t *testing.T) {
	names := slices.Concat(protocolClaims[:], []string{
		"cognito:username", "cognito:groups", "cognito:roles", "cognito:anything", "dev:x", "email", "email_verified", "phone_number", "name", "custom:other",
	})
	for _, cognito := range strings.Fields("acr amr at_hash auth_time azp client_id cognito:username device_key event_id exp iat identities iss jti nbf nonce origin_jti sub token_use username version aud") {
		if !slices.Contains(names, cognito) {
			t.Errorf("%s is not refused", cognito)
		}
	}
	for _, name := range names {
		for _, setting := range []string{ClientIDToken, ClientAccessToken} {
			entry := name + "=custom:tenant"
			d := tagged(map[string]string{ClientTag("web", setting): entry})
			if found := d.Check(); len(found) != 1 || !strings.Contains(found[0].Message, "choose another name") {
				t.Errorf("%s %s: %v", setting, entry, found)
			}
			// A tag that came into the store unchecked shows nothing.
			if c := Assemble(d, Addresses{}).Clients["webclient"]; len(c.Tokens.ID)+len(c.Tokens.Access) > 0 {
				t.Errorf("%s %s is in the tokens: %+v", setting, entry, c.Tokens)
			}
		}
	}
}

func TestAssembleClientTags(t *testing.T) {
	d := tagged(map[string]string{
		"portico:client:web:groups": "all", "portico:client:webclient:groups": "staff team-*", // the ID counts
		"portico:client:web:id-token":           "email tenant=custom:tenant sub=email",
		"portico:client:webclient:access-token": "custom:tenant",
		"portico:client:nobody:groups":          "x",
	})
	c := Assemble(d, Addresses{}).Clients["webclient"]
	want := TokenContents{
		Groups: GroupFilter{"staff", "team-*"}, ID: Projection{{"email", "email"}, {"tenant", "custom:tenant"}},
		Access: Projection{{"custom:tenant", "custom:tenant"}},
	}
	if diff := cmp.Diff(want, c.Tokens); diff != "" {
		t.Errorf("contents (-want +got):\n%s", diff)
	}
	if found := d.Check(); !slices.ContainsFunc(found, func(f Fault) bool { return strings.Contains(f.Message, "set by the client's ID too") }) {
		t.Errorf("twice: %v", found)
	}
	plain := Assemble(sound(), Addresses{}).Clients["webclient"]
	if diff := cmp.Diff(TokenContents{}, plain.Tokens); diff != "" {
		t.Errorf("without tags (-want +got):\n%s", diff)
	}
}

// A name that two clients have means neither; an ID comes before a name.
func TestClientOfATag(t *testing.T) {
	clients := []types.UserPoolClientType{
		{ClientId: ptr("a"), ClientName: ptr("twin")}, {ClientId: ptr("b"), ClientName: ptr("twin")}, {ClientId: ptr("c"), ClientName: ptr("a")}, {ClientName: ptr("d")},
	}
	for written, want := range map[string]int{"a": 0, "b": 1, "c": 2, "d": 3, "twin": -1, "": -1, "e": -1} {
		i, err := findClient(clients, written)
		if err != nil {
			i = -1
		}
		if i != want {
			t.Errorf("%q means client %d, want %d (%v)", written, i, want, err)
		}
	}
}

func TestGroupFilter(t *testing.T) {
	for _, c := range []struct {
		filter, group string
		want          bool
	}{
		{"staff", "staff", true}, {"staff", "Staff", false}, {"staff", "staff2", false}, {"team-*", "team-a", true}, {"team-*", "team-", true},
		{"team-*", "team", false}, {"a team-*", "team-*", true}, {"*", "anything", true}, {"", "staff", false},
	} {
		if got := parseGroupFilter(c.filter).Passes(c.group); got != c.want {
			t.Errorf("%q passes %q: %v", c.filter, c.group, got)
		}
	}
	if !GroupFilter(nil).Passes("x") {
		t.Error("no filter is a filter")
	}
}

func TestClientTagWarnings(t *testing.T) {
	for name, c := range map[string]struct {
		tags map[string]string
		want string
	}{
		"group misspelt":            {map[string]string{"portico:client:web:groups": "staf"}, "did you mean staff?"},
		"group made later":          {map[string]string{"portico:client:web:groups": "night-shift st*"}, ""},
		"groups not in ID token":    {map[string]string{"portico:client:web:groups": "staff", "portico:client:web:id-token": "email"}, "on the access token only"},
		"groups in ID token":        {map[string]string{"portico:client:web:groups": "staff", "portico:client:web:id-token": "cognito:groups"}, ""},
		"unreadable":                {map[string]string{"portico:client:web:access-token": "name"}, "name has no effect: it is not among the client's ReadAttributes"},
		"readable":                  {map[string]string{"portico:client:web:access-token": "email"}, ""},
		"a machine's groups":        {map[string]string{"portico:client:job:groups": "staff"}, "are about no user"},
		"a stage without a pattern": {map[string]string{"portico:client:web:stage": "non-production"}, "has a *"},
	} {
		t.Run(name, func(t *testing.T) {
			found := tagged(c.tags).Warnings()
			if c.want == "" && len(found) > 0 || c.want != "" && (len(found) != 1 || !strings.Contains(found[0].Message, c.want)) {
				t.Errorf("warnings %v, want %q", found, c.want)
			}
		})
	}
}

func TestTokenBudget(t *testing.T) {
	for text, want := range map[string]int{"": 3840, "1024": 1024, "65536": 65536, "1023": 3840, "65537": 3840, "4k": 3840} {
		d := sound()
		if text != "" {
			d = tagged(map[string]string{TokenBudgetTag: text})
		}
		if got := Assemble(d, Addresses{}).TokenBudget; got != want {
			t.Errorf("%q gives %d, want %d", text, got, want)
		}
		bad := text != "" && want == 3840
		if found := d.Check(); len(found) > 0 != bad {
			t.Errorf("%q: %v", text, found)
		}
	}
}
