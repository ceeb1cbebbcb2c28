package main

import (
	"bytes"
	"image"
	"image/png"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"portico/config"
	"portico/userpool"
	"portico/userpool/branding"
)

func logoPNG(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 240, 80))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// branded is a server whose client has a style of its own, and whose pool has a classic look for all others.
func branded(t *testing.T) *rig {
	t.Helper()
	r := newRig(t)
	logo := logoPNG(t)
	r.changed = func(stored *userpool.Declaration) {
		if *stored.Pool.Id != acmePool {
			return
		}
		colour, _ := branding.ParseColour("#b3400f")
		stored.ManagedLoginBrandings = []userpool.ManagedLoginBranding{{ClientId: appID, Settings: branding.Simple{Colour: &colour}.Settings(), Assets: []types.AssetType{
			{Category: types.AssetCategoryTypeFormLogo, ColorMode: types.ColorSchemeModeTypeDynamic, Extension: types.AssetExtensionTypePng, Bytes: logo},
		}}}
		stored.UICustomizations = []userpool.UICustomization{{ClientId: userpool.AllClients, CSS: ".submitButton-customizable { background-color: #004400; color: #fff }"}}
	}
	r.restart(t)
	return r
}

var loaded = regexp.MustCompile(`(?:href|src)="(/(?:static|brand)/[^"]+)"`)

// files are what a page loads.
func files(page string) []string {
	var list []string
	for _, m := range loaded.FindAllStringSubmatch(page, -1) {
		list = append(list, m[1])
	}
	return list
}

func opened(b *tab, address string) (string, page) {
	p := b.get(address)
	return p.body, p
}

// Every hosted page of a client wears its look, by three requests and the logo's.
func TestPagesWearTheLookOfTheirClient(t *testing.T) {
	r := branded(t)
	b := r.tab(t)
	login, _ := opened(b, loginAt(acme))
	got := files(login)
	if len(got) != 4 || !strings.HasPrefix(got[0], "/brand/") || !strings.HasSuffix(got[0], ".css") {
		t.Fatalf("the page loads %q", got)
	}
	if !strings.Contains(login, `class="logo logo-customizable"`) || !strings.Contains(login, `width="144" height="48"`) {
		t.Errorf("no logo, or one without its size:\n%s", login)
	}
	sheet, answer := opened(b, acme+got[0])
	if !strings.HasPrefix(sheet, "/* Portico") || !strings.HasSuffix(strings.TrimSpace(sheet), "}") || !strings.Contains(sheet, "@layer brand{:root{--accent:#b3400f") {
		t.Errorf("the sheet is not Portico's with the brand after it: …%s", sheet[max(0, len(sheet)-300):])
	}
	if answer.Header.Get("Content-Type") != "text/css; charset=utf-8" {
		t.Errorf("the sheet is %s", answer.Header.Get("Content-Type"))
	}
	for _, path := range []string{"/signup", "/forgotPassword"} {
		if page, _ := opened(b, strings.Replace(loginAt(acme), "/login?", path+"?", 1)); !strings.Contains(page, got[0]) {
			t.Errorf("%s does not wear the look", path)
		}
	}
	if page, _ := opened(b, acme+"/error?error=access_denied&client_id="+appID); !strings.Contains(page, got[0]) {
		t.Error("the error page does not wear the look of the app")
	}
}

// A classic look for all is that of whoever has none of their own, and of pages that belong to no app; another pool keeps Portico's.
func TestClassicLookFallsBackToAll(t *testing.T) {
	r := branded(t)
	b := r.tab(t)
	own, _ := opened(b, loginAt(acme))
	all, _ := opened(b, loginAt(acme, "client_id", boardID, "redirect_uri", boardCallback))
	nobody, _ := opened(b, acme+"/error?error=access_denied")
	other, _ := opened(b, loginAt(bravo, "client_id", bravoAppID))
	if files(all)[0] == files(own)[0] || files(all)[0] != files(nobody)[0] || !strings.Contains(all, `data-theme="light"`) {
		t.Errorf("own %q, all %q, nobody's %q", files(own), files(all), files(nobody))
	}
	if sheet, _ := opened(b, acme+files(all)[0]); !strings.Contains(sheet, "@layer classic{.submitButton-customizable{background-color:#004400;border-color:#004400;color:#ffffff}") {
		t.Error("the classic rules are not in their layer")
	}
	for _, file := range files(other) {
		if !strings.HasPrefix(file, "/static/") {
			t.Errorf("a pool without a look loads %s", file)
		}
	}
}

