package userpool

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

func TestCheckLinking(t *testing.T) {
	for name, c := range map[string]struct {
		tags   map[string]string
		signIn []types.UsernameAttributeType
		want   string // part of the one fault; empty for none
	}{
		"none":                {nil, nil, ""},
		"somebody else's tag": {map[string]string{"team": "sign-in"}, nil, ""},
		"off":                 {map[string]string{LinkingTag: "off"}, nil, ""},
		"ask":                 {map[string]string{LinkingTag: "ask"}, []types.UsernameAttributeType{"email"}, ""},
		"without addresses":   {map[string]string{LinkingTag: "automatic"}, []types.UsernameAttributeType{"phone_number"}, "needs email"},
		"another word":        {map[string]string{LinkingTag: "on"}, nil, "off, ask or automatic"},
		"misspelt":            {map[string]string{"portico:link": "ask"}, nil, "not a setting of ours"},
	} {
		t.Run(name, func(t *testing.T) {
			wantTagFault(t, Declaration{Pool: types.UserPoolType{Name: new("Test"), UserPoolTags: c.tags, UsernameAttributes: c.signIn}}, c.want)
		})
	}
}
