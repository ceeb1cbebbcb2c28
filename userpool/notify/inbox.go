package notify

import (
	"context"
	"slices"
	"strconv"
	"sync"
	"time"
)

// Received is a message in an Inbox.
type Received struct {
	Message
	ID string // unique in its inbox, safe in a URL
	At time.Time
}

// Inbox is a Sender for development: messages stay in memory, the newest few of them. It is safe for concurrent use.
type Inbox struct {
	limit int
	now   func() time.Time

	mu       sync.Mutex
	last     int        // number of the last message; mu owns it
	messages []Received // oldest first; mu owns it
}

var _ Sender = (*Inbox)(nil)

// NewInbox makes an inbox that keeps the newest limit messages, at least one. now tells the time of receipt; nil means
// time.Now.
func NewInbox(limit int, now func() time.Time) *Inbox {
	if now == nil {
		now = time.Now
	}
	return &Inbox{limit: max(limit, 1), now: now}
}

// Send keeps the message. It refuses what SMTP would refuse, with ErrMessage, so that development shows it first.
func (i *Inbox) Send(_ context.Context, m Message) error {
	if err := m.check(); err != nil {
		return err
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	i.last++
	i.messages = append(i.messages, Received{Message: m, ID: strconv.Itoa(i.last), At: i.now()})
	if surplus := len(i.messages) - i.limit; surplus > 0 {
		i.messages = slices.Delete(i.messages, 0, surplus)
	}
	return nil
}

// Messages returns the messages, newest first.
func (i *Inbox) Messages() []Received {
	i.mu.Lock()
	defer i.mu.Unlock()
	out := slices.Clone(i.messages)
	slices.Reverse(out)
	return out
}

// Message finds a message that is still kept.
func (i *Inbox) Message(id string) (Received, bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	at := slices.IndexFunc(i.messages, func(r Received) bool { return r.ID == id })
	if at < 0 {
		return Received{}, false
	}
	return i.messages[at], true
}

// Count is the number of messages kept.
func (i *Inbox) Count() int {
	i.mu.Lock()
	defer i.mu.Unlock()
	return len(i.messages)
}
