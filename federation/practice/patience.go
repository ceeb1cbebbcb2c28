package practice

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"portico/templates"
)

// patience is how NeverAnswers waits: until the client gives up, the server closes, or enough is enough.
type patience struct {
	limit  time.Duration
	closed context.Context
	close  context.CancelFunc
}

func newPatience(limit time.Duration) patience {
	if limit <= 0 {
		limit = defaultPatience
	}
	closed, closing := context.WithCancel(context.Background())
	return patience{limit: limit, closed: closed, close: closing}
}

// keepWaiting holds a request and then ends it without an answer worth the name.
func (p patience) keepWaiting(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), p.limit)
	defer cancel()
	defer context.AfterFunc(p.closed, cancel)()
	<-ctx.Done()
	http.Error(w, "no answer, on purpose", http.StatusServiceUnavailable)
}

// baseURL checks and trims the address a provider is told.
func baseURL(address string) (string, error) {
	u, err := url.Parse(address)
	if err != nil || !webAddress(u) || u.RawQuery != "" || strings.Contains(address, "#") {
		return "", fmt.Errorf("practice: address %q: want an http or https URL without a query", address)
	}
	return strings.TrimSuffix(address, "/"), nil
}

func webAddress(u *url.URL) bool {
	return (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && u.User == nil
}

func detail(name, value string) templates.Detail { return templates.Detail{Name: name, Value: value} }

func front(people int) string {
	return fmt.Sprintf("It has %d people and no passwords. Start at the app and choose this provider there.", people)
}
