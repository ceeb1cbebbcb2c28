package token

import (
	"reflect"
	"slices"
	"testing"

	"portico/userpool"
)

// TestEstimate holds estimates to tokens that are really minted for the same person.
func TestEstimate(t *testing.T) {
	provider := &userpool.IdentityProvider{Pool: "eu-west-1_Ab1Cd2Ef3", Name: "AcmeSSO", Type: userpool.TypeSAML}
	pool := testPool("eu-west-1_Ab1Cd2Ef3")
	pool.TokenBudget = 3840
	mints := map[string]Mint{userpool.SigningRS256: testMint(t), userpool.SigningES256: mintOf(t, sharedCurveKeys()...)}
	pool.Schema, pool.Providers = userpool.StandardSchema(), map[string]*userpool.IdentityProvider{"AcmeSSO": provider}
	pool.Schema["custom:tenant"] = userpool.Attribute{Name: "custom:tenant", Type: "String", MaxLength: 8}
	for name, c := range map[string]struct {
		groups    int
		scope     string
		settings  map[string]string
		providers []string
	}{
		"little":         {0, "openid email", nil, nil},
		"everything":     {0, "openid", nil, nil},
		"federated":      {3, "openid profile", nil, []string{"COGNITO", "AcmeSSO"}},
		"many groups":    {80, "openid email", nil, nil},
		"too many":       {300, "openid email", nil, nil},
		"filtered":       {80, "openid email", map[string]string{userpool.ClientGroups: "department-00*"}, nil},
		"projected":      {80, "openid", map[string]string{userpool.ClientIDToken: "email", userpool.ClientAccessToken: "custom:tenant name"}, nil},
		"without openid": {10, "aws.cognito.signin.user.admin", nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			client := testClient()
			client.Scopes, client.Providers, client.Tokens = scopes(t, c.scope), c.providers, contents(t, c.settings)
			g := Sample(pool, client, member(t, c.groups).User.Groups)
			for alg, mint := range mints {
				pool.Signing = alg
				tokens := mustMint(t, mint, g)
				minted := map[Use]int{UseAccess: len(tokens.Access)}
				if tokens.ID != "" {
					minted[UseID] = len(tokens.ID)
				}
				compareEstimate(t, g, minted)
			}
		})
	}
}

// compareEstimate holds the estimate of a grant to the sizes of its tokens.
func compareEstimate(t *testing.T, g UserGrant, minted map[Use]int) {
	t.Helper()
	estimates, err := Estimate(g)
	if err != nil || len(estimates) != len(minted) {
		t.Fatalf("%d estimates for %d tokens: %v", len(estimates), len(minted), err)
	}
	for _, e := range estimates {
		if off := e.Bytes - minted[e.Use]; off > EstimateTolerance || off < -EstimateTolerance {
			t.Errorf("%s token by %s: estimated %d bytes, minted %d", e.Use, g.Pool.Signing, e.Bytes, minted[e.Use])
		}
	}
}

func TestEstimateOfAMachine(t *testing.T) {
	pool, client := testPool("eu-west-1_Ab1Cd2Ef3"), testClient()
	client.Flows.ClientCredentials, client.Scopes = true, scopes(t, "notes/read notes/write")
	tokens, err := testMint(t).ForClient(t.Context(), ClientGrant{Pool: pool, Client: client, Scopes: client.Scopes})
	if err != nil {
		t.Fatal(err)
	}
	compareEstimate(t, Sample(pool, client, member(t, 50).User.Groups), map[Use]int{UseAccess: len(tokens.Access)})
}

func TestSampleKeepsTheQuotaOfGroups(t *testing.T) {
	pool, client := testPool("eu-west-1_Ab1Cd2Ef3"), testClient()
	groups := slices.Clone(member(t, 300).User.Groups)
	before := slices.Clone(groups)
	if n := len(Sample(pool, client, groups).User.Groups); n != maxGroupsOfUser {
		t.Errorf("%d groups, want %d", n, maxGroupsOfUser)
	}
	if !reflect.DeepEqual(groups, before) {
		t.Error("the pool's groups were reordered")
	}
}
