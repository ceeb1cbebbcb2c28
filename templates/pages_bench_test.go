package templates

func benchFrame(current string) BenchFrame {
	f := frame()
	f.App = ""
	var nav []NavItem
	for _, n := range []NavItem{{"Home", "/", false, 0}, {"Demo app", "http://127.0.0.1:8081/", false, 0}, {"Inbox", "/inbox", false, 2}, {"Traces", "/traces", false, 0}} {
		n.Current = n.Text == current
		nav = append(nav, n)
	}
	return BenchFrame{Frame: f, HomeHref: "/", Nav: nav}
}

func hostileBenchFrame() BenchFrame {
	return BenchFrame{Frame: hostileFrame(), HomeHref: "javascript:alert(1)", Nav: []NavItem{{hostile, "javascript:alert(1)", true, -1}, {long(), hostile, false, 1 << 40}}}
}

func home() HomeView {
	return HomeView{
		BenchFrame: benchFrame("Home"), DemoHref: "http://127.0.0.1:8081/", User: "ines@acme.example", Password: "doorway-Lantern-7",
		Addresses: []Detail{
			{"Issuer", "http://localhost:8080/us-east-1_Xq3Zr81Ab"},
			{"Sign-in pages", "http://localhost:8080/login"},
			{"API endpoint", "http://localhost:8080"},
			{"Discovery", "http://localhost:8080/us-east-1_Xq3Zr81Ab/.well-known/openid-configuration"},
			{"User pool ID", "us-east-1_Xq3Zr81Ab"},
			{"App client ID", "4k2m8v0p6r1s3t5u7w9x"},
			{"App client secret", "dev-only-9b1f2e11c8d34a"},
		},
		People: []HomePerson{
			{Name: "ines@acme.example", Secret: "doorway-Lantern-7"},
			{Name: "tomas@acme.example", Note: "Authenticator app is on"},
			{Name: "yuki@acme.example", Note: "Must choose a new password"},
			{Name: "nadia@acme.example", Note: "Disabled"},
		},
		Providers: []HomeProvider{
			{Name: "Fabrikam", Note: "OIDC · 4 people", Href: "http://127.0.0.1:8082/"},
			{Name: "Northwind", Note: "SAML 2.0 · 5 people"},
		},
		Commands: []string{
			"aws cognito-idp list-user-pools --max-results 10 --endpoint-url http://localhost:8080",
			"curl http://localhost:8080/us-east-1_Xq3Zr81Ab/.well-known/jwks.json",
		},
	}
}

func inbox() InboxView {
	return InboxView{
		BenchFrame: benchFrame("Inbox"),
		Messages: []MessageRow{
			{ID: "4", Subject: "Check your email", To: "ines@acme.example", Preview: "Your code for Acme Notes is 481526.", Time: "14:02", Href: "/inbox?message=4", Current: true},
			{ID: "3", Kind: "Text message", To: "+351 912 555 290", Preview: "Acme Notes: 730 114 is your code.", Time: "13:58", Href: "/inbox?message=3"},
			{ID: "2", Subject: "New sign-in to your account", To: "tomas@acme.example", Preview: "Someone signed in from Firefox on Windows.", Time: "13:21", Href: "/inbox?message=2"},
		},
		Open: &MessageView{
			Subject: "Check your email", To: "ines@acme.example", From: "no-reply@acme.example", Time: "14:02:11",
			App: "Acme Notes", Heading: "Confirm your email", Body: []string{"Enter this code on the page you came from. It works for 24 hours."},
			Code: "481526", After: []string{"If you did not ask for it, you can ignore this email."},
			Text: "Your code for Acme Notes is 481526.\n", HTMLHref: "/inbox/4/html",
		},
	}
}

