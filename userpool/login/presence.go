package login

import (
	"bytes"
	"context"
	"encoding/base64"
	"strings"
	"time"

	"github.com/google/uuid"

	"portico/userpool"
)

// Browser is what a person recognises a browser by: short names, from a list of whoever reads the headers. It tells two
// devices of one person apart, for their own eyes, and is no fingerprint: nothing is decided by it.
type Browser struct{ Name, System string }

type browserKey struct{}

// WithBrowser says which browser asks, for the session that a sign-in opens.
func WithBrowser(ctx context.Context, b Browser) context.Context {
	return context.WithValue(ctx, browserKey{}, b)
}

func browserOf(ctx context.Context) Browser {
	b, _ := ctx.Value(browserKey{}).(Browser)
	return b
}

// App is an app that holds live refresh tokens of a person.
type App struct {
	Client userpool.ClientID
	Since  time.Time // the latest sign-in
	Used   time.Time // the latest sign-in or rotation
}

// Presence is where a person is signed in: a browser, or an app that holds refresh tokens.
type Presence struct {
	ID      string // names the place in a form; of use to its owner alone
	This    bool   // the browser that asks
	Session *Session
	App     *App // where Session is nil
}

// LastActive is the last use that is known.
func (p Presence) LastActive() time.Time {
	if p.App != nil {
		return p.App.Used
	}
	return p.Session.lastUse()
}

// Presences are storage of where people are signed in.
type Presences interface {
	SessionsOfUser(ctx context.Context, pool userpool.ID, sub userpool.Sub, now time.Time) ([]Session, error)
	AppsOfUser(ctx context.Context, pool userpool.ID, sub userpool.Sub, now time.Time) ([]App, error)
	// EndPresence ends what it names if it is the person's, and is no error where there is no such thing.
	EndPresence(ctx context.Context, end EndPresence) error
	// EndElsewhere ends every session but one, every family, and every device that is remembered, in one commit with the record.
	EndElsewhere(ctx context.Context, pool userpool.ID, sub userpool.Sub, keep []byte, record userpool.Audit) error
}

// EndPresence names one place of a person: a session or, where Client is set, the families of an app.
type EndPresence struct {
	Pool   userpool.ID
	Sub    userpool.Sub
	Hash   []byte
	Client userpool.ClientID
	Now    time.Time
}

// appMark begins the ID of an app's place; base64url has no colon.
const appMark = "app:"

// Presences lists where the visitor is signed in: this browser first, then others, the latest first, then apps.
func (l *Login) Presences(ctx context.Context, v *Visitor) ([]Presence, error) {
	now := l.Now()
	sessions, err := l.Storage.SessionsOfUser(ctx, v.Pool.ID, v.User.Sub, now)
	if err != nil {
		return nil, err
	}
	apps, err := l.Storage.AppsOfUser(ctx, v.Pool.ID, v.User.Sub, now)
	if err != nil {
		return nil, err
	}
	list := []Presence{{ID: presenceID(v.Session.Hash), This: true, Session: &v.Session}}
	for _, s := range sessions {
		if !s.over(v.Pool.Sessions, now) && !bytes.Equal(s.Hash, v.Session.Hash) {
			list = append(list, Presence{ID: presenceID(s.Hash), Session: &s})
		}
	}
	for _, app := range apps {
		list = append(list, Presence{ID: appMark + string(app.Client), App: &app})
	}
	return list, nil
}

func presenceID(hash []byte) string { return base64.RawURLEncoding.EncodeToString(hash) }

// SignOutAt signs the visitor out at one place. A place that is not theirs, or gone, is left alone and is no error: the
// answer tells nothing about it.
func (l *Login) SignOutAt(ctx context.Context, v *Visitor, id string) error {
	end := EndPresence{Pool: v.Pool.ID, Sub: v.User.Sub, Now: l.Now()}
	if client, ok := strings.CutPrefix(id, appMark); ok {
		end.Client = userpool.ClientID(client)
	} else {
		hash, err := base64.RawURLEncoding.DecodeString(id)
		if err != nil || len(hash) == 0 {
			return nil //nolint:nilerr // no place of theirs
		}
		end.Hash = hash
	}
	return l.Storage.EndPresence(ctx, end)
}

// SignOutElsewhere ends every other session of the visitor, and every app's refresh tokens.
func (l *Login) SignOutElsewhere(ctx context.Context, v *Visitor) error {
	return l.Storage.EndElsewhere(ctx, v.Pool.ID, v.User.Sub, v.Session.Hash, userpool.Audit{
		ID: uuid.NewString(), At: l.Now(), Actor: "the person", Action: "signed out everywhere else",
	})
}
