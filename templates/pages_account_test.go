package templates

// accountPages are the account page and the forms behind it.
func accountPages() []page {
	refused := accountPassword()
	refused.Fields[0].Problem = "This is not your current password."
	unsent := accountPending()
	unsent.Sent, unsent.EditHref = false, "/account/edit?about=phone_number"
	unsent.Medium, unsent.Address, unsent.Heading = MediumPhone, "+351912555290", "Verify your phone number"
	unticked := accountDelete()
	unticked.Tick.Problem = "Tick the box to go on. Nothing was changed."
	return []page{
		{"account", Account(account()), "/signout?client_id=acmenotes"},
		{"account_hostile", Account(accountHostile()), "/signout"},
		{"account_empty", Account(AccountView{}), ""},
		{"account_edit", AccountForm(accountEdit()), "accountform"},
		{"account_password", AccountForm(accountPassword()), "accountform"},
		{"account_password_refused", AccountForm(refused), "accountform"},
		{"account_delete", AccountForm(accountDelete()), "accountform"},
		{"account_delete_unticked", AccountForm(unticked), "accountform"},
		{"account_last_way", AccountForm(accountLastWay()), ""},
		{"account_form_hostile", AccountForm(accountFormHostile()), "accountform"},
		{"account_code", AccountCode(accountPending()), "verifyform"},
		{"account_code_unsent", AccountCode(unsent), "verifyform"},
		{"account_passkey_rename", AccountForm(accountRename()), "accountform"},
		{"account_passkey_remove", AccountForm(accountRemoveKey()), "accountform"},
		{"account_factor_last", AccountForm(accountLastFactor()), ""},
		{"account_factor_on", AccountForm(accountFactorOn()), "accountform"},
		{"account_app", SetUpApp(accountApp()), "mfasetupform"},
		{"account_preferred", FactorChoice(accountPreferred()), "mfaoptionform"},
		{"account_gone", AccountGone(AccountGoneView{Frame: accountFrame(), BackHref: "https://app.example/"}), ""},
	}
}

func accountFrame() Frame {
	f := frame()
	f.AccountStylesheet = "/static/account.css"
	return f
}

func account() AccountView {
	button := func(text, about string, kind ButtonKind) []RowButton {
		return []RowButton{{Text: text, About: about, Href: "/account/edit", Kind: kind}}
	}
	two := func(one, other, about string) []RowButton {
		return append(button(one, about, ButtonPlain), button(other, about, ButtonPlain)...)
	}
	return AccountView{
		Frame: accountFrame(), BackHref: "https://app.example/", Name: "Ines Duarte", Address: "ines@acme.example",
		SignOutAction: "/signout?client_id=acmenotes", CSRF: token,
		Notice: &Notice{Kind: Good, First: "Your change was saved."},
		Sections: []Section{
			{ID: "profile", Heading: "Profile", Text: "Acme Notes sees these details when you sign in.", Rows: []Row{
				{Label: "Name", Title: "Ines Duarte", Buttons: button("Edit", "Name", ButtonPlain)},
				{Label: "Email", Title: "ines@acme.example", LTR: true, Badge: &Badge{BadgeGood, "Verified"}, Buttons: button("Edit", "Email", ButtonPlain)},
				{Label: "Phone number", Title: "+351912555290", LTR: true, Badge: &Badge{BadgeCare, "Not verified"}, Buttons: button("Verify", "Phone number", ButtonPlain)},
			}},
			{ID: "ways", Heading: "Ways to sign in", Text: "Keep at least two ways.", Rows: []Row{
				{Picture: PicturePasskey, Title: "iPhone 16", Line: "Passkey · added 3 months ago · last used just now", Buttons: two("Rename", "Remove", "passkey iPhone 16")},
				{Picture: PicturePasskey, Title: "Windows Hello", Line: "Passkey · added 5 months ago · not used yet", Buttons: two("Rename", "Remove", "passkey Windows Hello")},
				{Picture: PictureLock, Title: "Password", Line: "Changed 5 months ago", Buttons: button("Change", "Password", ButtonPlain)},
				{Picture: PictureAuthenticator, Title: "Authenticator app", Badge: &Badge{BadgeInfo, "Asked for first"}, Line: "Asked for after your password", Buttons: two("Replace", "Remove", "Authenticator app")},
				{Picture: PicturePhone, Title: "Code by text message", Line: "Verify your phone number first"},
				{Picture: PictureMail, Title: "Code by email", Line: "Asked for after your password", Buttons: button("Turn off", "Code by email", ButtonPlain)},
			}, Buttons: append(button("Add a passkey", "", ButtonPrimary), button("Choose what is asked for first", "", ButtonPlain)...)},
			{ID: "links", Heading: "Linked accounts", Text: "Sign in with these as well.", Rows: []Row{
				{Picture: PictureProvider, Mark: MarkGoogle, Title: "Google", Line: "Linked 3 days ago", Buttons: button("Unlink", "Google", ButtonPlain)},
				{Picture: PictureProvider, Mark: MarkWorkplace, Title: "Northwind", Line: "Not linked", Buttons: button("Link", "Northwind", ButtonPlain)},
			}},
			{ID: "sessions", Heading: "Where you are signed in", Text: "Sign out anything you do not recognise, then change your password.", Rows: []Row{
				{Picture: PictureLaptop, Title: "Firefox on Windows", Badge: &Badge{BadgeInfo, "This device"}, Line: "Active now · with a passkey"},
				{Picture: PicturePhone, Title: "Safari on iPhone", Line: "Last active 2 hours ago · with Google", Buttons: button("Sign out", "Safari on iPhone", ButtonPlain)},
				{Picture: PictureLaptop, Title: "Firefox on Windows", Badge: &Badge{BadgeInfo, "This device"}, Line: "Remembered device · last used just now", Buttons: button("Forget", "Firefox on Windows", ButtonPlain)},
				{Picture: PictureApp, Title: "Acme TV", Line: "App, last active 6 days ago", Buttons: button("Sign out", "Acme TV", ButtonPlain)},
			}, Buttons: button("Sign out everywhere else", "", ButtonDanger)},
			{ID: "empty", Heading: "Nothing here"},
			{ID: "delete", Heading: "Delete your account", Text: "This cannot be undone.", Buttons: button("Delete my account", "", ButtonDanger)},
		},
	}
}

