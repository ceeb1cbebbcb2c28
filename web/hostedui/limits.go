package hostedui

import (
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"time"

	"portico/templates"
	"portico/userpool/directory"
)

// codeStatus is that of a refused code: too many of them are 429, with the time to wait.
func codeStatus(w http.ResponseWriter, err error) int {
	if !errors.Is(err, directory.ErrLimit) {
		return http.StatusBadRequest
	}
	retryAfter(w, err)
	return http.StatusTooManyRequests
}

// duration is a wait in words: in seconds up to two minutes, then in minutes, rounded up.
func duration(d time.Duration) string {
	n, unit := int(math.Ceil(d.Seconds())), "second"
	if n > 120 {
		n, unit = int(math.Ceil(d.Minutes())), "minute"
	}
	if n != 1 {
		unit += "s"
	}
	return fmt.Sprintf("%d %s", n, unit)
}

// limitNotice says that there was too much of something, and for how long; false for other errors.
func limitNotice(w http.ResponseWriter, err error, then string) (*templates.Notice, bool) {
	if !errors.Is(err, directory.ErrLimit) {
		return nil, false
	}
	retryAfter(w, err)
	var limit *directory.LimitError
	if errors.As(err, &limit) {
		then += " Wait " + duration(limit.For) + ", then try again."
	}
	return &templates.Notice{Kind: templates.Bad, First: err.Error(), Then: then}, true
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
