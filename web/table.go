package web

import (
	"net/http"
	"slices"
)

// table is a mux that remembers its patterns, so that tests can walk what is served. (http.ServeMux keeps them to itself.)
type table struct {
	*http.ServeMux
	patterns []string
}

func newTable() *table { return &table{ServeMux: http.NewServeMux()} }

// Handle adds a route.
func (t *table) Handle(pattern string, h http.Handler) {
	t.patterns = append(t.patterns, pattern)
	t.ServeMux.Handle(pattern, h)
}

// Routes are the patterns of everything that is served, as http.ServeMux writes them, in order. Whatever must hold of every
// answer is tested by walking them: a route cannot be added past it.
func (s *Server) Routes() []string {
	pages, machines, posts := s.tables()
	all := slices.Concat(pages.patterns, machines.patterns, posts.patterns)
	slices.Sort(all)
	return all
}
