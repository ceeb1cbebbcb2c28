package templates

import "time"

// testQR is a small pattern in place of a code; pages_second only draw it.
func testQR() QRCode {
	return QRCode{Size: 21, Path: "M0 0h7v1h-7zM0 6h7v1h-7zM14 0h7v1h-7zM0 14h7v1h-7zM9 9h3v1h-3z"}
}

func secondApp() SecondFactorView {
	return SecondFactorView{
		Frame: frame(), Action: "/mfa?client_id=4k2m", CSRF: token, OtherHref: "/mfaOption?client_id=4k2m", StartHref: "/oauth2/authorize?client_id=4k2m",
	}
}

func secondPhone() SecondFactorView {
	v := secondApp()
	v.Way, v.Masked, v.ValidFor, v.ResendAction, v.WaitSeconds = FactorPhone, "+•••••••2290", 3*time.Minute, v.Action, 30
	return v
}

func secondEmail() SecondFactorView {
	v := secondPhone()
	v.Way, v.Masked, v.OtherHref, v.WaitSeconds = FactorEmail, "i•••@a•••.example", "", 0
	v.Code, v.Problem = "481526", "Invalid code or auth state for the user. Check the newest message from us."
	return v
}

func choice(setUp bool) FactorChoiceView {
	v := FactorChoiceView{
		Frame: frame(), Action: "/mfaOption?client_id=4k2m", CSRF: token, SetUp: setUp, StartHref: "/oauth2/authorize?client_id=4k2m",
		Options: []FactorOption{{Value: "SOFTWARE_TOKEN_MFA"}, {"SMS_MFA", FactorPhone, "+•••••••2290"}, {"EMAIL_OTP", FactorEmail, "i•••@a•••.example"}},
	}
	if setUp {
		v.Options[1].Masked, v.Options[2].Masked = "", ""
	}
	return v
}

func setUpAppView() SetUpAppView {
	return SetUpAppView{
		Frame: frame(), Action: "/mfaSetup?client_id=4k2m", CSRF: token, URI: "otpauth://totp/Acme%20Notes:ines@acme.example?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Acme%20Notes",
		Key: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", QR: testQR(), OtherHref: "/mfaOption?client_id=4k2m", StartHref: "/oauth2/authorize?client_id=4k2m",
	}
}

func setUpAppRefused() SetUpAppView {
	v := setUpAppView()
	v.Code, v.Problem, v.Name.Value = "481526", "Invalid code received for user. Enter the code the app shows now.", "Phone"
	return v
}

func setUpAddressView(way FactorWay) SetUpAddressView {
	v := SetUpAddressView{
		Frame: frame(), Action: "/mfaSetup?client_id=4k2m", CSRF: token, Way: way, OtherHref: "/mfaOption?client_id=4k2m", StartHref: "/oauth2/authorize?client_id=4k2m",
	}
	if way == FactorPhone {
		v.Address.Hint = "With the country code, such as +351 912 345 678"
	} else {
		v.Address.Value, v.Address.Problem = "ines", "Invalid email address format."
	}
	return v
}

// secondPages are the pages of second factors.
func secondPages() []page {
	locked := secondApp()
	locked.Notice = &Notice{Kind: Bad, First: "Too many wrong codes.", Then: "Wait 8 seconds, then try again. Your account is safe."}
	remembers, setUpRemembers := secondApp(), setUpAppRefused()
	remembers.Remember = &Tick{Name: "rememberDevice", Text: "Remember this device", Hint: "We will not ask for a code here for 30 days. Leave it off on a shared device.", Optional: true}
	setUpRemembers.Remember = new(*remembers.Remember)
	setUpRemembers.Remember.Checked = true
	hostileTick := &Tick{Name: hostile, Text: long(), Hint: hostile, Optional: true}
	hostileField := Field{Name: hostile, ID: hostile, Label: hostile, Value: long(), Hint: hostile, Problem: hostile}
	return []page{
		{"mfa", SecondFactor(secondApp()), "mfaform"},
		{"mfa_remember", SecondFactor(remembers), "mfaform"},
		{"mfa_locked", SecondFactor(locked), "mfaform"},
		{"mfa_phone", SecondFactor(secondPhone()), "mfaform"},
		{"mfa_refused", SecondFactor(secondEmail()), "mfaform"},
		{"mfa_empty", SecondFactor(SecondFactorView{CSRF: token}), "mfaform"},
		{"mfa_hostile", SecondFactor(SecondFactorView{
			Frame: hostileFrame(), Action: hostile, CSRF: hostile, ResendAction: "javascript:alert(1)", OtherHref: "javascript:alert(1)", StartHref: hostile,
			Way: 99, Masked: long(), Code: long(), Problem: hostile, Remember: hostileTick, ValidFor: -1, WaitSeconds: 1,
		}), "mfaform"},
		{"mfaoption", FactorChoice(choice(false)), "mfaoptionform"},
		{"mfaoption_setup", FactorChoice(choice(true)), "mfaoptionform"},
		{"mfaoption_empty", FactorChoice(FactorChoiceView{CSRF: token}), "mfaoptionform"},
		{"mfaoption_hostile", FactorChoice(FactorChoiceView{
			Frame: hostileFrame(), Action: hostile, CSRF: hostile, Field: hostile, Options: []FactorOption{{hostile, 99, long()}, {long(), FactorPhone, hostile}}, StartHref: "javascript:alert(1)",
		}), "mfaoptionform"},
		{"mfasetup", SetUpApp(setUpAppView()), "mfasetupform"},
		{"mfasetup_refused", SetUpApp(setUpAppRefused()), "mfasetupform"},
		{"mfasetup_remember", SetUpApp(setUpRemembers), "mfasetupform"},
		{"mfasetup_empty", SetUpApp(SetUpAppView{CSRF: token}), "mfasetupform"},
		{"mfasetup_hostile", SetUpApp(SetUpAppView{
			Frame: hostileFrame(), Action: hostile, CSRF: hostile, URI: "javascript:alert(1)", Key: long(), QR: QRCode{Size: -1, Path: hostile}, Code: hostile, Problem: long(),
			Name: hostileField, OtherHref: "javascript:alert(1)", StartHref: hostile,
		}), "mfasetupform"},
		{"mfasetup_phone", SetUpAddress(setUpAddressView(FactorPhone)), "mfasetupform"},
		{"mfasetup_email", SetUpAddress(setUpAddressView(FactorEmail)), "mfasetupform"},
		{"mfasetup_address_empty", SetUpAddress(SetUpAddressView{CSRF: token}), "mfasetupform"},
		{"mfasetup_address_hostile", SetUpAddress(SetUpAddressView{Frame: hostileFrame(), Action: hostile, CSRF: hostile, Way: 99, Address: hostileField, OtherHref: hostile, StartHref: "javascript:alert(1)"}), "mfasetupform"},
	}
}
