package trace

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"
)

// A provider chooses names and values, and a stranger may be a provider's user.
func TestHugeAssertionMakesASmallTrace(t *testing.T) {
	r, _ := flow(t)
	random := rand.New(rand.NewPCG(1, 2))
	noise := func() string {
		var b strings.Builder
		for range 1500 {
			b.WriteRune(rune('!' + random.IntN(90)))
		}
		return b.String()
	}
	claims, mapping := map[string][]string{}, map[string]string{}
	for i := range 300 {
		name := noise()
		claims[name] = []string{noise(), noise(), noise() + "@" + noise()}
		mapping[fmt.Sprint("custom:", i)] = name
	}
	r.Said(noise(), noise(), claims)
	r.Mapped(Result{Mapping: mapping, Claims: claims})
	for range 100 {
		r.Start("room", noise()).Note("%s", noise()).End(nil)
		r.Pass(noise(), "%s", noise())
	}
	r.Refused(Failure{Check: noise(), Cause: noise(), Told: noise()}, false)
	stored, err := r.Pack()
	if err != nil {
		t.Fatal(err)
	}
	if len(stored.Packed) > MaxSize {
		t.Errorf("packed into %d bytes", len(stored.Packed))
	}
	got, err := Unpack(stored.Packed)
	if err != nil || !got.Cut || got.Reference != "7F3K-9QWM" || got.Failure == nil {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestPackRoundTrip(t *testing.T) {
	r, _ := flow(t)
	r.Tested()
	stored, err := r.Pack()
	if err != nil {
		t.Fatal(err)
	}
	got, err := Unpack(stored.Packed)
	if err != nil || got.Text() != r.Finished().Text() {
		t.Errorf("%v:\n%s", err, got.Text())
	}
	if stored.Failed || stored.Pool != "us-east-1_A" || !stored.Expires.Equal(stored.Began.Add(Life)) {
		t.Errorf("%+v", stored)
	}
	if len(stored.Packed) > 4<<10 {
		t.Errorf("an ordinary trace weighs %d bytes", len(stored.Packed))
	}
	for _, bad := range [][]byte{nil, []byte("x"), stored.Packed[:10]} {
		if _, err := Unpack(bad); err == nil {
			t.Error("unpacked what nobody packed")
		}
	}
}

// shelf keeps what it is given.
type shelf struct {
	mu    sync.Mutex
	kept  []Stored
	fails bool
}

func (s *shelf) SaveTrace(_ context.Context, t Stored) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fails {
		return errors.New("the disk is full")
	}
	s.kept = append(s.kept, t)
	return nil
}

func (s *shelf) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.kept)
}

// Ten thousand failing attempts in a minute are stored as sixty, and do not wait for each other.
func TestStrangersCannotFillTheStore(t *testing.T) {
	c, kept := newClock(), &shelf{}
	q := NewQueue(kept, c.now, slog.New(slog.DiscardHandler))
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { q.Run(ctx); close(ended) }()
	for range 10_000 {
		q.Offer(Stored{Pool: "a"})
	}
	c.advance(time.Minute)
	for range 10_000 {
		q.Offer(Stored{Pool: "a"})
	}
	q.Offer(Stored{Pool: "b"}) // another pool has a budget of its own, though perhaps no room
	stop()
	<-ended
	if n := kept.count(); n == 0 || n > 2*perMinute+1 {
		t.Errorf("%d stored", n)
	}
	if got := int64(kept.count()) + q.Dropped(); got != 20_001 {
		t.Errorf("%d stored or counted as dropped, of 20001", got)
	}
}

// With nobody to store them, offers fill the queue and are dropped; nobody waits.
func TestQueueIsBounded(t *testing.T) {
	c := newClock()
	q := NewQueue(&shelf{}, c.now, slog.New(slog.DiscardHandler))
	for range 5 {
		for range perMinute {
			q.Offer(Stored{Pool: "a"})
		}
		c.advance(time.Minute)
	}
	if got := q.Dropped(); got != 5*perMinute-queueLength {
		t.Errorf("%d dropped", got)
	}
}

func TestQueueSurvivesAFullDisk(t *testing.T) {
	kept := &shelf{fails: true}
	q := NewQueue(kept, newClock().now, slog.New(slog.DiscardHandler))
	q.Offer(Stored{Pool: "a"})
	ctx, stop := context.WithCancel(context.Background())
	stop()
	q.Run(ctx)
	if q.Dropped() != 1 {
		t.Errorf("%d dropped", q.Dropped())
	}
}
