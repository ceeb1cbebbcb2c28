package userpool

import (
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

func TestAccountTag(t *testing.T) {
	for tag, want := range map[string][]AccountPart{
		"": AccountParts(), "off": nil, "profile sessions": {AccountProfile, AccountSessions}, "profile profile dance": {AccountProfile},
	} {
		if got := assembleAccount(tag); !slices.Equal(got, want) {
			t.Errorf("%q is %v, want %v", tag, got, want)
		}
	}
	for tag, want := range map[string]string{
		"off": "", "profile ways links sessions download delete": "", "profile dance": `names "dance"`, " ": "is empty", "off profile": `names "off"`,
	} {
		tags := map[string]string{AccountTag: tag}
		wantTagFault(t, Declaration{Pool: types.UserPoolType{Name: new("Test"), UserPoolTags: tags}}, want)
	}
}
