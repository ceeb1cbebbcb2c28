package hostedui

import (
	"errors"
	"math"
	"net/http"
	"strconv"
	"time"

	"portico/templates"
	"portico/userpool/directory"
	"portico/words"
)

// codeStatus is that of a refused code: too many of them are 429, with the time to wait.
func codeStatus(w http.ResponseWriter, err error) int {
	if !errors.Is(err, directory.ErrLimit) {
		return http.StatusBadRequest
	}
	retryAfter(w, err)
	return http.StatusTooManyRequests
}

// waiting says how long to wait: in seconds up to two minutes, then in minutes, rounded up.
func waiting(said words.Words, d time.Duration) string {
	if n := int(math.Ceil(d.Seconds())); n <= 120 {
		return said.Count("wait.seconds", n)
	}
	return said.Count("wait.minutes", int(math.Ceil(d.Minutes())))
}

// limitNotice says that there was too much of something, and for how long; false for other errors.
func limitNotice(w http.ResponseWriter, said words.Words, err error, then string) (*templates.Notice, bool) {
	if !errors.Is(err, directory.ErrLimit) {
		return nil, false
	}
	retryAfter(w, err)
	var limit *directory.LimitError
	if errors.As(err, &limit) {
		then = said.Sentences(then, waiting(said, limit.For))
	}
	return &templates.Notice{Kind: templates.Bad, First: said.Say("code.limit.first"), Then: then}, true
}

// retryAfter tells programs what the page tells people: when to come back (RFC 9110 §10.2.3).
func retryAfter(w http.ResponseWriter, err error) {
	var limit *directory.LimitError
	var locked *directory.LockedError
	var wait time.Duration
	switch {
	case errors.As(err, &limit):
		wait = limit.For
	case errors.As(err, &locked):
		wait = locked.For
	default:
		return
	}
	w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
}
