package userpool

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// TestValidityRanges holds lifetimes to Cognito's ranges in every unit (CreateUserPoolClient): access and ID tokens 5 minutes
// to 1 day, refresh tokens 60 minutes to 3650 days. What passes is what tokens then live for.
func TestValidityRanges(t *testing.T) {
	const day = 24 * time.Hour
	short := map[types.TimeUnitsType][2]int32{"seconds": {300, 86400}, "minutes": {5, 1440}, "hours": {1, 24}, "days": {1, 1}, "": {1, 24}}
	long := map[types.TimeUnitsType][2]int32{"seconds": {3600, 315360000}, "minutes": {60, 5256000}, "hours": {1, 87600}, "days": {1, 3650}, "": {1, 3650}}
	lengths := map[types.TimeUnitsType]time.Duration{"seconds": time.Second, "minutes": time.Minute, "hours": time.Hour, "days": day}
	for _, kind := range []struct {
		member  string
		bounds  map[types.TimeUnitsType][2]int32
		bare    time.Duration // the unit of a bare number
		set     func(c *types.UserPoolClientType, n int32, unit types.TimeUnitsType)
		outcome func(Validity) time.Duration
	}{
		{"AccessTokenValidity", short, time.Hour, func(c *types.UserPoolClientType, n int32, unit types.TimeUnitsType) {
			c.AccessTokenValidity, c.TokenValidityUnits = ptr(n), &types.TokenValidityUnitsType{AccessToken: unit, RefreshToken: "days", IdToken: "hours"}
		}, func(v Validity) time.Duration { return v.Access }},
		{"IdTokenValidity", short, time.Hour, func(c *types.UserPoolClientType, n int32, unit types.TimeUnitsType) {
			c.IdTokenValidity, c.TokenValidityUnits = ptr(n), &types.TokenValidityUnitsType{IdToken: unit, RefreshToken: "seconds", AccessToken: "hours"}
		}, func(v Validity) time.Duration { return v.ID }},
		{"RefreshTokenValidity", long, day, func(c *types.UserPoolClientType, n int32, unit types.TimeUnitsType) {
			c.RefreshTokenValidity, c.TokenValidityUnits = n, &types.TokenValidityUnitsType{RefreshToken: unit, AccessToken: "seconds", IdToken: "minutes"}
		}, func(v Validity) time.Duration { return v.Refresh }},
	} {
		for unit, bounds := range kind.bounds {
			length, named := lengths[unit]
			if !named {
				length = kind.bare
			}
			for _, n := range []int32{bounds[0] - 1, bounds[0], bounds[1], bounds[1] + 1, -1, 1<<31 - 1} {
				d := sound()
				kind.set(&d.Clients[0], n, unit)
				name := fmt.Sprintf("%s %d %s", kind.member, n, unit)
				found := d.Check()
				// A bare 0 of the refresh token means the default; of the others it is no number of the API at all.
				zeroRefresh := n == 0 && kind.member == "RefreshTokenValidity"
				allowed := n >= bounds[0] && n <= bounds[1] || zeroRefresh
				if allowed && len(found) > 0 || !allowed && !slices.ContainsFunc(found, func(f Fault) bool { return f.Path == "Clients[0]."+kind.member }) {
					t.Errorf("%s: %v", name, found)
				}
				want := time.Duration(n) * length
				if zeroRefresh {
					want = 30 * day
				}
				if got := kind.outcome(assembleClient("p", d.Clients[0]).Validity); allowed && got != want {
					t.Errorf("%s: %v, want %v", name, got, want)
				}
			}
		}
	}
}

// Without numbers and units tokens live as long as Cognito's do.
func TestValidityDefaults(t *testing.T) {
	want := Validity{Access: time.Hour, ID: time.Hour, Refresh: 30 * 24 * time.Hour}
	for name, c := range map[string]types.UserPoolClientType{
		"nothing": {}, "units alone": {TokenValidityUnits: &types.TokenValidityUnitsType{AccessToken: "seconds", IdToken: "minutes", RefreshToken: "hours"}},
	} {
		if got := assembleClient("p", c).Validity; got != want {
			t.Errorf("%s: %+v, want %+v", name, got, want)
		}
	}
}
