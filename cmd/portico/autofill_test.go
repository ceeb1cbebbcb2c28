package main

import (
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"portico/internal/autofill"
	"portico/userpool"
)

// The pages as the server draws them, for a pool that asks for every attribute there is, tell password managers what their
// fields are; so do the pages that refuse a form.
func TestAutofillOfServedPages(t *testing.T) {
	r := newRig(t)
	r.changed = func(stored *userpool.Declaration) {
		for _, name := range []string{
			"name", "given_name", "family_name", "middle_name", "nickname", "preferred_username", "profile", "picture", "website", "gender",
			"birthdate", "zoneinfo", "locale", "phone_number", "address", "updated_at",
		} {
			stored.Pool.SchemaAttributes = append(stored.Pool.SchemaAttributes, types.SchemaAttributeType{Name: &name, Required: new(true), Mutable: new(true)})
		}
	}
	r.restart(t)
	b := r.tab(t)
	fields := 0
	check := func(p page) {
		t.Helper()
		fields += strings.Count(p.body, "autocomplete=")
		for _, fault := range autofill.Faults(p.body) {
			t.Errorf("%s %s: %s", p.Request.Method, p.Request.URL.Path, fault)
		}
	}
	b.get(loginAt(acme))
	for _, pattern := range r.routes {
		method, path, _ := strings.Cut(pattern, " ")
		if path == userpool.PathLogout || path == userpool.PathEndSession || strings.ContainsAny(path, "{") {
			continue
		}
		at := acme + path + "?" + ask().Encode()
		if method == "POST" {
			check(b.post(at, url.Values{"_csrf": {b.csrf(acme)}, "username": {adaName}, "password": {"short"}, "code": {"1"}}))
			continue
		}
		check(b.get(at))
	}
	b.prove(lenaName, lenaTemporary)
	check(b.get(newPasswordAt(acme)))
	if fields < 60 {
		t.Errorf("only %d fields were looked at", fields)
	}
}
