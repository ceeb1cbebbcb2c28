package templates

import (
	"strings"
	"time"

	"github.com/a-h/templ"
)

// page is one page drawn with one view.
type page struct {
	name string
	draw templ.Component
	form string // the name or action of the form that must carry the CSRF field; empty for none
}

const (
	token = "7c1d8f0a-4b5e-4c3d-9e21-0a1b2c3d4e5f"

	// hostile is what an attacker would like to see drawn as it is.
	hostile = `"><script>alert(1)</script><img src=x onerror=alert(1)>'&lt;{{7*7}}` + "\u202e"
)

// long has no place to break.
func long() string { return hostile + strings.Repeat("m", 3000) }

func frame() Frame {
	return Frame{
		App:        "Acme Notes",
		Stylesheet: "/static/portico.css", BenchStylesheet: "/static/bench.css", Script: "/static/portico.js", Favicon: "/static/favicon.svg",
		Links: []Link{{"Help", "/help"}, {"Privacy", "/privacy"}, {"Terms", "/terms"}},
	}
}

func hostileFrame() Frame {
	return Frame{
		App: long(), Theme: hostile, Reference: hostile,
		Stylesheet: "/static/portico.css", BenchStylesheet: "/static/bench.css", Script: "/static/portico.js",
		Favicon:   hostile,
		Languages: &LanguageChoice{Action: "javascript:alert(1)", Fields: []Hidden{{hostile, long()}}, List: []LanguageOption{{hostile, long()}}},
		Links:     []Link{{hostile, "javascript:alert(1)"}, {"", "/x"}, {"x", ""}},
	}
}

func rules(states ...RuleState) []Rule {
	list := []Rule{
		{Text: "At least 12 characters", Kind: "length", Min: 12},
		{Text: "A lower case letter", Kind: "lower"},
		{Text: "An upper case letter", Kind: "upper"},
		{Text: "A number", Kind: "number"},
	}
	for i, s := range states {
		list[i].State = s
	}
	return list
}

func providersOf(names ...string) []ProviderButton {
	marks := map[string]Mark{"Google": MarkGoogle, "Apple": MarkApple, "Facebook": MarkFacebook, "Amazon": MarkAmazon}
	var list []ProviderButton
	for _, n := range names {
		list = append(list, ProviderButton{Name: n, Href: "/oauth2/authorize?identity_provider=" + n, Mark: marks[n]})
	}
	return list
}

func email(f Field) Field {
	f.Label, f.Type, f.Autocomplete = "Email", "email", "username"
	return f
}

func signIn() SignInView {
	return SignInView{
		Frame: frame(), Action: "/login?client_id=4k2m", CSRF: token, Password: true,
		Providers: providersOf("Google", "Apple", "Acme Staff"), Username: email(Field{}),
		SignUpHref: "/signup?client_id=4k2m", ForgotHref: "/forgotPassword?client_id=4k2m",
	}
}

func signInRefused() SignInView {
	v := signIn()
	v.Username.Value = "ines@acme.example"
	v.Notice = &Notice{
		Kind: Bad, First: "Incorrect username or password.", Then: "Check both and try again, or ", After: ".",
		Link: &Link{"reset your password", "/forgotPassword?client_id=4k2m"},
	}
	return v
}

func signUp() SignUpView {
	return SignUpView{
		Frame: frame(), Action: "/signup?client_id=4k2m", CSRF: token, SignInHref: "/login?client_id=4k2m",
		Providers: providersOf("Google"),
		Fields: []Field{
			email(Field{Name: "username", Value: "ines@acme.example"}),
			{Name: "requiredAttributes[given_name]", Label: "First name", Autocomplete: "given-name", Pair: true},
			{Name: "requiredAttributes[family_name]", Label: "Last name", Autocomplete: "family-name", Pair: true},
		},
		Rules: rules(), TermsHref: "/terms", PrivacyHref: "/privacy",
	}
}