// What an operator uploaded is served for good, sniffed by nobody, and in a sandbox of its own.
func TestAttackBrandFileOpenedByItself(t *testing.T) {
	r := branded(t)
	b := r.tab(t)
	login, _ := opened(b, loginAt(acme))
	for _, file := range files(login) {
		if !strings.HasPrefix(file, "/brand/") {
			continue
		}
		_, answer := opened(b, acme+file)
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "Cache-Control": "public, max-age=31536000, immutable", "Cross-Origin-Resource-Policy": "same-origin",
			"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox",
		} {
			if got := answer.Header.Get(name); got != want || answer.StatusCode != http.StatusOK {
				t.Errorf("%s: status %d, %s: %q", file, answer.StatusCode, name, got)
			}
		}
		if len(answer.Cookies()) > 0 {
			t.Errorf("%s sets a cookie", file)
		}
	}
	for _, file := range []string{"/brand/", "/brand/0000000000000000.css", "/brand/../portico.yaml", "/brand/x/y"} {
		if _, answer := opened(b, acme+file); answer.StatusCode < 300 || strings.Contains(answer.Header.Get("Cache-Control"), "immutable") {
			t.Errorf("%s: status %d", file, answer.StatusCode)
		}
	}
}

// The file's looks follow at the next start, in one commit, and none where nothing changed; those of others stay.
func TestLooksFollowTheFile(t *testing.T) {
	r := newRig(t)
	pool := config.Pool{Declaration: userpool.Declaration{Pool: types.UserPoolType{Id: new(acmePool)}}}
	version := func() int64 {
		v, err := r.db.SettingsVersion(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	written := func(css, settings string) (int64, userpool.Declaration) {
		t.Helper()
		pool.Declaration.UICustomizations = []userpool.UICustomization{{ClientId: "Acme Notes", CSS: css}}
		pool.Declaration.ManagedLoginBrandings = []userpool.ManagedLoginBranding{{ClientId: "ALL", Settings: []byte(settings)}}
		before := version()
		if created, err := declare(t.Context(), r.db, "us-east-1", []config.Pool{pool}, time.Now()); err != nil || len(created) > 0 {
			t.Fatal(created, err)
		}
		all, err := r.db.Declarations(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range all {
			if *d.Pool.Id == acmePool {
				return version() - before, d
			}
		}
		t.Fatal("the pool is gone")
		return 0, userpool.Declaration{}
	}
	commits, first := written(".label-customizable{color:#111}", `{"components":{"form":{"borderRadius":8}}}`)
	if commits != 1 || len(first.UICustomizations) != 1 || first.UICustomizations[0].ClientId != appID {
		t.Fatalf("%d commits, %+v", commits, first.UICustomizations)
	}
	if commits, _ := written(".label-customizable{color:#111}", `{ "components": {"form": {"borderRadius": 8} } }`); commits != 0 {
		t.Errorf("%d commits where nothing changed", commits)
	}
	commits, second := written(".label-customizable{color:#222}", `{"components":{"form":{"borderRadius":9}}}`)
	if commits != 1 || second.UICustomizations[0].CSS != ".label-customizable{color:#222}" {
		t.Errorf("%d commits, %+v", commits, second.UICustomizations)
	}
	if a, b := first.ManagedLoginBrandings[0], second.ManagedLoginBrandings[0]; a.ManagedLoginBrandingId != b.ManagedLoginBrandingId || a.ManagedLoginBrandingId == "" || !a.CreationDate.Equal(b.CreationDate) {
		t.Errorf("%+v became %+v", a, b)
	}
}
