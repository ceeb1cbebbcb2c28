package main

import (
	"net/http"
	"strings"
	"testing"
)

// Cognito's material writes its paths in more than one case, so every page answers to all of them.
func TestPathsInAnyCase(t *testing.T) {
	r := newRig(t)
	for _, path := range r.visited() {
		query := "?" + ask().Encode()
		want := read(t, r.serve(newRequest(t, http.MethodGet, acme+path+query, nil)))
		got := read(t, r.serve(newRequest(t, http.MethodGet, acme+strings.ToUpper(path)+query, nil)))
		if got.StatusCode != want.StatusCode {
			t.Errorf("%s: status %d, want %d", strings.ToUpper(path), got.StatusCode, want.StatusCode)
		}
	}
}
