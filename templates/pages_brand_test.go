package templates

import (
	"strings"
	"testing"

	"golang.org/x/net/html"
)

func brandedFrame() Frame {
	f := frame()
	f.App = "Fjordline"
	f.Brand = Brand{
		Logo: &Logo{Src: "/brand/logo.svg", DarkSrc: "/brand/logo-dark.svg", Width: 192, Height: 48}, PasswordFirst: true, NoSigns: true,
		Bar: true, BarLogo: &Logo{Src: "/brand/bar.svg", Width: 120, Height: 32}, Icons: map[string]string{"Acme Staff": "/brand/staff.svg"},
	}
	return f
}

func brandedSignIn() SignInView {
	v := signIn()
	v.Frame = brandedFrame()
	return v
}

func brandedConfirm() ConfirmView {
	v := confirm()
	v.Frame = brandedFrame()
	return v
}

func workshop() BrandingView {
	choices := func(list ...string) []Choice {
		var made []Choice
		for i, text := range list {
			made = append(made, Choice{Value: strings.ToLower(text), Text: text, Current: i == 0})
		}
		return made
	}
	return BrandingView{
		BenchFrame: benchFrame("Branding"), Action: "/branding", Draft: "0f1e2d3c4b5a6978", Kinds: choices("One colour and a logo", "Classic CSS"),
		Clients: choices("Acme Notes"), Pages: choices("Sign in", "Error"), Schemes: choices("Device", "Dark"), Sizes: choices("Desk", "Phone"),
		Colour: "#b3400f", Radius: "4", LogoName: "logo.svg", PreviewHref: "/branding/preview?draft=0f1e2d3c4b5a6978", PageName: "Sign in",
		Warnings: []string{"Settings.components.pageText.lightMode.bodyColor: #cccccc has a contrast of 1.39, and 4.5 is the least: it is drawn as #6d6d6d, with 4.50"},
		Paste:    "ManagedLoginBrandings:\n- ClientId: \"Acme Notes\"\n  Color: \"#b3400f\"\n",
	}
}

func workshopRefused() BrandingView {
	v := workshop()
	v.Faults, v.Warnings, v.Paste, v.Phone = []string{"CSS: line 1: @import is not allowed: write rules of Cognito's classes only"}, nil, "", true
	return v
}

// An operator's logo has its size in the page and the app's name in its place; with signs off, steps have it too.
func TestLogoStandsForTheName(t *testing.T) {
	for _, p := range []page{{"signin_branded", SignIn(brandedSignIn()), ""}, {"confirm_branded", Confirm(brandedConfirm()), ""}} {
		d := parse(t, p)
		var logo *html.Node
		for _, n := range d.all("img") {
			if attr(n, "src") == "/brand/logo.svg" {
				logo = n
			}
		}
		if logo == nil || attr(logo, "alt") != "Fjordline" || attr(logo, "width") != "192" || attr(logo, "height") != "48" || attr(logo, "class") != "logo logo-customizable" {
			t.Errorf("%s: no logo, or one without name and size", p.name)
		}
		source := render(t, p)
		for _, never := range []string{`class="tile"`, `class="sign"`, `class="host"`} {
			if strings.Contains(source, never) {
				t.Errorf("%s: %s beside the logo", p.name, never)
			}
		}
	}
}

// The order of ways in is the order of reading, not of drawing: the form comes first in the page itself.
func TestPasswordFirst(t *testing.T) {
	source := render(t, page{"signin_branded", SignIn(brandedSignIn()), ""})
	form, or, provider := strings.Index(source, "cognitoSignInForm"), strings.Index(source, `class="or `), strings.Index(source, "btn provider")
	if form < 0 || form > or || or > provider {
		t.Errorf("form at %d, divider at %d, providers at %d", form, or, provider)
	}
	if !strings.Contains(source, `<img src="/brand/staff.svg" width="20" height="20" alt="">`) {
		t.Error("the operator's mark is not on the provider's button")
	}
}

// A page without a brand after one with has nothing of it: the brand travels with the page.
func TestBrandStaysOnItsPage(t *testing.T) {
	_ = render(t, page{"signin_branded", SignIn(brandedSignIn()), ""})
	if source := render(t, page{"signin", SignIn(signIn()), ""}); strings.Contains(source, "<img") || strings.Contains(source, "page-bar") {
		t.Error("a brand is left behind")
	}
}