func accountHostile() AccountView {
	row := Row{
		Picture: PictureProvider, Mark: MarkApple, Label: long(), Title: long(), Badge: &Badge{BadgePlain, hostile}, Line: long(),
		Buttons: []RowButton{{long(), hostile, "javascript:alert(1)", ButtonDanger}},
	}
	fact := row
	fact.Picture, fact.Scripted = PictureNone, true
	return AccountView{
		Frame: hostileFrame(), BackHref: "javascript:alert(1)", Name: long(), Address: long(), SignOutAction: "/signout", CSRF: token,
		Notice:   &Notice{Kind: Good, First: hostile},
		Sections: []Section{{ID: "hostile", Heading: long(), Text: long(), Rows: []Row{row, fact}, Buttons: row.Buttons}},
	}
}

func accountEdit() AccountFormView {
	return AccountFormView{
		Frame: accountFrame(), Picture: PictureMail, Heading: "Email", Text: "We send a code to the new one. Until you enter it, the old one stays.",
		Action: "/account/edit?about=email&client_id=acmenotes", CSRF: token, Submit: "Save", Busy: "Saving…", BackHref: "/account?client_id=acmenotes",
		Fields: []Field{{Name: "requiredAttributes[email]", Label: "Email", Type: "email", Autocomplete: "email", Value: "ines@acme.example", MaxLength: 200}},
	}
}

func accountPassword() AccountFormView {
	return AccountFormView{
		Frame: accountFrame(), Picture: PictureLock, Heading: "Change your password", Text: "You stay signed in here, and are signed out everywhere else.",
		Action: "/account/password?client_id=acmenotes", CSRF: token, Submit: "Change password", Busy: "Changing your password…",
		BackHref: "/account?client_id=acmenotes", Rules: rules(), HiddenFields: []Hidden{{"username", "ines@acme.example"}},
		Fields: []Field{
			{Name: "currentPassword", Label: "Current password", Type: "password", Autocomplete: "current-password"},
			{Name: "password", Label: "New password", Type: "password", Autocomplete: "new-password"},
			{Name: "confirmPassword", Label: "New password again", Type: "password", Autocomplete: "new-password"},
		},
	}
}

func accountDelete() AccountFormView {
	return AccountFormView{
		Frame: accountFrame(), Danger: true, Heading: "Delete your account?", Text: "This cannot be undone. What you lose:",
		List:   []string{"your profile and all details kept here", "your password and every other way to sign in", "your sign-ins in every browser and app"},
		Action: "/account/delete?client_id=acmenotes", CSRF: token, Tick: &Tick{Name: "sure", Text: "I understand, and want to delete my account"},
		Submit: "Delete my account", Busy: "Deleting…", BackHref: "/account?client_id=acmenotes",
	}
}

func accountLastWay() AccountFormView {
	return AccountFormView{
		Frame: accountFrame(), Danger: true, Heading: "Unlink Google?", BackHref: "/account?client_id=acmenotes",
		Notice: &Notice{Kind: Care, First: "This is your only way to sign in.", Then: "Set a password or link another account first, then unlink Google."},
	}
}

func accountFormHostile() AccountFormView {
	return AccountFormView{
		Frame: hostileFrame(), Heading: long(), Text: long(), Action: "javascript:alert(1)", CSRF: token, Submit: hostile, Busy: hostile, BackHref: "javascript:alert(1)",
		Fields: []Field{{Name: hostile, Label: hostile, Value: hostile, Problem: hostile, Min: hostile, Max: hostile}}, List: []string{hostile},
		HiddenFields: []Hidden{{hostile, hostile}}, Tick: &Tick{Name: hostile, Text: hostile, Problem: hostile},
	}
}

func accountPending() AccountCodeView {
	return AccountCodeView{
		Frame: accountFrame(), Heading: "Verify your email", Address: "ines@new.example", Pending: true, Sent: true, WaitSeconds: 30,
		Action: "/account/verify?about=email", ResendAction: "/account/verify?about=email", CSRF: token, BackHref: "/account?client_id=acmenotes",
	}
}
