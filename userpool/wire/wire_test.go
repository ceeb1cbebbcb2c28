package wire

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func ptr[T any](v T) *T { return &v }

func TestRoundTripOfAClient(t *testing.T) {
	client := types.UserPoolClientType{
		ClientId: ptr("abc"), ClientName: ptr("web"), ClientSecret: ptr("quote \" < > & ü"),
		CreationDate: ptr(time.UnixMilli(1689721665239).UTC()), LastModifiedDate: ptr(time.Unix(1689721665, 0).UTC()),
		AllowedOAuthFlows: []types.OAuthFlowType{types.OAuthFlowTypeCode}, CallbackURLs: []string{"https://a.example/?x=1&y=2"},
		AllowedOAuthFlowsUserPoolClient: ptr(false), AccessTokenValidity: ptr(int32(0)), LogoutURLs: []string{},
		TokenValidityUnits:   &types.TokenValidityUnitsType{AccessToken: types.TimeUnitsTypeMinutes},
		RefreshTokenRotation: &types.RefreshTokenRotationType{Feature: types.FeatureTypeEnabled, RetryGracePeriodSeconds: ptr(int32(0))},
	}
	text, err := Marshal(client)
	if err != nil {
		t.Fatal(err)
	}
	// Absent members are left out; present ones stay, though false, zero or empty. Times are epoch seconds.
	want := `{"AccessTokenValidity":0,"AllowedOAuthFlows":["code"],"AllowedOAuthFlowsUserPoolClient":false,` +
		`"CallbackURLs":["https://a.example/?x=1&y=2"],"ClientId":"abc","ClientName":"web","ClientSecret":"quote \" < > & ü",` +
		`"CreationDate":1689721665.239,"LastModifiedDate":1689721665,"LogoutURLs":[],` +
		`"RefreshTokenRotation":{"Feature":"ENABLED","RetryGracePeriodSeconds":0},"TokenValidityUnits":{"AccessToken":"minutes"}}`
	if diff := cmp.Diff(want, string(text)); diff != "" {
		t.Errorf("written (-want +got):\n%s", diff)
	}
	var read types.UserPoolClientType
	if err := UnmarshalStrict(text, &read); err != nil {
		t.Fatal(err)
	}
	ignore := cmpopts.IgnoreUnexported(types.UserPoolClientType{}, types.TokenValidityUnitsType{}, types.RefreshTokenRotationType{})
	if diff := cmp.Diff(client, read, ignore); diff != "" {
		t.Errorf("read (-want +got):\n%s", diff)
	}
}

func TestEqualDocumentsAreEqualBytes(t *testing.T) {
	one := types.IdentityProviderType{ProviderDetails: map[string]string{}}
	for _, key := range strings.Split("zyxwvutsrqponmlkjihgfedcba", "") {
		one.ProviderDetails[key] = key
	}
	first, err := Marshal(one)
	if err != nil {
		t.Fatal(err)
	}
	for range 20 {
		if again, _ := Marshal(one); string(again) != string(first) {
			t.Fatalf("%s\n%s", first, again)
		}
	}
}

func TestMarshalEmpty(t *testing.T) {
	for _, v := range []any{types.UserPoolClientType{}, &types.UserPoolType{}} {
		if text, err := Marshal(v); err != nil || string(text) != "{}" {
			t.Errorf("%T: %s, %v", v, text, err)
		}
	}
}

func TestUnknownMembers(t *testing.T) {
	const text = `{"ClientName":"web","CallbackUrls":["https://a.example/"]}`
	var c types.UserPoolClientType
	// AWS's servers ignore what they do not know; member names are exact in case.
	if err := Unmarshal([]byte(text), &c); err != nil || *c.ClientName != "web" || c.CallbackURLs != nil {
		t.Errorf("%v, %+v", err, c)
	}
	if err := UnmarshalStrict([]byte(text), &c); err == nil || !strings.Contains(err.Error(), "CallbackUrls") {
		t.Errorf("strict: %v", err)
	}
}

func TestTimes(t *testing.T) {
	at := time.UnixMilli(1689721665239).UTC()
	for text, want := range map[string]time.Time{
		"1689721665.239": at, "1.689721665239e9": at, "1689721665": at.Truncate(time.Second), "0": time.Unix(0, 0).UTC(), "-1.5": time.UnixMilli(-1500).UTC(),
		`"2023-07-18T23:07:45.239Z"`: at, `"2023-07-19T01:07:45.239+02:00"`: at, "1689721665.2394": at, "1689721665.2386": at,
	} {
		var g types.GroupType
		if err := UnmarshalStrict([]byte(`{"CreationDate":`+text+`}`), &g); err != nil {
			t.Errorf("%s: %v", text, err)
		} else if !g.CreationDate.Equal(want) {
			t.Errorf("%s is %v, want %v", text, g.CreationDate, want)
		}
	}
	for _, text := range []string{`"yesterday"`, `""`, "true", "{}", "[]", "1e300", "-1e300", "1689721665239", "253402300800"} {
		var g types.GroupType
		if err := UnmarshalStrict([]byte(`{"CreationDate":`+text+`}`), &g); err == nil {
			t.Errorf("%s was read as %v", text, g.CreationDate)
		}
	}
	var g types.GroupType
	if err := UnmarshalStrict([]byte(`{"CreationDate":null}`), &g); err != nil || g.CreationDate != nil {
		t.Errorf("null: %v, %v", err, g.CreationDate)
	}
}

// TestAmbiguousDocuments: two readers must not understand a request differently.
func TestAmbiguousDocuments(t *testing.T) {
	for name, text := range map[string]string{
		"duplicate member": `{"ClientName":"a","ClientName":"b"}`, "invalid UTF-8": "{\"ClientName\":\"\xff\"}", "trailing text": `{} {}`,
		"number for text": `{"ClientName":1}`, "text for number": `{"AccessTokenValidity":"1"}`, "fraction": `{"AccessTokenValidity":1.5}`,
		"too large": `{"AccessTokenValidity":4294967297}`, "array": `[]`, "nothing": ``, "deep": strings.Repeat(`{"TokenValidityUnits":`, 20000),
	} {
		var c types.UserPoolClientType
		if err := Unmarshal([]byte(text), &c); err == nil {
			t.Errorf("%s was read as %+v", name, c)
		}
	}
}

// FuzzUnmarshal: what is read can be written and read again, and is the same.
func FuzzUnmarshal(f *testing.F) {
	f.Add([]byte(`{"ClientName":"web","CreationDate":1689721665.239,"CallbackURLs":["https://a.example/"],"TokenValidityUnits":{}}`))
	f.Add([]byte(`{"CreationDate":"2023-07-18T23:07:45.239Z","AccessTokenValidity":5}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var c types.UserPoolClientType
		if UnmarshalStrict(text, &c) != nil {
			return
		}
		first, err := Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		var again types.UserPoolClientType
		if err := UnmarshalStrict(first, &again); err != nil {
			t.Fatalf("%s: %v", first, err)
		}
		if second, err := Marshal(again); err != nil || string(second) != string(first) {
			t.Errorf("%s became %s, %v", first, second, err)
		}
	})
}
