package userpool

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// wantTagFault expects the tags of a declaration to have one fault that holds a text; empty for none.
func wantTagFault(t *testing.T, d Declaration, want string) {
	t.Helper()
	var found []string
	for _, f := range d.Check() {
		if strings.HasPrefix(f.Path, "UserPoolTags") {
			found = append(found, f.Message)
		}
	}
	if want == "" && len(found) > 0 || want != "" && (len(found) != 1 || !strings.Contains(found[0], want)) {
		t.Errorf("faults %q, want %q", found, want)
	}
}

func TestCheckTags(t *testing.T) {
	for name, c := range map[string]struct {
		tags map[string]string
		want string
	}{
		"dialect":                     {map[string]string{DialectTag: "standard"}, ""},
		"dialect misspelt":            {map[string]string{DialectTag: "standards"}, "cognito or standard"},
		"signing":                     {map[string]string{SigningTag: "ES256"}, ""},
		"signing with no algorithm":   {map[string]string{SigningTag: "none"}, "RS256 or ES256"},
		"session":                     {map[string]string{SessionLifetimeTag: "12h", SessionIdleTag: "30m"}, ""},
		"session of a year":           {map[string]string{SessionLifetimeTag: "8760h"}, "from 5m to 2160h"},
		"session without a unit":      {map[string]string{SessionLifetimeTag: "12"}, "as in 12h"},
		"idle beyond the lifetime":    {map[string]string{SessionLifetimeTag: "1h", SessionIdleTag: "2h"}, "less than the session's lifetime of 1h"},
		"idle beyond the default":     {map[string]string{SessionIdleTag: "1h"}, "less than the session's lifetime of 1h"},
		"idle that is no time at all": {map[string]string{SessionIdleTag: "0s"}, "from 5m"},
		"device":                      {map[string]string{DeviceLifetimeTag: "2160h"}, ""},
		"device of an hour":           {map[string]string{DeviceLifetimeTag: "1h"}, "from 24h to 9600h"},
		"device of two years":         {map[string]string{DeviceLifetimeTag: "17520h"}, "as in 720h"},
		"device without a unit":       {map[string]string{DeviceLifetimeTag: "30"}, "as in 720h"},
		"a tag close to one of ours":  {map[string]string{"portico:dialekt": "standard"}, "did you mean portico:dialect?"},
	} {
		t.Run(name, func(t *testing.T) {
			wantTagFault(t, Declaration{Pool: types.UserPoolType{Name: new("Test"), UserPoolTags: c.tags}}, c.want)
		})
	}
}

func TestAssembleTags(t *testing.T) {
	plain := Assemble(Declaration{}, Addresses{})
	if plain.Dialect != DialectCognito || plain.Signing != SigningRS256 || plain.Sessions != (SessionPolicy{Lifetime: time.Hour}) || plain.Linking != LinkingOff {
		t.Errorf("without tags: %q, %q, %+v, %q", plain.Dialect, plain.Signing, plain.Sessions, plain.Linking)
	}
	tagged := Assemble(Declaration{Pool: types.UserPoolType{UserPoolTags: map[string]string{
		DialectTag: "standard", SigningTag: "ES256", SessionLifetimeTag: "12h", SessionIdleTag: "45m",
	}}}, Addresses{})
	if tagged.Dialect != DialectStandard || tagged.Signing != SigningES256 || tagged.Sessions != (SessionPolicy{Lifetime: 12 * time.Hour, Idle: 45 * time.Minute}) {
		t.Errorf("with tags: %q, %q, %+v", tagged.Dialect, tagged.Signing, tagged.Sessions)
	}
}

// What Check would refuse counts as the default, so that no pool has sessions that end at once or outlive their cookie.
func TestSessionsOfRefusedTags(t *testing.T) {
	for name, tags := range map[string]map[string]string{
		"negative": {SessionLifetimeTag: "-1h", SessionIdleTag: "-5m"}, "a year": {SessionLifetimeTag: "8760h"},
		"a second": {SessionLifetimeTag: "1s", SessionIdleTag: "1s"}, "idle beyond the lifetime": {SessionIdleTag: "1h"},
	} {
		got := Assemble(Declaration{Pool: types.UserPoolType{UserPoolTags: tags}}, Addresses{}).Sessions
		if got != (SessionPolicy{Lifetime: time.Hour}) {
			t.Errorf("%s: %+v", name, got)
		}
	}
}
