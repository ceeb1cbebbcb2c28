package admission_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"portico/userpool/admission"
)

// enter lets a caller in that must not be refused.
func enter(t *testing.T, g *admission.Gate) (leave func()) {
	t.Helper()
	leave, err := g.Enter(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return leave
}

// In a bubble of synctest time passes only when everybody waits, so a refusal that took any time at all shows.
func TestRefusesAtOnceWhenFullAndRecovers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := admission.New(2, 3, time.Minute)
		first, second := enter(t, g), enter(t, g)
		var waiting sync.WaitGroup
		for range 3 {
			waiting.Go(func() { enter(t, g)() })
		}
		synctest.Wait()

		began := time.Now()
		for range 1000 {
			if _, err := g.Enter(t.Context()); !errors.Is(err, admission.ErrBusy) {
				t.Fatalf("a full gate says %v", err)
			}
		}
		if took := time.Since(began); took != 0 {
			t.Errorf("a thousand refusals took %v", took)
		}
		first()
		second()
		waiting.Wait()
		for range 100 { // a place that was lost would be missed by now
			enter(t, g)()
		}
		defer enter(t, g)()
		defer enter(t, g)()
	})
}

func TestWaitIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := admission.New(1, 1, 3*time.Second)
		leave := enter(t, g)
		began := time.Now()
		if _, err := g.Enter(t.Context()); !errors.Is(err, admission.ErrBusy) || time.Since(began) != 3*time.Second {
			t.Errorf("%v after %v", err, time.Since(began))
		}
		leave()
		enter(t, g)() // who gave up holds no place
	})
}

func TestWhoLeavesTheQueueHoldsNoPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := admission.New(1, 1, time.Minute)
		leave := enter(t, g)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := g.Enter(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("given up: %v", err)
		}
		var next sync.WaitGroup
		next.Go(func() { enter(t, g)() })
		synctest.Wait()
		leave()
		next.Wait()
	})
}

func TestOrderIsThatOfArrival(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const crowd = 50
		g := admission.New(1, crowd, time.Minute)
		leave := enter(t, g)
		var order []int // written by one at a time: the gate sees to it
		var waiting sync.WaitGroup
		for n := range crowd {
			waiting.Go(func() {
				defer enter(t, g)()
				order = append(order, n)
			})
			synctest.Wait() // n waits before n+1 comes
		}
		leave()
		waiting.Wait()
		if len(order) != crowd || !slices.IsSorted(order) {
			t.Errorf("let in in the order %v", order)
		}
	})
}

func TestNoMoreThanAllowedWorkAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := admission.New(3, 100, time.Hour)
		var mu sync.Mutex
		working, most := 0, 0
		var crowd sync.WaitGroup
		for range 100 {
			crowd.Go(func() {
				defer enter(t, g)()
				mu.Lock()
				working++
				most = max(most, working)
				mu.Unlock()
				time.Sleep(time.Second)
				mu.Lock()
				working--
				mu.Unlock()
			})
		}
		crowd.Wait()
		if most != 3 {
			t.Errorf("%d worked at once", most)
		}
	})
}
