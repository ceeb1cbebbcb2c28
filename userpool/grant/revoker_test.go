package grant

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"portico/userpool"
)

// registry is Revocations in memory. Families are names in order; late ones appear after the first pass has gone by them.
type registry struct {
	alive, late []string
	users       []UserRevocation
	audits      []userpool.Audit
	batches     int
	breakAt     int // the batch that fails; 0: none
}

var errBroken = errors.New("disk is full")

func (r *registry) EndFamiliesOfUser(_ context.Context, end UserRevocation) (Revoked, error) {
	r.users = append(r.users, end)
	return Revoked{Families: 3, Sessions: 2}, nil
}

func (r *registry) EndFamiliesOfClient(_ context.Context, _ ClientRevocation, after string, batch int) (int, string, error) {
	r.batches++
	if r.batches == r.breakAt {
		return 0, "", errBroken
	}
	left := slices.DeleteFunc(slices.Clone(r.alive), func(id string) bool { return id <= after })
	taken := left[:min(batch, len(left))]
	r.alive = slices.DeleteFunc(r.alive, func(id string) bool { return slices.Contains(taken, id) })
	if len(taken) < batch {
		r.alive, r.late = append(r.alive, r.late...), nil
		return len(taken), "", nil
	}
	return len(taken), taken[len(taken)-1], nil
}

func (r *registry) RecordAudit(_ context.Context, _ userpool.ID, record userpool.Audit) error {
	r.audits = append(r.audits, record)
	return nil
}

func revoker(r *registry) *Revoker {
	return &Revoker{Storage: r, Now: func() time.Time { return start }, NewID: func() string { return "audit" }}
}

func TestSignOutUserLeavesBrowsersAloneUnlessAsked(t *testing.T) {
	r := &registry{}
	for _, sessions := range []bool{false, true} {
		got, err := revoker(r).SignOutUser(t.Context(), poolID, janesSub, sessions, "administrator")
		if err != nil || got != (Revoked{Families: 3, Sessions: 2}) {
			t.Errorf("%+v, %v", got, err)
		}
		last := r.users[len(r.users)-1]
		want := UserRevocation{Pool: poolID, Sub: janesSub, Sessions: sessions, Now: start, Audit: last.Audit}
		if last != want || last.Audit.Actor != "administrator" || last.Audit.Sub != janesSub || last.Audit.ID != "audit" || !last.Audit.At.Equal(start) {
			t.Errorf("sessions %t: %+v", sessions, last)
		}
	}
	if r.users[0].Audit.Action == r.users[1].Audit.Action {
		t.Error("the audit does not tell whether browsers were signed out")
	}
}

// Batch by batch, with progress, and once more for what was on its way.
func TestRevokeClientEndsEverything(t *testing.T) {
	r := &registry{late: []string{"00000"}}
	for i := range 2*revokeBatch + 1 {
		r.alive = append(r.alive, fmt.Sprintf("%05d", i+1))
	}
	var told []int
	total, err := revoker(r).RevokeClient(t.Context(), poolID, web, "administrator", func(n int) { told = append(told, n) })
	if err != nil || total != 2*revokeBatch+2 || len(r.alive) != 0 {
		t.Errorf("%d ended, %d left, %v", total, len(r.alive), err)
	}
	if want := []int{revokeBatch, 2 * revokeBatch, 2*revokeBatch + 1, 2*revokeBatch + 2}; !slices.Equal(told, want) {
		t.Errorf("progress %v, want %v", told, want)
	}
	if len(r.audits) != 1 || r.audits[0].Detail != "app client "+string(web) || r.audits[0].Sub != "" {
		t.Errorf("audit %+v", r.audits)
	}
}

// What was ended before a failure stays ended, is counted, and is on record; calling again goes on.
func TestRevokeClientBrokenOff(t *testing.T) {
	r := &registry{breakAt: 2}
	for i := range revokeBatch + 1 {
		r.alive = append(r.alive, fmt.Sprintf("%05d", i))
	}
	total, err := revoker(r).RevokeClient(t.Context(), poolID, web, "administrator", nil)
	if !errors.Is(err, errBroken) || total != revokeBatch || len(r.audits) != 1 {
		t.Errorf("%d ended, %d on record, %v", total, len(r.audits), err)
	}
	stopped, stop := context.WithCancel(t.Context())
	stop()
	if total, err := revoker(r).RevokeClient(stopped, poolID, web, "administrator", nil); !errors.Is(err, context.Canceled) || total != 0 {
		t.Errorf("stopped before it began: %d, %v", total, err)
	}
	if total, err := revoker(r).RevokeClient(t.Context(), poolID, web, "administrator", nil); err != nil || total != 1 {
		t.Errorf("again: %d, %v", total, err)
	}
}
