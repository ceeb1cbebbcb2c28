package web

import (
	"net/http"
	"strings"

	"portico/userpool"
)

// routes is the server without what surrounds every request.
func (s *Server) routes() http.Handler { return s.dispatch(s.tables()) }

// tables are the table of contents.
func (s *Server) tables() (pages, machines, posts *table) {
	pages, machines, posts = newTable(), newTable(), newTable()
	p, e, lanes := s.Pages, s.Endpoints, newLanes()

	// Pages for people, at a pool's domain.
	for _, route := range []struct {
		path string
		get  handler
		post handler
	}{
		{userpool.PathLogin, p.SignIn, p.SignInPost},
		{userpool.PathSignUp, p.SignUp, p.SignUpPost},
		{userpool.PathConfirm, p.Confirm, p.ConfirmPost},
		{userpool.PathResend, nil, p.Resend},
		{userpool.PathConfirmUser, p.ConfirmUser, p.ConfirmUserPost},
		{userpool.PathForgot, p.Forgot, p.ForgotPost},
		{userpool.PathConfirmForgot, p.Reset, p.ResetPost},
		{userpool.PathNewPassword, p.NewPassword, p.NewPasswordPost},
		{userpool.PathChoose, p.Choose, p.ChoosePost},
		{userpool.PathOneTimeCode, p.OneTime, p.OneTimePost},
		{userpool.PathAddPasskey, p.AddPasskey, p.AddPasskeyPost},
		{userpool.PathMFA, p.MFA, p.MFAPost},
		{userpool.PathMFAOption, p.MFAOption, p.MFAOptionPost},
		{userpool.PathMFASetUp, p.MFASetUp, p.MFASetUpPost},
		{userpool.PathLink, p.Link, p.LinkPost},
		{userpool.PathSignOut, p.SignOut, p.SignOutPost},
		{userpool.PathAccount, p.Account, nil},
		{userpool.PathAccountEdit, p.Edit, p.EditPost},
		{userpool.PathAccountVerify, p.Verify, p.VerifyPost},
		{userpool.PathAccountPassword, p.Password, p.PasswordPost},
		{userpool.PathAccountLink, p.LinkOwn, p.LinkOwnPost},
		{userpool.PathAccountUnlink, p.Unlink, p.UnlinkPost},
		{userpool.PathAccountSessions, p.Sessions, p.SessionsPost},
		{userpool.PathAccountDownload, p.Download, nil},
		{userpool.PathAccountDelete, p.Delete, p.DeletePost},
		{userpool.PathAccountPasskey, p.Passkey, p.PasskeyPost},
		{userpool.PathAccountPasskeyRemove, p.RemovePasskey, p.RemovePasskeyPost},
		{userpool.PathAccountApp, p.App, p.AppPost},
		{userpool.PathAccountAppRemove, p.RemoveApp, p.RemoveAppPost},
		{userpool.PathAccountFactorOn, p.FactorOn, p.FactorOnPost},
		{userpool.PathAccountFactorOff, p.FactorOff, p.FactorOffPost},
		{userpool.PathAccountPreferred, p.Preferred, p.PreferredPost},
		{userpool.PathOfferPasskey, p.OfferPasskey, p.OfferPasskeyPost},
		{userpool.PathError, s.errorPage, nil},
	} {
		if route.get != nil {
			pages.Handle("GET "+route.path, s.page(s.atDomain(lanes.pages.admit(route.get))))
		}
		if route.post != nil {
			pages.Handle("POST "+route.path, s.page(s.atDomain(lanes.pages.admit(route.post))))
		}
	}
	pages.Handle("GET /static/", s.Look.Files)
	pages.Handle("GET "+userpool.PathBrand, s.page(s.brand))

	// Endpoints for programs: first at a pool's domain, then below its issuer on any host.
	for path, h := range map[string]handler{"POST " + userpool.PathToken: e.Token, "POST " + userpool.PathRevoke: e.Revoke,
		"GET " + userpool.PathUserInfo: e.UserInfo, "POST " + userpool.PathUserInfo: e.UserInfo} {
		machines.Handle(path, s.machine(s.atDomain(lanes.machines.admit(h))))
	}
	machines.Handle("GET /{pool}"+userpool.PathDiscovery, s.machine(s.atIssuer(e.Discovery)))
	machines.Handle("GET /{pool}"+userpool.PathMetadata, s.machine(s.atIssuer(e.Discovery)))
	machines.Handle("GET "+userpool.PathMetadata+"/{pool}", s.machine(s.atIssuer(e.Discovery)))
	machines.Handle("GET /{pool}"+userpool.PathKeys, s.machine(s.atIssuer(e.KeySet)))
	for _, path := range []string{
		userpool.PathToken, userpool.PathRevoke, userpool.PathUserInfo, "/{pool}" + userpool.PathDiscovery,
		"/{pool}" + userpool.PathMetadata, userpool.PathMetadata + "/{pool}", "/{pool}" + userpool.PathKeys, "/{$}",
	} {
		machines.Handle("OPTIONS "+path, http.HandlerFunc(preflight))
	}
	machines.Handle("POST /{$}", s.machine(unknownOperation))
	machines.Handle("GET /healthz", s.machine(s.health))

	// Requests that other sites send browsers here with.
	for pattern, h := range map[string]handler{
		"GET " + userpool.PathAuthorize:     e.Authorize,
		"POST " + userpool.PathAuthorize:    e.AuthorizePost,
		"GET " + userpool.PathLogout:        e.Logout,
		"GET " + userpool.PathEndSession:    e.EndSession,
		"POST " + userpool.PathEndSession:   e.EndSessionPost,
		"GET " + userpool.PathIDPResponse:   e.OIDCCallback,
		"POST " + userpool.PathIDPResponse:  e.OIDCCallback,
		"GET " + userpool.PathIDPLogout:     e.IDPLogout,
		"POST " + userpool.PathSAMLResponse: e.SAMLCallback,
		"GET " + userpool.PathSAMLLogout:    e.SAMLLogout,
		"POST " + userpool.PathSAMLLogout:   e.SAMLLogout,
		"GET " + userpool.PathTestIDP:       e.Trial,
		"GET " + userpool.PathTestResult:    e.TrialResult,
		"GET " + userpool.PathSAMLMetadata:  e.SAMLMetadata,
	} {
		posts.Handle(pattern, s.page(s.atDomain(lanes.arrivals.admit(h))))
	}

	return pages, machines, posts
}

