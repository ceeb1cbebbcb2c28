package compromised

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// service is a range service that knows some passwords.
type service struct {
	*httptest.Server
	asked  atomic.Int64
	path   atomic.Value
	answer func(w http.ResponseWriter, begin string)
}

func newService(t *testing.T, known ...string) *service {
	t.Helper()
	s := &service{}
	s.answer = func(w http.ResponseWriter, begin string) {
		fmt.Fprintf(w, "%s:0\r\n", strings.Repeat("F", 35)) // padding
		for _, password := range known {
			if sum := sumOf(password); string(sum[:5]) == begin {
				fmt.Fprintf(w, "%s:42\r\n", sum[5:])
			}
		}
		fmt.Fprintf(w, "%s:1", strings.Repeat("0", 35))
	}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.asked.Add(1)
		s.path.Store(r.URL.Path + "?" + r.URL.RawQuery + " " + r.Header.Get("Add-Padding"))
		s.answer(w, strings.TrimPrefix(r.URL.Path, "/range/"))
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *service) ranges(now func() time.Time) *Range {
	return &Range{URL: s.URL + "/range/", Client: s.Client(), Now: now}
}

// The service learns five digits of the hash and nothing else; what it answers is remembered for an hour.
func TestRangeAsksForFiveDigits(t *testing.T) {
	s, now := newService(t, "password"), time.Unix(1_800_000_000, 0)
	r := s.ranges(func() time.Time { return now })
	for range 3 {
		if ok, err := r.Contains(t.Context(), sumOf("password")); !ok || err != nil {
			t.Errorf("password: %v, %v", ok, err)
		}
	}
	if s.asked.Load() != 1 || s.path.Load() != "/range/5BAA6? true" {
		t.Errorf("asked %d times, for %v", s.asked.Load(), s.path.Load())
	}
	if ok, err := r.Contains(t.Context(), sumOf("Doorway-Lantern-7")); ok || err != nil {
		t.Errorf("another: %v, %v", ok, err)
	}
	now = now.Add(time.Hour)
	if _, err := r.Contains(t.Context(), sumOf("password")); err != nil || s.asked.Load() != 3 {
		t.Errorf("an hour later: asked %d times, %v", s.asked.Load(), err)
	}
	padding := sumOf("password")
	copy(padding[5:], strings.Repeat("F", 35))
	if ok, err := r.Contains(t.Context(), padding); ok || err != nil {
		t.Errorf("padding is taken for a password: %v, %v", ok, err)
	}
}

// A service that fails is left alone for half a minute, so that only one person waits for it; what is remembered still serves.
func TestRangeRestsAfterAFailure(t *testing.T) {
	s, now := newService(t, "password"), time.Unix(1_800_000_000, 0)
	r := s.ranges(func() time.Time { return now })
	if _, err := r.Contains(t.Context(), sumOf("password")); err != nil {
		t.Fatal(err)
	}
	good := s.answer
	s.answer = func(w http.ResponseWriter, _ string) { w.WriteHeader(http.StatusServiceUnavailable) }
	if _, err := r.Contains(t.Context(), sumOf("other")); err == nil || errors.Is(err, ErrResting) {
		t.Errorf("the first: %v", err)
	}
	asked := s.asked.Load()
	if _, err := r.Contains(t.Context(), sumOf("third")); !errors.Is(err, ErrResting) || s.asked.Load() != asked {
		t.Errorf("the second: %v", err)
	}
	if ok, err := r.Contains(t.Context(), sumOf("password")); !ok || err != nil {
		t.Errorf("what is remembered: %v, %v", ok, err)
	}
	s.answer = good
	now = now.Add(rangeRest)
	if _, err := r.Contains(t.Context(), sumOf("third")); err != nil {
		t.Errorf("after the rest: %v", err)
	}
}

// Answers that are no lists are errors, which tell nothing of the question.
func TestRangeBadAnswers(t *testing.T) {
	for name, body := range map[string]string{
		"a page": "<html>sign in to the network</html>", "endless": strings.Repeat(strings.Repeat("A", 35)+":1\n", 20_000), "one long line": strings.Repeat("A", 600_000),
	} {
		s := newService(t)
		s.answer = func(w http.ResponseWriter, _ string) { _, _ = w.Write([]byte(body)) }
		ok, err := s.ranges(time.Now).Contains(t.Context(), sumOf("password"))
		if ok || err == nil || strings.Contains(err.Error(), "5BAA6") {
			t.Errorf("%s: %v, %v", name, ok, err)
		}
	}
	gone := newService(t)
	r := gone.ranges(time.Now)
	gone.Close()
	if _, err := r.Contains(t.Context(), sumOf("password")); err == nil || strings.Contains(err.Error(), "5BAA6") {
		t.Errorf("nobody there: %v", err)
	}
}

// silent is a transport that answers never.
type silent struct{}

func (silent) RoundTrip(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

// A service that does not answer costs one person three seconds; a person who goes away costs the others nothing.
func TestRangeWaitIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &Range{URL: "https://silent.example/", Client: &http.Client{Transport: silent{}}, Now: time.Now}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := r.Contains(ctx, sumOf("a")); err == nil || !r.rests.IsZero() {
			t.Errorf("a person who went away: %v, rests until %v", err, r.rests)
		}
		began := time.Now()
		if _, err := r.Contains(t.Context(), sumOf("a")); err == nil || time.Since(began) != rangeTime {
			t.Errorf("%v after %v", err, time.Since(began))
		}
	})
}

func TestRangeCacheIsBounded(t *testing.T) {
	s := newService(t)
	r := s.ranges(time.Now)
	for i := range 3 * rangeCached {
		if _, err := r.Contains(t.Context(), sumOf(fmt.Sprint(i))); err != nil {
			t.Fatal(err)
		}
	}
	if len(r.cached) > rangeCached {
		t.Errorf("%d answers are kept", len(r.cached))
	}
}
