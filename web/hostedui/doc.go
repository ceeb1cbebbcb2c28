// Package hostedui is the pages people see: sign-in, sign-up with its confirmation, and recovery. (Sign-out has no page of
// its own: it ends at the app.)
//
// Every page keeps the app's authorization request in its query and checks it anew, so a page can be bookmarked, reloaded and
// posted twice. Forms post to the page's own path with that query. Handlers return errors; web/errors.go writes them; a fault
// of one field is drawn at that field.
package hostedui