func demo() DemoView {
	return DemoView{
		BenchFrame: benchFrame("Demo app"), Name: "Ines", TokenName: "ID token", ClaimsNote: "What the token says about Ines",
		Tabs: []NavItem{{Text: "ID token", Href: "/?token=id", Current: true}, {Text: "Access token", Href: "/?token=access"}, {Text: "Refresh token", Href: "/?token=refresh"}},
		Claims: []ClaimRow{
			{"sub", "8f2c1b7a-41d0-4c7e-9a53-6d7c9b1f2e11", "", "The person. Never changes and is never reused. Store this, not the email."},
			{"iss", "http://localhost:8080/us-east-1_Xq3Zr81Ab", "", "Who signed it: your user pool. Check it matches exactly."},
			{"aud", "4k2m8v0p6r1s3t5u7w9x", "", "Which app it is for. Refuse it if this is not your client ID."},
			{"exp", "14:02:31 today", "1773324151 · in 58 minutes", "After this moment, refuse it."},
			{"auth_time", "13:02:29 today", "1773320549", "When the person last proved who they are. Use it to ask again before something risky."},
			{"token_use", "id", "", "This is an ID token. Never send it to an API as proof of access."},
			{"cognito:username", "ines", "", "The user name in the pool."},
			{"cognito:groups", `["editors"]`, "", "Groups the person is in."},
			{"email", "ines@acme.example", "", "Shown to the person. It can change."},
			{"email_verified", "true", "", "The pool has proof that the address is theirs."},
		},
		Checks: []CheckRow{
			{Name: "Signature", Note: "RS256, key k7Qm…3f from the pool’s key set"}, {Name: "Issuer and audience", Note: "Both are exactly ours"},
			{Name: "Time", Note: "Signed 2 minutes ago, good for 58 more"}, {Name: "Nonce", Note: "Not the one we sent", Failed: true}, {Name: "State and PKCE", Note: "Same browser, same attempt"},
		},
		Token:         RawToken{Header: "eyJraWQiOiJrN1FtM2YiLCJhbGciOiJSUzI1NiJ9", Payload: "eyJzdWIiOiI4ZjJjMWI3YS00MWQwLTRjN2UtOWE1My02ZDdjOWIxZjJlMTEiLCJpc3MiOiJodHRwOi8vbG9jYWxob3N0OjgwODAifQ", Signature: "QmFzZTY0LXNpZ25hdHVyZS1ieXRlcy1nby1oZXJl"},
		RefreshAction: "/refresh", UserInfoAction: "/userinfo", SignOutAction: "/signout", CSRF: token,
		UserInfo: []Detail{{"sub", "8f2c1b7a-41d0-4c7e-9a53-6d7c9b1f2e11"}, {"email", "ines@acme.example"}, {"email_verified", "true"}},
		Notice:   &Notice{Kind: Good, First: "You have new tokens.", Then: "The refresh token gave a new ID token and a new access token."},
	}
}

func personPage() PersonView {
	f := frame()
	f.Links = []Link{{"Portico home", "http://localhost:8080/"}}
	return PersonView{
		Frame: f, Name: "Northwind", Action: "/saml/choose", HiddenFields: []Hidden{{"request", "c2VhbGVk"}},
		People: []PersonOption{
			{"ines", "Ines Duarte", "ines.duarte@northwind.example"}, {"kofi", "Kofi Mensah", "kofi@northwind.example · new here"},
			{"mei", "Mei Lin", "Email not verified"}, {"priya", "Priya Rao", "Shares an email with another user"},
		},
		Outcomes: []OutcomeOption{
			{"", "Sign in as usual", true}, {"cancel", "The person cancels", false}, {"expired", "Answer with an expired assertion", false},
			{"signature", "Answer with a bad signature", false},
		},
		OutcomesOpen: true,
	}
}

func demoStart() DemoSignedOutView {
	return DemoSignedOutView{
		BenchFrame: benchFrame("Demo app"), SignInHref: "/signin", Providers: providersOf("Fabrikam", "Northwind"),
		Hint: "Sign in as ines@acme.example with doorway-Lantern-7.",
	}
}

