package web

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"portico/userpool/admission"
)

// narrow is a lane that one request may use, with room for one to wait.
func narrow() lane { return lane{admission.New(1, 1, time.Minute), time.Hour} }

// working takes a second, and answers with what it was sent.
func working(w http.ResponseWriter, r *http.Request) error {
	time.Sleep(time.Second)
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	w.Header().Set("X-Done", "yes")
	w.WriteHeader(http.StatusAccepted)
	_, err = w.Write(body)
	return err
}

func posted(body io.Reader) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/oauth2/token", body)
	r.Host = poolHost
	return r
}

// Overload is shed at once and leaves nothing behind. In the bubble time passes only when everybody waits: the refusals take
// none of it.
func TestOverloadIsShedAtOnceAndRecovers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t)
		busyLane := lane{admission.New(2, 3, time.Minute), time.Hour}
		h := f.machine(busyLane.admit(working))
		began := time.Now()
		var mu sync.Mutex
		statuses := map[int]int{}
		var crowd sync.WaitGroup
		for range 100 {
			crowd.Go(func() {
				w := f.through(h, posted(strings.NewReader("x")))
				mu.Lock()
				defer mu.Unlock()
				statuses[w.Code]++
				if w.Code == http.StatusServiceUnavailable && (time.Since(began) != 0 || w.Header().Get("Retry-After") == "" || w.Body.String() != `{"error":"temporarily_unavailable"}`) {
					t.Errorf("refused after %v: %v %s", time.Since(began), w.Header(), w.Body)
				}
			})
		}
		crowd.Wait()
		if statuses[http.StatusAccepted] != 5 || statuses[http.StatusServiceUnavailable] != 95 {
			t.Errorf("statuses %v", statuses)
		}
		for range 20 { // as if nothing had been
			if w := f.through(h, posted(strings.NewReader("again"))); w.Code != http.StatusAccepted || w.Body.String() != "again" || w.Header().Get("X-Done") != "yes" {
				t.Fatalf("afterwards: %d %s", w.Code, w.Body)
			}
		}
		if log := f.log.String(); strings.Contains(log, "level=ERROR") {
			t.Errorf("overload is not an error of ours: %s", log)
		}
	})
}

// People get the page that says so.
func TestOverloadOfPages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t)
		full := lane{admission.New(0, 0, time.Minute), time.Hour}
		w := f.through(f.page(full.admit(working)), request(http.MethodGet, "/login"))
		if w.Code != http.StatusTooManyRequests || w.Header().Get("Retry-After") == "" || !strings.Contains(w.Body.String(), "Many people are signing in right now") {
			t.Errorf("status %d: %v %s", w.Code, w.Header(), w.Body)
		}
	})
}

// trickle is a body that never ends, sent by somebody who means to hold a place.
type trickle struct{ stop chan struct{} }

func (b trickle) Read([]byte) (int, error) {
	<-b.stop
	return 0, errors.New("gone")
}

func TestAttackSlowBodyHoldsNoPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t)
		h := f.machine(narrow().admit(working))
		stop := make(chan struct{})
		var slow sync.WaitGroup
		for range 10 {
			slow.Go(func() {
				if w := f.through(h, posted(trickle{stop})); w.Code != http.StatusBadRequest {
					t.Errorf("a body that broke off: status %d", w.Code)
				}
			})
		}
		synctest.Wait()
		if w := f.through(h, posted(strings.NewReader("x"))); w.Code != http.StatusAccepted {
			t.Errorf("beside slow senders: status %d", w.Code)
		}
		close(stop)
		slow.Wait()
	})
}

// stuffed is a client that does not read what it is sent.
type stuffed struct {
	*httptest.ResponseRecorder
	stop chan struct{}
}

func (s stuffed) Write(b []byte) (int, error) {
	<-s.stop
	return s.ResponseRecorder.Write(b)
}

func TestAttackSlowReaderHoldsNoPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t)
		h := f.machine(narrow().admit(working))
		stop := make(chan struct{})
		var slow sync.WaitGroup
		for range 10 {
			slow.Go(func() {
				f.visitor(h).ServeHTTP(stuffed{httptest.NewRecorder(), stop}, posted(strings.NewReader("x")))
			})
			time.Sleep(2 * time.Second) // it has been served, and blocks while it is sent
		}
		if w := f.through(h, posted(strings.NewReader("x"))); w.Code != http.StatusAccepted {
			t.Errorf("beside slow readers: status %d", w.Code)
		}
		close(stop)
		slow.Wait()
	})
}

// A handler that waits for what does not come, such as a connection of the database, is given up in time.
func TestWaitInsideIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t)
		l := lane{admission.New(1, 0, time.Minute), 10 * time.Second}
		began := time.Now()
		w := f.through(f.machine(l.admit(func(_ http.ResponseWriter, r *http.Request) error {
			<-r.Context().Done()
			return r.Context().Err()
		})), posted(strings.NewReader("x")))
		if w.Code != http.StatusServiceUnavailable || time.Since(began) != 10*time.Second {
			t.Errorf("status %d after %v", w.Code, time.Since(began))
		}
	})
}

// A panic gives the place back.
func TestPanicHoldsNoPlace(t *testing.T) {
	f := newFixture(t)
	h := f.machine(narrow().admit(func(http.ResponseWriter, *http.Request) error { panic("index out of range") }))
	for range 3 {
		if w := f.through(h, posted(strings.NewReader("x"))); w.Code != http.StatusInternalServerError {
			t.Fatalf("status %d", w.Code)
		}
	}
}

// A provider that does not answer holds up those who wait for it, and nobody else.
func TestLanesAreApart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, lanes := newFixture(t), newLanes()
		waiting := f.page(lanes.arrivals.admit(func(_ http.ResponseWriter, r *http.Request) error {
			<-r.Context().Done()
			return r.Context().Err()
		}))
		var stuck sync.WaitGroup
		for range (browsersAtOnce + browsersWaiting) * runtime.GOMAXPROCS(0) {
			stuck.Go(func() { f.through(waiting, request(http.MethodGet, "/oauth2/idpresponse")) })
		}
		synctest.Wait()
		for name, h := range map[string]http.Handler{"machines": f.machine(lanes.machines.admit(working)), "pages": f.page(lanes.pages.admit(working))} {
			if w := f.through(h, posted(strings.NewReader("x"))); w.Code != http.StatusAccepted {
				t.Errorf("%s: status %d", name, w.Code)
			}
		}
		if w := f.through(waiting, request(http.MethodGet, "/oauth2/idpresponse")); w.Code != http.StatusTooManyRequests {
			t.Errorf("one more arrival: status %d", w.Code)
		}
		stuck.Wait()
	})
}