func signUpRefused() SignUpView {
	v := signUp()
	v.Providers = nil
	v.Fields[1].Problem = "Enter your first name."
	v.PasswordField.Problem = "Add a number to this password."
	v.Rules = rules(Met, Met, Met, Missing)
	return v
}

func confirm() ConfirmView {
	return ConfirmView{
		Frame: frame(), Action: "/confirm?client_id=4k2m", ResendAction: "/resendcode?client_id=4k2m", CSRF: token,
		Masked: "i•••@a•••.example", Username: "ines@acme.example", ValidFor: 24 * time.Hour,
		HiddenFields: []Hidden{{"deliveryMedium", "EMAIL"}, {"destination", "i•••@a•••.example"}},
	}
}

func confirmLink() ConfirmLinkView {
	return ConfirmLinkView{
		Frame: frame(), ResendAction: "/resendcode?client_id=4k2m", CSRF: token, SignInHref: "/login?client_id=4k2m",
		Masked: "i•••@a•••.example", ValidFor: 24 * time.Hour,
	}
}

func confirmLinkSent() ConfirmLinkView {
	v := confirmLink()
	v.WaitSeconds, v.SentAgain = 30, true
	return v
}

func confirmRefused() ConfirmView {
	v := confirm()
	v.Code, v.Problem = "481526", "Invalid verification code provided, please try again. Check the newest email from us."
	v.WaitSeconds, v.SentAgain = 30, true
	return v
}

func reset() ResetView {
	return ResetView{
		Frame: frame(), Action: "/confirmForgotPassword?client_id=4k2m", ResendAction: "/forgotPassword?client_id=4k2m",
		SignInHref: "/login?client_id=4k2m", CSRF: token, Typed: "ines@acme.example", Rules: rules(),
		AgainField: &Field{}, HiddenFields: []Hidden{{"username", "ines@acme.example"}},
	}
}

func replace() NewPasswordView {
	return NewPasswordView{
		Frame: frame(), Action: "/changePassword?client_id=4k2m", CSRF: token, Rules: rules(), HiddenFields: []Hidden{{"username", "ines@acme.example"}},
	}
}

// replaceRefused is the page after a weak password, with attributes that the pool asks for.
func replaceRefused() NewPasswordView {
	v := replace()
	v.PasswordField.Problem = "Add a number."
	v.Rules = []Rule{{"At least 12 characters", Met, "length", 12}, {"A lower case letter", Met, "lower", 0}, {"An upper case letter", Met, "upper", 0}, {"A number", Missing, "number", 0}}
	v.Fields = []Field{
		{Name: "requiredAttributes[given_name]", Label: "First name", Type: "text", Autocomplete: "given-name", Value: "Ines", Pair: true},
		{Name: "requiredAttributes[family_name]", Label: "Last name", Type: "text", Autocomplete: "family-name", Pair: true},
		{Name: "requiredAttributes[birthdate]", Label: "Date of birth", Type: "date", Autocomplete: "bday"},
	}
	return v
}

func badCallback() ErrorView {
	f := frame()
	f.Reference = "K2VD-41XN"
	return ErrorView{
		Frame: f, Heading: "This address is not on the list",
		Text: "Acme Notes asked us to send you to an address it has not registered, so we stopped. There is nothing wrong with your account.",
		Then: "Send this reference to the people who run Acme Notes.",
		Details: []Detail{
			{"Error", "redirect_mismatch"}, {"Asked for", "http://localhost:3001/callback"}, {"Registered", "http://localhost:3000/callback"},
		},
		DetailsOpen: true,
	}
}

func expired() ErrorView {
	f := frame()
	f.Reference = "7F3K-9QWM"
	return ErrorView{
		Frame: f, Sign: SignClock, Heading: "This sign-in has expired",
		Text:   "It was open for more than five minutes, so we closed it to keep your account safe. Nothing has changed, and nobody was signed in.",
		Button: &Link{"Start again", "/login?client_id=4k2m"}, Support: "help@acme.example",
	}
}

