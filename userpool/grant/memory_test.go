package grant

import (
	"context"
	"sync"
	"time"

	"portico/userpool"
)

// memory is a Storage that keeps the contract in memory and counts what it is asked.
type memory struct {
	mu       sync.Mutex
	users    map[userpool.Sub]userpool.User
	sessions map[string]bool
	spent    map[string]string // code ID → its family, or nothing
	families map[string]Family

	reads, writes int
	broken        error  // what every call fails with
	beforeRedeem  func() // what happens between the reads and the commit of a code exchange
	beforeRotate  func() // and of a rotation
}

var _ Storage = (*memory)(nil)

func newMemory(users ...userpool.User) *memory {
	m := &memory{
		users: map[userpool.Sub]userpool.User{}, sessions: map[string]bool{},
		spent: map[string]string{}, families: map[string]Family{},
	}
	for _, u := range users {
		m.users[u.Sub] = u
	}
	return m
}

func (m *memory) begin(count *int) (func(), error) {
	m.mu.Lock()
	*count++
	return m.mu.Unlock, m.broken
}

func (m *memory) UserBySub(_ context.Context, pool userpool.ID, sub userpool.Sub) (userpool.User, error) {
	done, err := m.begin(&m.reads)
	defer done()
	user, there := m.users[sub]
	if err == nil && (!there || user.Pool != pool) {
		err = userpool.ErrNotFound
	}
	return user, err
}

func (m *memory) SessionAlive(_ context.Context, pool userpool.ID, hash []byte) (bool, error) {
	done, err := m.begin(&m.reads)
	defer done()
	return m.sessions[string(pool)+string(hash)], err
}

func (m *memory) Redeem(_ context.Context, r Redemption) error {
	done, err := m.begin(&m.writes)
	defer done()
	if err != nil {
		return err
	}
	if m.beforeRedeem != nil {
		m.beforeRedeem()
	}
	key := string(r.Family.Pool) + r.CodeID
	if family, spent := m.spent[key]; spent {
		m.end(family, r.Family.Issued)
		return userpool.ErrSpent
	}
	if _, there := m.users[r.Family.Sub]; !there {
		return userpool.ErrNotFound
	}
	m.spent[key], m.families[r.Family.ID] = r.Family.ID, r.Family
	return nil
}

func (m *memory) StartFamily(_ context.Context, family Family) error {
	done, err := m.begin(&m.writes)
	defer done()
	if err != nil {
		return err
	}
	if _, there := m.users[family.Sub]; !there {
		return userpool.ErrNotFound
	}
	m.families[family.ID] = family
	return nil
}

func (m *memory) SpendCode(_ context.Context, pool userpool.ID, codeID string, _, now time.Time) error {
	done, err := m.begin(&m.writes)
	defer done()
	if err != nil {
		return err
	}
	key := string(pool) + codeID
	if family, spent := m.spent[key]; spent {
		m.end(family, now)
		return nil
	}
	m.spent[key] = ""
	return nil
}

func (m *memory) Family(_ context.Context, pool userpool.ID, id string) (Family, error) {
	done, err := m.begin(&m.reads)
	defer done()
	family, there := m.families[id]
	if err == nil && (!there || family.Pool != pool) {
		err = userpool.ErrNotFound
	}
	return family, err
}

func (m *memory) Rotate(_ context.Context, pool userpool.ID, id string, generation int, now time.Time) (Family, error) {
	done, err := m.begin(&m.writes)
	defer done()
	if m.beforeRotate != nil {
		m.beforeRotate()
	}
	family, there := m.families[id]
	if err == nil && (!there || family.Pool != pool) {
		err = userpool.ErrNotFound
	}
	if err == nil && family.Ended.IsZero() && family.Generation == generation {
		family.Generation, family.Rotated = generation+1, now
		m.families[id] = family
	}
	return family, err
}

func (m *memory) EndFamily(_ context.Context, _ userpool.ID, id string, now time.Time) error {
	done, err := m.begin(&m.writes)
	defer done()
	if err == nil {
		m.end(id, now)
	}
	return err
}

func (m *memory) end(family string, now time.Time) {
	if f, there := m.families[family]; there && f.Ended.IsZero() {
		f.Ended = now
		m.families[family] = f
	}
}

// counted runs f and returns how many reads and writes it cost.
func (m *memory) counted(f func()) (reads, writes int) {
	m.reads, m.writes = 0, 0
	f()
	return m.reads, m.writes
}
