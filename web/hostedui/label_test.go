package hostedui

import (
	"testing"

	"portico/userpool"
)

func TestButtonsSayWhatPeopleCallAProvider(t *testing.T) {
	for name, want := range map[string]string{
		"SignInWithApple": "Apple", "LoginWithAmazon": "Amazon", "Google": "Google", "Facebook": "Facebook", "Harbor": "Harbor",
	} {
		if got := label(&userpool.IdentityProvider{Name: name}); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
}