// entryPages are the pages people meet on their way in.
func entryPages() []page {
	refusedReset := reset()
	refusedReset.Code, refusedReset.CodeProblem = "12", "Invalid code provided, please request a code again."
	ours := expired()
	ours.Sign, ours.Heading, ours.Text, ours.Support = SignFault, "Something went wrong on our side", "Nothing was changed. Try again in a minute.", "the people who run Acme Notes"
	manyWays := signIn()
	manyWays.Providers = providersOf("Google", "Apple", "Facebook", "Amazon", "Northwind", "Acme Staff")
	phone := confirm()
	phone.Medium, phone.Masked, phone.Digits = MediumPhone, "+•••••••2290", 8
	refusedChoose := choose()
	refusedChoose.Notice = &Notice{Kind: Bad, First: "That passkey did not work.", Then: "Nothing was changed. Try again, or sign in another way."}
	refusedOneTime := oneTimeView()
	refusedOneTime.Problem, refusedOneTime.Code, refusedOneTime.WaitSeconds = "Invalid code or auth state for the user. Check the newest message from us.", "12345678", 0
	return append(append(accountPages(), secondPages()...), []page{
		{"signin", SignIn(signIn()), "cognitoSignInForm"},
		{"signin_refused", SignIn(signInRefused()), "cognitoSignInForm"},
		{"signin_many", SignIn(manyWays), "cognitoSignInForm"},
		{"signin_branded", SignIn(brandedSignIn()), "cognitoSignInForm"},
		{"confirm_branded", Confirm(brandedConfirm()), "confirmform"},
		{"signin_empty", SignIn(SignInView{}), ""},
		{"signin_hostile", SignIn(SignInView{
			Frame: hostileFrame(), Action: "javascript:alert(1)", CSRF: hostile, Password: true, PasswordProblem: hostile,
			Providers: []ProviderButton{{hostile, "javascript:alert(1)", MarkGoogle}, {Name: long(), Href: hostile, Mark: MarkWorkplace}},
			Username:  Field{Name: hostile, ID: hostile, Label: hostile, Type: hostile, Value: long(), Autocomplete: hostile, Hint: hostile, Problem: hostile},
			Notice:    &Notice{Bad, hostile, long(), &Link{hostile, "javascript:alert(1)"}, hostile}, SignUpHref: "javascript:alert(1)", ForgotHref: hostile,
		}), "cognitoSignInForm"},
		{"signup", SignUp(signUp()), "signupform"},
		{"signup_refused", SignUp(signUpRefused()), "signupform"},
		{"signup_empty", SignUp(SignUpView{CSRF: token}), "signupform"},
		{"signup_hostile", SignUp(SignUpView{
			Frame: hostileFrame(), Action: hostile, CSRF: hostile,
			Fields: []Field{{Name: hostile, Label: hostile, Pair: true}, {Name: "b", Label: long(), Pair: true}, {Name: "c", Optional: true}},
			Rules:  []Rule{{hostile, Missing, hostile, -1}, {long(), Met, "", 0}}, TermsHref: "javascript:alert(1)", PrivacyHref: hostile,
			HiddenFields: []Hidden{{hostile, hostile}},
		}), "signupform"},
		{"confirm", Confirm(confirm()), "confirmform"},
		{"confirm_refused", Confirm(confirmRefused()), "confirmform"},
		{"confirm_phone", Confirm(phone), "confirmform"},
		{"confirm_empty", Confirm(ConfirmView{CSRF: token}), "confirmform"},
		{"confirm_hostile", Confirm(ConfirmView{
			Frame: hostileFrame(), Action: hostile, ResendAction: hostile, CSRF: hostile, Medium: 99, Masked: long(), Username: hostile,
			Problem: hostile, Code: long(), Digits: -7, ValidFor: -1, WaitSeconds: 1, HiddenFields: []Hidden{{"username", hostile}, {hostile, long()}},
		}), "confirmform"},
		{"forgot", Forgot(ForgotView{Frame: frame(), Action: "/forgotPassword?client_id=4k2m", CSRF: token, SignInHref: "/login?client_id=4k2m", Username: email(Field{})}), "forgotpasswordform"},
		{"identifier", Identifier(IdentifierView{Companies: true, Frame: frame(), Action: "/login?client_id=4k2m", CSRF: token, Providers: providersOf("Google"), SignUpHref: "/signup?client_id=4k2m"}), "loginWithIdentityProvider"},
		{"identifier_passkey", Identifier(IdentifierView{Frame: frame(), Action: "/login?client_id=4k2m", CSRF: token, Email: email(Field{}), Passkey: passkeyOf("/login?client_id=4k2m", true), Providers: providersOf("Google"), SignUpHref: "/signup?client_id=4k2m"}), "loginWithIdentityProvider"},
		{"identifier_refused", Identifier(IdentifierView{Companies: true, Frame: frame(), Action: "/login?client_id=4k2m", CSRF: token, Email: Field{Value: "ines@nowhere.example"}, Notice: &Notice{Kind: Bad, First: "We do not know a sign-in page for nowhere.example.", Then: "Check the address, or sign in another way."}}), "loginWithIdentityProvider"},
		{"identifier_hostile", Identifier(IdentifierView{Frame: hostileFrame(), Action: hostile, CSRF: hostile, Email: Field{Value: hostile, Problem: hostile, Hint: hostile}, SignUpHref: hostile}), "loginWithIdentityProvider"},
		{"choose", Choose(choose()), "chooseform"},
		{"choose_refused", Choose(refusedChoose), "chooseform"},
		{"choose_passkey", Choose(ChooseView{Frame: frame(), Action: "/choose?client_id=4k2m", CSRF: token, Who: "+15550102290", WhoPhone: true, ChangeHref: "/login?client_id=4k2m", Passkey: passkeyOf("/choose?client_id=4k2m", false)}), "/choose?client_id=4k2m"},
		{"choose_hostile", Choose(ChooseView{Frame: hostileFrame(), Action: hostile, CSRF: hostile, Who: long(), ChangeHref: "javascript:alert(1)", Passkey: &PasskeyForm{Action: "javascript:alert(1)", CSRF: hostile, Options: hostile}, Ways: []Way{{Value: hostile, Title: hostile, Line: long()}, {Title: hostile, To: long()}}}), "chooseform"},
		{"onetime", OneTime(oneTimeView()), "onetimeform"},
		{"onetime_refused", OneTime(refusedOneTime), "onetimeform"},
		{"onetime_hostile", OneTime(OneTimeView{Frame: hostileFrame(), Action: hostile, CSRF: hostile, Masked: long(), Problem: hostile, Code: hostile, Digits: 400, AnotherHref: "javascript:alert(1)"}), "onetimeform"},
		{"addpasskey", AddPasskey(AddPasskeyView{Frame: frame(), Passkey: passkeyOf("/passkeys/add?client_id=4k2m", false), NotNowHref: "/passkeys/add?client_id=4k2m&skip=1"}), "/passkeys/add?client_id=4k2m"},
		{"addpasskey_full", AddPasskey(AddPasskeyView{Frame: frame(), NotNowHref: "/passkeys/add?client_id=4k2m&skip=1", Notice: &Notice{Kind: Care, First: "You have as many passkeys as there may be.", Then: "Remove one before you add another."}}), ""},
		{"addpasskey_hostile", AddPasskey(AddPasskeyView{Frame: hostileFrame(), Passkey: &PasskeyForm{Action: hostile, CSRF: hostile, Options: hostile}, NotNowHref: "javascript:alert(1)"}), ""},
		{"confirmlink", ConfirmLink(confirmLink()), ""},
		{"confirmlink_sent", ConfirmLink(confirmLinkSent()), ""},
		{"confirmlink_hostile", ConfirmLink(ConfirmLinkView{Frame: hostileFrame(), ResendAction: hostile, CSRF: hostile, SignInHref: hostile, Masked: hostile}), ""},
		{"confirmuser", ConfirmUser(ConfirmUserView{Frame: frame(), Action: "/confirmUser?user_name=4k2m", CSRF: token}), "confirmuserform"},
		{"confirmuser_done", ConfirmUser(ConfirmUserView{Frame: frame(), Done: true}), ""},
		{"confirmuser_hostile", ConfirmUser(ConfirmUserView{Frame: hostileFrame(), Action: hostile, CSRF: hostile, Notice: &Notice{Kind: Bad, First: hostile}}), "confirmuserform"},
		{"error_cookies", Error(ErrorView{
			Frame: frame(), Sign: SignFault, Heading: "This page needs cookies", Text: "Your browser did not send our cookie back: cookies are off for this site, or they were deleted while the page was open. Nothing was changed, and nobody was signed in.",
			Then: "Allow cookies for id.acme.example, then start again.", Button: &Link{"Start again", "/oauth2/authorize?client_id=4k2m"}, Support: "https://acme.example/help",
		}), ""},
		{"prove", Prove(ProveView{Frame: frame(), Action: "/link?client_id=4k2m", CSRF: token, Provider: "Northwind", Masked: "i•••@a•••.example", Username: "ines@acme.example", ForgotHref: "/forgotPassword?client_id=4k2m"}), "linkform"},
		{"prove_refused", Prove(ProveView{Frame: frame(), Action: "/link?client_id=4k2m", CSRF: token, Provider: "Northwind", Masked: "i•••@a•••.example", Problem: "This is not the password of that account."}), "linkform"},
		{"prove_hostile", Prove(ProveView{Frame: hostileFrame(), Action: hostile, CSRF: hostile, Provider: hostile, Masked: hostile, Username: hostile, Problem: hostile, ForgotHref: hostile}), "linkform"},
		{"forgot_empty", Forgot(ForgotView{CSRF: token}), "forgotpasswordform"},
		{"forgot_hostile", Forgot(ForgotView{Frame: hostileFrame(), Action: hostile, CSRF: hostile, SignInHref: hostile, Username: Field{Problem: hostile, Value: long()}, HiddenFields: []Hidden{{hostile, hostile}}}), "forgotpasswordform"},
		{"reset", Reset(reset()), "confirmforgotpasswordform"},
		{"reset_refused", Reset(refusedReset), "confirmforgotpasswordform"},
		{"reset_empty", Reset(ResetView{CSRF: token}), "confirmforgotpasswordform"},
		{"reset_hostile", Reset(ResetView{
			Frame: hostileFrame(), Action: hostile, ResendAction: hostile, CSRF: hostile, Typed: long(), Code: hostile, CodeProblem: hostile, Digits: 400,
			PasswordField: Field{Value: hostile, Problem: hostile}, Rules: []Rule{{Text: hostile}}, HiddenFields: []Hidden{{"username", long()}},
		}), "confirmforgotpasswordform"},
		{"newpassword", NewPassword(replace()), "changepasswordform"},
		{"newpassword_refused", NewPassword(replaceRefused()), "changepasswordform"},
		{"newpassword_empty", NewPassword(NewPasswordView{CSRF: token}), "changepasswordform"},
		{"newpassword_hostile", NewPassword(NewPasswordView{
			Frame: hostileFrame(), Action: hostile, CSRF: hostile, PasswordField: Field{Value: hostile, Problem: hostile}, AgainField: Field{Name: hostile, Problem: long()},
			Rules: []Rule{{Text: hostile}}, Fields: []Field{{Name: hostile, Label: long(), Problem: hostile}}, Notice: &Notice{Bad, hostile, long(), &Link{hostile, "javascript:alert(1)"}, hostile},
			HiddenFields: []Hidden{{"username", long()}},
		}), "changepasswordform"},
		{"error", Error(badCallback()), ""},
		{"error_expired", Error(expired()), ""},
		{"error_ours", Error(ours), ""},
		{"error_empty", Error(ErrorView{}), ""},
		{"error_hostile", Error(ErrorView{
			Frame: hostileFrame(), Sign: 99, Heading: hostile, Text: long(), Then: hostile, Button: &Link{hostile, "javascript:alert(1)"},
			Support: `a@b.example?body="><script>`, Details: []Detail{{hostile, long()}},
		}), ""},
		{"signedout", SignedOut(SignedOutView{Frame: frame(), SignInHref: "/login?client_id=4k2m", Provider: "Google"}), ""},
		{"signedout_empty", SignedOut(SignedOutView{}), ""},
		{"signedout_hostile", SignedOut(SignedOutView{Frame: hostileFrame(), SignInHref: "javascript:alert(1)", Provider: long()}), ""},
		{"postform", PostForm(PostFormView{Frame: frame(), Action: "https://login.northwind.example/saml", ProviderName: "Northwind", Fields: []Hidden{{"SAMLRequest", "PHNhbWxwOkF1dGhuUmVxdWVzdC8+"}, {"RelayState", "kW3x"}}}), ""},
		{"postform_empty", PostForm(PostFormView{}), ""},
		{"postform_hostile", PostForm(PostFormView{Frame: hostileFrame(), Action: "javascript:alert(1)", ProviderName: long(), Fields: []Hidden{{hostile, long()}}}), ""},
		{"signout", SignOut(SignOutView{Frame: frame(), Action: "/signout?client_id=4k2m", CSRF: token}), "signoutform"},
		{"signout_empty", SignOut(SignOutView{CSRF: token}), "signoutform"},
		{"signout_hostile", SignOut(SignOutView{Frame: hostileFrame(), Action: "javascript:alert(1)", CSRF: hostile}), "signoutform"},
		{"returnform", ReturnForm(ReturnFormView{Frame: frame(), Action: "https://app.example/callback", Fields: []Hidden{{"code", "AAECAw"}, {"state", "kW3x"}, {"iss", "https://id.example/us-east-1_Acme00001"}}}), ""},
		{"returnform_empty", ReturnForm(ReturnFormView{}), ""},
		{"returnform_hostile", ReturnForm(ReturnFormView{Frame: hostileFrame(), Action: "javascript:alert(1)", Fields: []Hidden{{hostile, long()}}}), ""},
	}...)
}

func passkeyOf(action string, autofill bool) *PasskeyForm {
	return &PasskeyForm{Action: action, CSRF: token, Options: `{"challenge":"AAAA","rpId":"id.example"}`, Autofill: autofill}
}

func choose() ChooseView {
	return ChooseView{
		Frame: frame(), Action: "/choose?client_id=4k2m", CSRF: token, Who: "ines@acme.example", ChangeHref: "/login?client_id=4k2m",
		Passkey: passkeyOf("/choose?client_id=4k2m", false),
		Ways: []Way{
			{WayEmail, "EMAIL_OTP", "Code by email", "", "i•••@a•••.example"}, {WayPhone, "SMS_OTP", "Code by text message", "", "+•••••••2290"},
			{WayPassword, "PASSWORD", "Password", "The one you chose for Acme Notes", ""},
		},
	}
}

func oneTimeView() OneTimeView {
	return OneTimeView{
		Frame: frame(), Action: "/code?client_id=4k2m", CSRF: token, Masked: "i•••@a•••.example", Digits: 8, ValidFor: 3 * time.Minute, WaitSeconds: 30,
		AnotherHref: "/login?client_id=4k2m",
	}
}
