package templates

func traceList() TracesView {
	return TracesView{BenchFrame: benchFrame("Traces"), Rows: []TraceRow{
		{"7F3K-9QWM", "/traces/7F3K-9QWM", "A new person signed in with Harbor", "14:02:11", "10 s", Good, "Succeeded"},
		{"4HZ2-XK8R", "/traces/4HZ2-XK8R", "A sign-in with Northwind failed at the check audience", "13:58:40", "6.1 s", Bad, "Failed"},
		{"9PQW-27CD", "/traces/9PQW-27CD", "Harbor said no", "13:21:05", "3.4 s", Care, "Denied"},
	}}
}

func tracePage() TraceView {
	return TraceView{
		BenchFrame: benchFrame("Traces"), Reference: "7F3K-9QWM", Heading: "A new person signed in with Harbor", Kind: Good, Outcome: "Succeeded",
		Summary: "10.0 s in all. 5.6 s were with the person; 165 ms were ours, and 142 ms of those were spent waiting for others.",
		Edge:    "165 ms from edge to edge",
		Facts:   []Detail{{"Began", "2026-03-04 14:02:01 UTC"}, {"User pool", "us-east-1_Xq3Zr81Ab"}, {"Provider", "Harbor (OIDC)"}, {"App client", "4k2m8v0p6r1s3t5u7w9x"}},
		Steps: []TraceStep{
			{At: "0.0 ms", Sentence: "The app asked to sign someone in", Room: "web/endpoint", Detail: "Client, callback address and scopes are in order.", Took: "0.4 ms", Start: 0, Width: 3},
			{At: "0.4 ms", Sentence: "Went to Harbor", Room: "federation/oidc", Detail: "The attempt is sealed in a cookie of this browser. Nothing was written.", Took: "1.1 ms", Start: 3, Width: 7},
			{At: "1.5 ms", Sentence: "With the person, at Harbor", Took: "5.6 s", Gap: true},
			{At: "5.6 s", Sentence: "Came back from Harbor", Room: "web/endpoint", Detail: "The attempt is of this browser.", Took: "0.7 ms", Start: 10, Width: 5},
			{At: "5.6 s", Sentence: "Code exchanged with Harbor", Room: "federation/oidc", Detail: "One round trip to http://127.0.0.1:8082/token.", Took: "142 ms", Waiting: true, Start: 15, Width: 860},
			{At: "5.7 s", Sentence: "ID token verified", Room: "federation/oidc", Detail: "Signature, issuer, audience, times and nonce.", Took: "0.6 ms", Start: 875, Width: 4},
			{At: "5.8 s", Sentence: "Person found and attributes mapped", Room: "login", Detail: "Nobody of that name was known: a new user is made.", Took: "2.3 ms", Start: 880, Width: 14},
			{At: "5.8 s", Sentence: "Session opened", Room: "store", Detail: "One commit, which also spends the attempt; this trace is part of it.", Took: "–", Start: 894},
		},
		Checks: []CheckRow{{"signature", "", false}, {"issuer", "http://127.0.0.1:8082", false}, {"audience", "", false}, {"nonce", "", false}},
		Said:   "the verified ID token and user info",
		Claims: []Detail{{"email", "i…@harbor.example"}, {"email_verified", "true"}, {"name", "I… (11 characters)"}, {"access_token", "not shown (812 characters)"}},
		Mapping: []TraceMapping{
			{"email", "email", "i…@harbor.example", "written", "", false}, {"name", "name", "I… (11 characters)", "unchanged", "the stored value is the same", false},
			{"nickname", "nick", "", "skipped", "the provider did not send it", false},
			{"birthdate", "born", "… (3 characters)", "refused", "the sign-in stopped here", true},
		},
		Text: "Trace 7F3K-9QWM\nA new person signed in with Harbor\n",
	}
}

func failedTrace() TraceView {
	v := tracePage()
	v.Reference, v.Heading, v.Kind, v.Outcome = "4HZ2-XK8R", "A sign-in with Northwind failed at the check audience", Bad, "Failed"
	v.Summary, v.Edge = "6.1 s in all. 6.1 s were with the person; 4.2 ms were ours.", "4.2 ms from edge to edge"
	v.Why = &TraceWhy{
		Check: "audience", Cause: `the audience does not hold "urn:amazon:cognito:sp:us-east-1_Xq3Zr81Ab"`,
		Told:       "invalid_request: Audience restriction of the SAML assertion does not name this user pool",
		Advice:     "The assertion is for another audience. Enter urn:amazon:cognito:sp:us-east-1_Xq3Zr81Ab as audience (SP entity ID) at Northwind.",
		AtProvider: true,
	}
	v.Steps = []TraceStep{
		{At: "0.0 ms", Sentence: "The app asked to sign someone in", Room: "web/endpoint", Took: "0.3 ms", Width: 80},
		{At: "0.3 ms", Sentence: "Went to Northwind", Room: "federation/saml", Took: "0.9 ms", Start: 80, Width: 220},
		{At: "1.2 ms", Sentence: "With the person, at Northwind", Took: "6.1 s", Gap: true},
		{At: "6.1 s", Sentence: "Came back from Northwind", Room: "web/endpoint", Took: "0.2 ms", Start: 300, Width: 50},
		{At: "6.1 s", Sentence: "Response verified", Room: "federation/saml", Detail: "Form, signatures, and then only what was signed.", Took: "2.8 ms", Start: 350, Width: 650, Failed: true},
	}
	v.Checks = []CheckRow{{"signature", "by one of the 1 certificates in the metadata", false}, {"recipient", "our assertion consumer service", false}, {"audience", "the audience does not hold ours", true}}
	v.Claims, v.Mapping = nil, nil
	return v
}

// hostedTrace is the outcome of a connection test, at a pool's own domain.
func hostedTrace() TraceView {
	v := tracePage()
	v.BenchFrame = BenchFrame{Frame: frame(), Hosted: true}
	v.Heading, v.Cut = "The test with Harbor succeeded", true
	return v
}

func hostileTrace() TraceView {
	return TraceView{
		BenchFrame: hostileBenchFrame(), Reference: hostile, Heading: long(), Summary: long(), Kind: 99, Outcome: hostile, Facts: []Detail{{hostile, long()}},
		Why: &TraceWhy{hostile, long(), hostile, long(), hostile, true}, Edge: hostile, Said: hostile,
		Steps:  []TraceStep{{hostile, long(), hostile, long(), hostile, false, true, true, -5, 1 << 40}, {Gap: true, Sentence: hostile, Took: hostile}, {}},
		Checks: []CheckRow{{hostile, long(), true}}, Claims: []Detail{{long(), long()}}, Mapping: []TraceMapping{{hostile, long(), long(), hostile, hostile, true}},
		Cut: true, Text: long(),
	}
}
