package web

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"time"

	"portico/userpool/admission"
	"portico/web/problem"
)

// lane is a kind of request that is let in on its own, so that too many of one kind do not keep out the others: a provider
// that does not answer holds up those who wait for it, and no token request.
type lane struct {
	gate *admission.Gate
	// longest is how long a request may take, the wait for its turn aside. It bounds every wait inside: for a connection to
	// the database, for its writer, for a provider.
	longest time.Duration
}

// lanes are the server's. Static files, key sets, discovery and health have none: they cost nothing worth waiting for.
type lanes struct {
	machines lane // tokens, revocation, userInfo
	pages    lane // pages and their forms
	arrivals lane // browsers that other sites send here; some wait for a provider
}

// How many are let in, for each core.
const (
	// A token costs a core a millisecond or two and then, often, waits for a commit. Four for each core keep it busy
	// meanwhile, share commits, and are few enough that whatever else runs gets its turn within milliseconds.
	machinesAtOnce = 4
	// Those who wait are served in about half a second, and a burst of 256 clients is served whole by one core.
	machinesWaiting = 256
	// Pages cost little, but passwords have a queue of their own to stand in meanwhile, and providers take their time.
	browsersAtOnce  = 256
	browsersWaiting = 256

	// patience is for a server that stands still: one that works serves the whole queue much sooner, even where it gets a
	// tenth of its cores.
	patience = 10 * time.Second

	longestMachine = 10 * time.Second
	longestPage    = 30 * time.Second
	longestArrival = time.Minute // several requests to a provider, each of which has its own limit
)

func newLanes() lanes {
	cores := runtime.GOMAXPROCS(0)
	browsers := func() *admission.Gate {
		return admission.New(browsersAtOnce*cores, browsersWaiting*cores, patience)
	}
	return lanes{
		machines: lane{admission.New(machinesAtOnce*cores, machinesWaiting*cores, patience), longestMachine},
		pages:    lane{browsers(), longestPage},
		arrivals: lane{browsers(), longestArrival},
	}
}

// admit lets a handler run when it is its turn, or fails with admission.ErrBusy. The turn is for work alone: the body is read
// before it and the answer is sent after it, so that a client that sends or reads slowly holds up nobody.
func (l lane) admit(h handler) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return problem.BadForm(err)
		}
		_ = r.Body.Close() // it was read to its end
		answer := held{header: w.Header(), status: http.StatusOK}
		if err := l.work(h, &answer, r, body); err != nil {
			return err
		}
		w.WriteHeader(answer.status)
		_, _ = w.Write(answer.body.Bytes()) // a client that is gone is no fault of ours
		return nil
	}
}

func (l lane) work(h handler, answer *held, r *http.Request, body []byte) error {
	leave, err := l.gate.Enter(r.Context())
	if err != nil {
		return fmt.Errorf("wait for a turn: %w", err)
	}
	defer leave()
	// Whoever is let in by another that leaves would run at once in its place, and so on: a chain of signatures between which
	// nobody else gets a turn, the short answers to those who are sent away least of all. This goes to the end of the line.
	runtime.Gosched()
	ctx, cancel := context.WithTimeout(r.Context(), l.longest)
	defer cancel()
	inside := r.WithContext(ctx)
	inside.Body = io.NopCloser(bytes.NewReader(body))
	return h(answer, inside)
}

// held keeps an answer until it is sent. Its header is the real one, which errors carry too.
type held struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (h *held) Header() http.Header { return h.header }

func (h *held) WriteHeader(status int) { h.status = status }

func (h *held) Write(b []byte) (int, error) { return h.body.Write(b) }