// dispatch picks the mux that knows a request. Pages are guarded against cross-origin posts as a whole.
func (s *Server) dispatch(pages, machines, posts *table) http.Handler {
	guard := http.NewCrossOriginProtection()
	guard.SetDenyHandler(s.page(refuseCrossOrigin))
	guarded := guard.Handler(pages)
	canonical := canonicalPaths(pages, machines, posts)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// Cognito's own material is not of one mind about the case of its paths.
		if path, ok := canonical[strings.ToLower(r.URL.Path)]; ok {
			r.URL.Path = path
		}
		switch {
		case knows(machines, r):
			machines.ServeHTTP(w, r)
		case knows(posts, r):
			posts.ServeHTTP(w, r)
		case knows(pages, r):
			guarded.ServeHTTP(w, r)
		default:
			s.nothingHere(w, r, pages, machines, posts)
		}
	})
}

// knows reports whether a mux has a route for the request, method included.
func knows(mux *table, r *http.Request) bool {
	_, pattern := mux.Handler(r)
	return pattern != ""
}

// canonicalPaths are the paths that are served as they are written, by their small letters.
func canonicalPaths(tables ...*table) map[string]string {
	paths := map[string]string{}
	for _, table := range tables {
		for _, pattern := range table.patterns {
			if _, path, _ := strings.Cut(pattern, " "); !strings.ContainsAny(path, "{}") {
				paths[strings.ToLower(path)] = path
			}
		}
	}
	paths["/authorize"] = userpool.PathAuthorize // the short form of several of Amazon's examples
	return paths
}