// benchPages are the pages a developer sees.
func benchPages() []page {
	refused := demoStart()
	refused.Notice = &Notice{Kind: Bad, First: "The sign-in did not succeed.", Then: "This is what came back to the demo app."}
	refused.Details = []Detail{{"error", "access_denied"}, {"error_description", "User cancelled"}}
	refresh := demo()
	refresh.Claims, refresh.UserInfo, refresh.Notice, refresh.Checks, refresh.ClaimsNote = nil, nil, nil, nil, ""
	refresh.TokenName, refresh.Token = "Refresh token", RawToken{Opaque: "cG9ydGljbw.k3Jd0aVq"}
	return []page{
		{"home", Home(home()), ""},
		{"home_empty", Home(HomeView{}), ""},
		{"home_hostile", Home(HomeView{
			BenchFrame: hostileBenchFrame(), DemoHref: "javascript:alert(1)", User: hostile, Password: hostile, Addresses: []Detail{{hostile, long()}, {"", ""}},
			People: []HomePerson{{hostile, hostile, long()}, {}}, Providers: []HomeProvider{{hostile, hostile, "javascript:alert(1)", 99}}, Commands: []string{hostile, long()},
		}), ""},
		{"inbox", Inbox(inbox()), ""},
		{"inbox_empty", Inbox(InboxView{}), ""},
		{"inbox_hostile", Inbox(InboxView{
			BenchFrame: hostileBenchFrame(), Messages: []MessageRow{{hostile, hostile, long(), long(), hostile, "javascript:alert(1)", hostile, true}},
			Open: &MessageView{hostile, long(), hostile, hostile, hostile, hostile, []string{long()}, hostile, []string{hostile}, "javascript:alert(1)", hostile, "javascript:alert(1)"},
		}), ""},
		{"demo", Demo(demo()), "/refresh"},
		{"demo_refresh", Demo(refresh), "/signout"},
		{"demo_empty", Demo(DemoView{}), ""},
		{"demo_hostile", Demo(DemoView{
			BenchFrame: hostileBenchFrame(), Name: long(), Tabs: []NavItem{{hostile, "javascript:alert(1)", true, 0}}, TokenName: hostile, ClaimsNote: hostile,
			Claims: []ClaimRow{{hostile, long(), hostile, hostile}}, Checks: []CheckRow{{hostile, long(), true}}, Token: RawToken{hostile, long(), hostile, ""},
			RefreshAction: "javascript:alert(1)", UserInfoAction: hostile, SignOutAction: hostile, CSRF: hostile, UserInfo: []Detail{{hostile, long()}}, Notice: &Notice{Bad, hostile, hostile, nil, ""},
		}), ""},
		{"demostart", DemoSignedOut(demoStart()), ""},
		{"demostart_refused", DemoSignedOut(refused), ""},
		{"demostart_empty", DemoSignedOut(DemoSignedOutView{}), ""},
		{"demostart_hostile", DemoSignedOut(DemoSignedOutView{
			BenchFrame: hostileBenchFrame(), SignInHref: "javascript:alert(1)", Providers: []ProviderButton{{hostile, "javascript:alert(1)", MarkApple}},
			Notice: &Notice{Care, hostile, long(), nil, ""}, Details: []Detail{{hostile, long()}}, Hint: hostile,
		}), ""},
		{"branding", Branding(workshop()), ""},
		{"branding_refused", Branding(workshopRefused()), ""},
		{"branding_empty", Branding(BrandingView{}), ""},
		{"branding_hostile", Branding(BrandingView{
			BenchFrame: hostileBenchFrame(), Action: "javascript:alert(1)", Draft: hostile, Kinds: []Choice{{hostile, long(), true}}, Colour: hostile, Radius: hostile,
			LogoName: long(), ImageName: hostile, Settings: hostile, CSS: "</textarea>" + hostile, PreviewHref: "/branding/preview?x=" + hostile, PageName: hostile,
			Faults: []string{hostile}, Warnings: []string{long()}, Paste: hostile,
		}), ""},
		{"traces", Traces(traceList()), ""},
		{"traces_empty", Traces(TracesView{}), ""},
		{"traces_hostile", Traces(TracesView{BenchFrame: hostileBenchFrame(), Rows: []TraceRow{{hostile, "javascript:alert(1)", long(), hostile, hostile, 99, hostile}}}), ""},
		{"trace", Trace(tracePage()), ""},
		{"trace_failed", Trace(failedTrace()), ""},
		{"trace_hosted", Trace(hostedTrace()), ""},
		{"trace_empty", Trace(TraceView{}), ""},
		{"trace_hostile", Trace(hostileTrace()), ""},
		{"person", Person(personPage()), ""},
		{"person_empty", Person(PersonView{}), ""},
		{"person_hostile", Person(PersonView{
			Frame: hostileFrame(), Name: long(), Action: "javascript:alert(1)", HiddenFields: []Hidden{{hostile, hostile}}, PersonField: hostile,
			People: []PersonOption{{hostile, long(), hostile}, {}}, Outcomes: []OutcomeOption{{hostile, long(), true}},
		}), ""},
	}
}
