// Package web is all of Portico's HTTP. routes.go is the table of contents; errors.go is the only writer of errors;
// handler.go wraps every handler with what must not be forgotten.
//
// Three muxes keep three kinds of route apart:
//
//   - pages, for browsers: cookies, CSRF protection, CSP (web/hostedui);
//   - machines, for programs: CORS, no cookies, JSON errors (web/endpoint);
//   - posts from elsewhere: callbacks of identity providers, authorize and logout. They read cookies and are reached
//     across sites, so CSRF protection would refuse them; each is protected by its sealed attempt or its own validation.
package web
