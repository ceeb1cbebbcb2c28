package templates

func accountRename() AccountFormView {
	return AccountFormView{
		Frame: accountFrame(), Picture: PicturePasskey, Heading: "Rename your passkey", Action: "/account/passkey?about=x", CSRF: token,
		Fields: []Field{{Name: "passkeyName", ID: "passkey_name", Label: "Name of the passkey", Value: " ", Autocomplete: "off", MaxLength: 64,
			Problem: "Give it a name of at most 64 characters."}},
		Submit: "Save", Busy: "Saving…", BackHref: "/account?client_id=acmenotes",
	}
}

func accountRemoveKey() AccountFormView {
	return AccountFormView{
		Frame: accountFrame(), Danger: true, Heading: "Remove iPhone 16?", Action: "/account/passkey/remove?about=x", CSRF: token,
		Text:   "It does not sign you in any more, and you are signed out where a passkey did. Your device or password manager keeps its part until you delete it there.",
		Submit: "Remove", Busy: "Saving…", BackHref: "/account?client_id=acmenotes",
	}
}

func accountLastFactor() AccountFormView {
	return AccountFormView{
		Frame: accountFrame(), Danger: true, Heading: "Remove your authenticator app?", BackHref: "/account?client_id=acmenotes",
		Notice: &Notice{Kind: Care, First: "This is your only second step.", Then: "You need one to sign in here. Set up another first."},
	}
}

func accountFactorOn() AccountFormView {
	return AccountFormView{
		Frame: accountFrame(), Picture: PictureMail, Heading: "Turn on codes by email?", Action: "/account/factor/on?about=EMAIL_OTP", CSRF: token,
		Text:   "We send a code to ines@acme.example each time you sign in. While this is on, a forgotten password cannot be reset from there.",
		Submit: "Turn on", Busy: "Saving…", BackHref: "/account?client_id=acmenotes",
	}
}

func accountApp() SetUpAppView {
	v := setUpAppView()
	v.Frame, v.Action, v.OtherHref, v.StartHref = accountFrame(), "/account/authenticator", "", ""
	v.HiddenFields, v.BackHref = []Hidden{{"setup", "sealed"}}, "/account?client_id=acmenotes"
	v.Text = "Once you finish, this app takes the place of the one you have now."
	return v
}

func accountPreferred() FactorChoiceView {
	v := choice(false)
	v.Frame, v.Action, v.StartHref, v.BackHref = accountFrame(), "/account/factor/preferred", "", "/account?client_id=acmenotes"
	v.Heading, v.Text = "What is asked for first?", "The others stay in use, behind “Use another way”."
	v.Options[1].Masked, v.Options[2].Masked = "+351912345678", "ines@acme.example"
	return v
}
