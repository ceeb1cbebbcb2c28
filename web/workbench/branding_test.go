package workbench

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"portico/static"
	"portico/userpool"
	"portico/userpool/notify"
	"portico/web/browser"
)

const drawing = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 128 32"><path d="M2 26h9"/></svg>`

// workshop is a bench with one app.
func workshop(t *testing.T) http.Handler {
	t.Helper()
	pool := userpool.Assemble(userpool.Declaration{
		Pool: types.UserPoolType{Id: new("us-east-1_Workshop1")},
		Clients: []types.UserPoolClientType{{
			ClientId: new("notes"), ClientName: new("Acme Notes"), AllowedOAuthFlowsUserPoolClient: new(true),
			AllowedOAuthFlows: []types.OAuthFlowType{types.OAuthFlowTypeCode}, SupportedIdentityProviders: []string{"COGNITO", "Google"},
		}},
	}, userpool.Addresses{Origin: "http://localhost:8080"})
	catalog, err := userpool.NewCatalog(pool)
	if err != nil {
		t.Fatal(err)
	}
	files := static.New()
	bench := &Bench{
		Files: files, Inbox: notify.NewInbox(1, time.Now), Look: &browser.Look{Files: files}, Pools: func() *userpool.Catalog { return catalog },
	}
	return bench.Handler()
}

func get(t *testing.T, h http.Handler, target string) (*http.Response, string) {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, target, nil))
	body, err := io.ReadAll(w.Result().Body)
	if err != nil {
		t.Fatal(err)
	}
	return w.Result(), string(body)
}

// send posts a draft and gives the address it leads to.
func send(t *testing.T, h http.Handler, fields, files map[string]string) (status int, location string) {
	t.Helper()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	for name, value := range fields {
		_ = form.WriteField(name, value)
	}
	for name, value := range files {
		field, file, _ := strings.Cut(name, ":")
		part, err := form.CreateFormFile(field, file)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(part, value)
	}
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, "/branding", &b)
	r.Header.Set("Content-Type", form.FormDataContentType())
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Code, w.Header().Get("Location")
}

// A colour, corners and a logo are drawn on the page of an app, and written as lines for the pools file.
func TestWorkshopDrawsADraft(t *testing.T) {
	h := workshop(t)
	status, location := send(t, h, map[string]string{"kind": "simple", "colour": "#b3400f", "radius": "4", "page": "error", "scheme": "dark"}, map[string]string{"logo:logo.svg": drawing})
	if status != http.StatusSeeOther {
		t.Fatalf("status %d", status)
	}
	_, page := get(t, h, location)
	for _, want := range []string{"ManagedLoginBrandings:", `- ClientId: &#34;Acme Notes&#34;`, `Color: &#34;#b3400f&#34;`, `Logo: &#34;brand/logo.svg&#34;`, "Radius: 4", "sandbox", "Take logo.svg away"} {
		if !strings.Contains(page, want) {
			t.Errorf("no %s in\n%s", want, page)
		}
	}
	preview, drawn := get(t, h, strings.Replace(location, "/branding?", "/branding/preview?", 1))
	if !strings.Contains(drawn, `data-theme="dark"`) || !strings.Contains(drawn, "This address is not on the list") || !strings.Contains(drawn, `alt="Acme Notes"`) && strings.Contains(drawn, `class="tile"`) {
		t.Errorf("the preview is not what was asked for:\n%s", drawn)
	}
	if got := preview.Header.Get("Content-Security-Policy"); got != "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'" {
		t.Errorf("policy %q", got)
	}
	sheet := regexp.MustCompile(`/branding/files/[0-9a-f]+\.css`).FindString(drawn)
	answer, css := get(t, h, sheet)
	if answer.StatusCode != http.StatusOK || !strings.Contains(css, "--accent:#b3400f") {
		t.Errorf("%s: %d", sheet, answer.StatusCode)
	}
	_, signin := get(t, h, strings.NewReplacer("/branding?", "/branding/preview?", "page=error", "page=signin").Replace(location))
	logo := regexp.MustCompile(`/branding/files/[0-9a-f]+\.svg`).FindString(signin)
	answer, picture := get(t, h, logo)
	if picture != drawing || answer.Header.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(answer.Header.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("%s: %v", logo, answer.Header)
	}
}

// A picture stays with the drafts that follow, until its box is ticked.
func TestWorkshopKeepsThePicture(t *testing.T) {
	h := workshop(t)
	_, first := send(t, h, map[string]string{"kind": "simple", "colour": "#b3400f"}, map[string]string{"logo:logo.svg": drawing})
	id := func(location string) string {
		u, err := url.Parse(location)
		if err != nil {
			t.Fatal(err)
		}
		return u.Query().Get("draft")
	}
	_, second := send(t, h, map[string]string{"kind": "simple", "colour": "#00aa00", "draft": id(first)}, nil)
	if _, page := get(t, h, second); !strings.Contains(page, "Take logo.svg away") {
		t.Error("the logo is gone")
	}
	_, third := send(t, h, map[string]string{"kind": "simple", "colour": "#00aa00", "draft": id(second), "no-logo": "1"}, nil)
	if _, page := get(t, h, third); strings.Contains(page, "logo.svg") {
		t.Error("the logo stays")
	}
}

