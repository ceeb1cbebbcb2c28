package web

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/google/uuid"

	"portico/userpool"
	"portico/web/problem"
	"portico/web/visit"
	"portico/words"
)

// unknownOperation answers POST /, where the AWS SDKs call, in their protocol (AWS JSON 1.1): the operations are not served.
func unknownOperation(w http.ResponseWriter, r *http.Request) error {
	visit.From(r.Context()).Outcome = "unknown operation"
	header := w.Header()
	header.Set("Content-Type", "application/x-amz-json-1.1")
	header.Set("X-Amzn-Requestid", uuid.NewString())
	header.Set("X-Amzn-Errortype", "UnknownOperationException")
	w.WriteHeader(http.StatusBadRequest)
	_, _ = fmt.Fprint(w, `{"__type":"UnknownOperationException","message":"This operation is not served."}`)
	return nil
}

// health is GET /healthz: 200 when the store answers.
func (s *Server) health(w http.ResponseWriter, r *http.Request) error {
	if err := s.Ready(r); err != nil {
		return &problem.Page{Status: http.StatusServiceUnavailable, Code: "unavailable", Err: err}
	}
	w.Header().Set("Content-Type", "application/json;charset=UTF-8")
	_, _ = fmt.Fprint(w, `{"status":"ok"}`)
	return nil
}

// noPool: the host is not the domain of any pool. Development says where the pools are.
func (s *Server) noPool(r *http.Request) error {
	page := &problem.Page{
		Status: http.StatusNotFound, Code: "no_user_pool", Heading: words.L("error.nopool.heading"),
		Text: words.L("error.nopool.text"), Then: words.L("error.then.there"),
		Err: errors.New("host is not the domain of a user pool"),
	}
	if s.Look.Dev {
		for _, pool := range s.Pools().Pools() {
			page.Details = append(page.Details, problem.Detail{Name: words.L("error.detail.domain"), Value: pool.At.Origin})
		}
		page.Open = true
	}
	return page
}

// nothingHere answers what no mux knows: 405 where the path exists for another method, else 404, for a program in JSON.
func (s *Server) nothingHere(w http.ResponseWriter, r *http.Request, muxes ...*table) {
	var allowed []string
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		other := r.Clone(r.Context())
		other.Method = method
		if slices.ContainsFunc(muxes, func(m *table) bool { return knows(m, other) }) {
			allowed = append(allowed, method)
		}
	}
	if len(allowed) > 0 {
		w.Header().Set("Allow", strings.Join(allowed, ", "))
		s.machine(func(http.ResponseWriter, *http.Request) error {
			return &problem.Page{Status: http.StatusMethodNotAllowed, Code: "method_not_allowed"}
		}).ServeHTTP(w, r)
		return
	}
	s.page(func(http.ResponseWriter, *http.Request) error {
		if _, ok := s.Pools().ByHost(r.Host); !ok {
			return s.noPool(r)
		}
		return problem.NotFound(nil)
	}).ServeHTTP(w, r)
}

// ownPage reports whether a path is that of a page of ours, which is opened without an app's request.
func ownPage(path string) bool {
	return path == userpool.PathAccount || strings.HasPrefix(path, userpool.PathAccount+"/") || path == userpool.PathAddPasskey
}

// refuseCrossOrigin: a form of another site was posted to a page of ours (cross-site request forgery).
func refuseCrossOrigin(_ http.ResponseWriter, r *http.Request) error {
	again := ""
	switch path := r.URL.Path; {
	case ownPage(path), path == userpool.PathSignOut, path == userpool.PathConfirmUser: // pages that are no part of a sign-in
		again = path + "?" + r.URL.RawQuery
	case r.URL.RawQuery != "":
		again = userpool.PathAuthorize + "?" + r.URL.RawQuery
	}
	return problem.Forged(again, errors.New("posted from another origin"))
}
