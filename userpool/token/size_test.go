package token

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"portico/userpool"
)

func appNamed(name string) types.UserPoolClientType {
	return types.UserPoolClientType{ClientId: &name, ClientName: &name}
}

// member is jane in n groups more, each with a role.
func member(t testing.TB, n int) UserGrant {
	g := janeGrant(t, "openid email")
	for i := range n {
		g.User.Groups = append(g.User.Groups, userpool.Group{
			Name: fmt.Sprintf("department-%03d", i), RoleARN: fmt.Sprintf("arn:aws:iam::111122223333:role/department-%03d", i),
		})
	}
	return g
}

func TestOversizedTokenIsReported(t *testing.T) {
	var told []Oversize
	m := testMint(t)
	m.Oversized = func(o Oversize) { told = append(told, o) }
	g := member(t, 60)
	g.Pool.TokenBudget = 3840
	tokens := mustMint(t, m, g)
	if len(told) != 1 || told[0].Use != UseID || told[0].Bytes != len(tokens.ID) || told[0].Budget != 3840 || told[0].Pool != g.Pool.ID || told[0].Client != g.Client.ID {
		t.Fatalf("told of %+v; the ID token has %d bytes, the access token %d", told, len(tokens.ID), len(tokens.Access))
	}
	largest := told[0].Largest
	if len(largest) != maxLargest || largest[0].Name != "cognito:roles" || largest[1].Name != "cognito:groups" || largest[0].Bytes < largest[1].Bytes || largest[0].Bytes > len(tokens.ID) {
		t.Errorf("largest %+v", largest)
	}

	// A budget that is just enough is enough.
	told = nil
	g.Pool.TokenBudget = len(tokens.ID)
	mustMint(t, m, g)
	if len(told) != 0 {
		t.Errorf("told of %+v", told)
	}
	g.Pool.TokenBudget = len(tokens.ID) - 1
	mustMint(t, m, g)
	if len(told) != 1 {
		t.Errorf("one byte too much: told %d times", len(told))
	}

	told = nil
	g.Pool.TokenBudget = 1024
	if _, err := m.ForClient(t.Context(), ClientGrant{Pool: g.Pool, Client: g.Client, Scopes: scopes(t, strings.Repeat("s", 200)+" "+strings.Repeat("u", 200))}); err != nil {
		t.Fatal(err)
	}
	if len(told) != 1 || told[0].Use != UseAccess || told[0].Largest[0].Name != "scope" {
		t.Errorf("a machine's token: %+v", told)
	}
}

// What is reported goes to a log: it holds names of claims and numbers, and nothing of the person.
func TestOversizeHoldsNothingOfThePerson(t *testing.T) {
	var told []Oversize
	m := testMint(t)
	m.Oversized = func(o Oversize) { told = append(told, o) }
	g := member(t, 0)
	g.Pool.TokenBudget = 1
	tokens := mustMint(t, m, g)
	if len(told) != 2 {
		t.Fatalf("told of %+v", told)
	}
	text := fmt.Sprintf("%#v", told)
	for _, private := range []string{"jane", "94482488", "admins", "acme", tokens.ID[len(tokens.ID)-40:], tokens.Access[len(tokens.Access)-40:]} {
		if strings.Contains(text, private) {
			t.Errorf("it holds %q: %s", private, text)
		}
	}
}

func TestLargestOfWhatIsNoToken(t *testing.T) {
	for _, payload := range []string{"", "[]", "{", `{"a`, `{"a":`, `{"a":1,`, "null"} {
		if got := largest([]byte(payload)); len(got) > 1 {
			t.Errorf("%q has claims %v", payload, got)
		}
	}
	if got := payloadOf("a.%.c"); got != nil {
		t.Errorf("what is no base64 has the payload %q", got)
	}
}