// What is wrong is told; the preview then shows the page without the draft.
func TestWorkshopTellsFaults(t *testing.T) {
	h := workshop(t)
	for kind, c := range map[string]struct {
		fields map[string]string
		want   string
	}{
		"classic": {map[string]string{"css": "@import 'x';"}, "CSS: line 1: @import is not allowed"},
		"managed": {map[string]string{"settings": `{"nosuch":1}`}, "Settings.nosuch: is not a member"},
		"simple":  {map[string]string{"colour": "red"}, "Color: is no colour"},
	} {
		c.fields["kind"] = kind
		_, location := send(t, h, c.fields, nil)
		answer, page := get(t, h, location)
		if answer.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(page, c.want) || strings.Contains(page, "What to paste") || !strings.Contains(page, "<title>Error: ") {
			t.Errorf("%s: status %d, no %q in\n%s", kind, answer.StatusCode, c.want, page)
		}
		if _, drawn := get(t, h, strings.Replace(location, "/branding?", "/branding/preview?", 1)); !strings.Contains(drawn, "/static/portico.") {
			t.Errorf("%s: the preview has a sheet of the draft", kind)
		}
	}
}

// What is pasted is what was drawn.
func TestPaste(t *testing.T) {
	managed := &draft{kind: kindManaged, settings: `{"components":{"form":{"borderRadius":8}}}`, logo: upload{"a b.png", []byte{1}}, image: upload{"sea.jpg", []byte{1}}}
	want := `ManagedLoginBrandings:
- ClientId: "Acme \"Notes\""
  Settings:
    {
      "components": {
        "form": {
          "borderRadius": 8
        }
      }
    }
  Assets:
  - Category: FORM_LOGO
    ColorMode: DYNAMIC
    Extension: PNG
    Bytes: "brand/a b.png"
  - Category: PAGE_BACKGROUND
    ColorMode: DYNAMIC
    Extension: JPEG
    Bytes: "brand/sea.jpg"
`
	if got := managed.paste(`Acme "Notes"`); got != want {
		t.Errorf("got\n%s", got)
	}
	classic := &draft{kind: kindClassic, css: ".label-customizable {\r\n  color: #111;\r\n\r\n}\r\n"}
	if got := classic.paste("x"); got != "UICustomizations:\n- ClientId: \"x\"\n  CSS: |\n    .label-customizable {\n      color: #111;\n\n    }\n" {
		t.Errorf("got\n%s", got)
	}
}

// Another site can neither post a draft nor frame the page of it.
func TestAttackWorkshopFromElsewhere(t *testing.T) {
	h := workshop(t)
	r := httptest.NewRequest(http.MethodPost, "/branding", strings.NewReader("kind=simple"))
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != http.StatusForbidden {
		t.Errorf("status %d", w.Code)
	}
	answer, _ := get(t, h, "/branding")
	if !strings.Contains(answer.Header.Get("Content-Security-Policy"), "frame-ancestors 'none'") || answer.Header.Get("X-Frame-Options") != "DENY" {
		t.Errorf("%v", answer.Header)
	}
	if status, _ := send(t, h, map[string]string{"css": strings.Repeat("a", maxDraft)}, nil); status != http.StatusRequestEntityTooLarge {
		t.Errorf("a huge draft: status %d", status)
	}
	for i := range 3 * maxDrafts {
		send(t, h, map[string]string{"kind": "simple", "radius": strings.Repeat("1", i+1)}, nil)
	}
	if answer, _ := get(t, h, "/branding/files/0000000000000000.css"); answer.StatusCode != http.StatusNotFound {
		t.Errorf("status %d", answer.StatusCode)
	}
}

// Only so many drafts are kept, the newest.
func TestDraftsAreForgotten(t *testing.T) {
	var kept drafts
	for i := range maxDrafts + 5 {
		kept.keep(&draft{id: string(rune('a' + i))})
	}
	if kept.find("a") != nil || kept.find(string(rune('a'+maxDrafts+4))) == nil || len(kept.list) != maxDrafts {
		t.Errorf("%d are kept", len(kept.list))
	}
}

// Every page the workshop names is drawn, and only those.
func TestWorkshopPages(t *testing.T) {
	h := workshop(t)
	seen := map[string]string{}
	for _, name := range pageNames() {
		answer, page := get(t, h, "/branding/preview?page="+name[0])
		if other, twice := seen[page]; twice || answer.StatusCode != http.StatusOK {
			t.Errorf("%s: status %d, the same as %q", name[0], answer.StatusCode, other)
		}
		seen[page] = name[0]
	}
}
