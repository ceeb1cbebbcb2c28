package workbench

import (
	"net/http"
	"time"

	"portico/templates"
	"portico/userpool"
	"portico/web/browser"
)

// previewPolicy lets the workshop, and nobody else, hold the page in a frame. Nothing of it is sent anywhere.
const previewPolicy = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'"

// brandingPreview draws a page of the hosted ones in a draft's look; where there is none, in the client's own.
func (b *Bench) brandingPreview(w http.ResponseWriter, r *http.Request) {
	s := readShown(r.URL.Query().Get)
	client := b.client(s.client)
	frame := templates.Frame{
		Stylesheet: b.Files.Path("portico.css"), Favicon: b.Files.Path("favicon.svg"),
		Links: []templates.Link{{Text: "Help", Href: "#"}, {Text: "Privacy", Href: "#"}, {Text: "Terms", Href: "#"}},
	}
	order := []string{}
	if client != nil {
		frame.App = client.Name
		b.Look.Dress(&frame, client.Look)
		order = client.Providers
	}
	if d := b.drafts.find(r.URL.Query().Get("draft")); d != nil && d.brand != nil {
		browser.Dress(&frame, d.brand, draftFile+d.sheetName())
	}
	if frame.Theme == "" && (s.scheme == "light" || s.scheme == "dark") {
		frame.Theme = s.scheme
		if logo := frame.Brand.Logo; logo != nil && logo.DarkSrc != "" {
			fixed := *logo
			if fixed.DarkSrc = ""; s.scheme == "dark" {
				fixed.Src = logo.DarkSrc
			}
			frame.Brand.Logo = &fixed
		}
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Security-Policy", previewPolicy)
	w.Header().Set("X-Frame-Options", "SAMEORIGIN")
	b.show(w, r, http.StatusOK, previewOf(s.page, frame, previewProviders(order)))
}

// previewProviders are the first three of an app's, as buttons that lead nowhere.
func previewProviders(names []string) []templates.ProviderButton {
	marks := map[string]templates.Mark{
		string(userpool.TypeGoogle): templates.MarkGoogle, string(userpool.TypeApple): templates.MarkApple,
		string(userpool.TypeFacebook): templates.MarkFacebook, string(userpool.TypeAmazon): templates.MarkAmazon,
	}
	var list []templates.ProviderButton
	for _, name := range names {
		if name != userpool.COGNITO && len(list) < 3 {
			list = append(list, templates.ProviderButton{Name: browser.ProviderLabel(name), Href: "#", Mark: marks[name]})
		}
	}
	return list
}

// pageNames are the pages the workshop shows, the first where none is chosen.
func pageNames() [][2]string {
	return [][2]string{
		{"signin", "Sign in"}, {"refused", "Sign in, refused"}, {"signup", "Create an account"}, {"code", "Code"}, {"forgot", "Forgot password"},
		{"password", "New password, refused"}, {"error", "Error"}, {"signedout", "Signed out"},
	}
}

// previewOf is a page with people and words made up.
func previewOf(page string, frame templates.Frame, providers []templates.ProviderButton) component {
	const nowhere = "#"
	email := templates.Field{Name: "username", Label: "Email", Type: "email", Autocomplete: "off"}
	rules := []templates.Rule{
		{Text: "At least 12 characters", Kind: "length", Min: 12, State: templates.Met}, {Text: "A lower case letter", Kind: "lower", State: templates.Met},
		{Text: "A number", Kind: "number", State: templates.Missing},
	}
	switch page {
	case "refused":
		email.Value = "ines@acme.example"
		return templates.SignIn(templates.SignInView{
			Frame: frame, Action: nowhere, Providers: providers, Password: true, Username: email, SignUpHref: nowhere, ForgotHref: nowhere,
			Notice: &templates.Notice{
				Kind: templates.Bad, First: "Incorrect username or password.", Then: "Check both and try again, or ", After: ".",
				Link: &templates.Link{Text: "reset your password", Href: nowhere},
			},
		})
	case "signup":
		return templates.SignUp(templates.SignUpView{
			Frame: frame, Action: nowhere, SignInHref: nowhere, Rules: openRules(rules), TermsHref: nowhere, PrivacyHref: nowhere,
			Fields: []templates.Field{email, {Name: "given_name", Label: "First name", Pair: true}, {Name: "family_name", Label: "Last name", Pair: true}},
		})
	case "code":
		return templates.Confirm(templates.ConfirmView{
			Frame: frame, Action: nowhere, ResendAction: nowhere, Masked: "i•••@a•••.example", ValidFor: 24 * time.Hour,
			Code: "481526", Problem: "Invalid verification code provided, please try again. Check the newest email from us.",
		})
	case "forgot":
		return templates.Forgot(templates.ForgotView{Frame: frame, Action: nowhere, SignInHref: nowhere, Username: email})
	case "password":
		return templates.NewPassword(templates.NewPasswordView{
			Frame: frame, Action: nowhere, Rules: rules, PasswordField: templates.Field{Problem: "Add a number to this password."},
		})
	case "error":
		return templates.Error(templates.ErrorView{
			Frame: frame, Heading: "This address is not on the list", Text: frame.App + " asked us to send you to an address it has not registered, so we stopped. There is nothing wrong with your account.",
			Support: "help@acme.example", Details: []templates.Detail{{Name: "Error code", Value: "redirect_mismatch"}},
		})
	case "signedout":
		return templates.SignedOut(templates.SignedOutView{Frame: frame, SignInHref: nowhere, Provider: "Google"})
	}
	return templates.SignIn(templates.SignInView{
		Frame: frame, Action: nowhere, Providers: providers, Password: true, Username: email, SignUpHref: nowhere, ForgotHref: nowhere,
	})
}

// openRules are the same before anybody tried.
func openRules(list []templates.Rule) []templates.Rule {
	fresh := make([]templates.Rule, len(list))
	for i, r := range list {
		r.State = templates.Open
		fresh[i] = r
	}
	return fresh
}
