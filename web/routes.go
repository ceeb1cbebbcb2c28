package web

import (
	"net/http"
	"strings"

	"portico/userpool"
)

// routes is the table of contents.
func (s *Server) routes() http.Handler {
	pages, machines, posts := http.NewServeMux(), http.NewServeMux(), http.NewServeMux()
	p, e := s.Pages, s.Endpoints

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
		{userpool.PathForgot, p.Forgot, p.ForgotPost},
		{userpool.PathConfirmForgot, p.Reset, p.ResetPost},
		{userpool.PathLink, p.Link, p.LinkPost},
		{userpool.PathSignOut, p.SignOut, p.SignOutPost},
		{userpool.PathError, s.errorPage, nil},
	} {
		if route.get != nil {
			pages.Handle("GET "+route.path, s.page(s.atDomain(route.get)))
		}
		if route.post != nil {
			pages.Handle("POST "+route.path, s.page(s.atDomain(route.post)))
		}
	}
	pages.Handle("GET /static/", s.Look.Files)

	// Endpoints for programs: first at a pool's domain, then below its issuer on any host.
	for path, h := range map[string]handler{"POST " + userpool.PathToken: e.Token, "POST " + userpool.PathRevoke: e.Revoke,
		"GET " + userpool.PathUserInfo: e.UserInfo, "POST " + userpool.PathUserInfo: e.UserInfo} {
		machines.Handle(path, s.machine(s.atDomain(h)))
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
	posts.Handle("GET "+userpool.PathAuthorize, s.page(s.atDomain(e.Authorize)))
	posts.Handle("POST "+userpool.PathAuthorize, s.page(s.atDomain(e.AuthorizePost)))
	posts.Handle("GET "+userpool.PathLogout, s.page(s.atDomain(e.Logout)))
	posts.Handle("GET "+userpool.PathEndSession, s.page(s.atDomain(e.EndSession)))
	posts.Handle("POST "+userpool.PathEndSession, s.page(s.atDomain(e.EndSessionPost)))
	posts.Handle("GET "+userpool.PathIDPResponse, s.page(s.atDomain(e.OIDCCallback)))
	posts.Handle("POST "+userpool.PathIDPResponse, s.page(s.atDomain(e.OIDCCallback)))
	posts.Handle("GET "+userpool.PathIDPLogout, s.page(s.atDomain(e.IDPLogout)))
	posts.Handle("POST "+userpool.PathSAMLResponse, s.page(s.atDomain(e.SAMLCallback)))
	posts.Handle("GET "+userpool.PathSAMLLogout, s.page(s.atDomain(e.SAMLLogout)))
	posts.Handle("POST "+userpool.PathSAMLLogout, s.page(s.atDomain(e.SAMLLogout)))
	posts.Handle("GET "+userpool.PathTestIDP, s.page(s.atDomain(e.Trial)))
	posts.Handle("GET "+userpool.PathTestResult, s.page(s.atDomain(e.TrialResult)))
	posts.Handle("GET "+userpool.PathSAMLMetadata, s.page(s.atDomain(e.SAMLMetadata)))

	return s.dispatch(pages, machines, posts)
}

// dispatch picks the mux that knows a request. Pages are guarded against cross-origin posts as a whole.
func (s *Server) dispatch(pages, machines, posts *http.ServeMux) http.Handler {
	guard := http.NewCrossOriginProtection()
	guard.SetDenyHandler(s.page(refuseCrossOrigin))
	guarded := guard.Handler(pages)
	canonical := canonicalPaths()
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
func knows(mux *http.ServeMux, r *http.Request) bool {
	_, pattern := mux.Handler(r)
	return pattern != ""
}

func canonicalPaths() map[string]string {
	paths := map[string]string{}
	for _, path := range []string{
		userpool.PathAuthorize, userpool.PathToken, userpool.PathUserInfo, userpool.PathRevoke, userpool.PathEndSession, userpool.PathIDPResponse,
		userpool.PathSAMLResponse, userpool.PathSAMLLogout, userpool.PathSAMLMetadata, userpool.PathLogin, userpool.PathLogout, userpool.PathSignUp,
		userpool.PathConfirm, userpool.PathResend, userpool.PathForgot, userpool.PathConfirmForgot, userpool.PathLink, userpool.PathSignOut, userpool.PathError,
	} {
		paths[strings.ToLower(path)] = path
	}
	paths["/authorize"] = userpool.PathAuthorize // the short form of several of Amazon's examples
	return paths
}
