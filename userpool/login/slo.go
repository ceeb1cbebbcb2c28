package login

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"

	"golang.org/x/sync/errgroup"

	"portico/federation"
	"portico/userpool"
)

// Upstream is what providers may do here without a sign-in of ours.
type Upstream interface {
	// Spend uses values up, all or none of them: userpool.ErrSpent if any was used before.
	Spend(ctx context.Context, pool userpool.ID, once []federation.Once) error
	// EndUpstreamSessions spends a request and ends the sessions it names, in one commit. It returns how many there were;
	// userpool.ErrSpent if the request was used before.
	EndUpstreamSessions(ctx context.Context, end EndSessions) (int, error)
}

// EndSessions names the sessions that a provider ends.
type EndSessions struct {
	Pool    userpool.ID
	Name    []byte   // Session.UpstreamName
	Indexes [][]byte // Session.UpstreamIndex of each; none means all sessions of the name
	Spend   federation.Once
}

// sessionIndex is the key in Assertion.Session of the provider's name of its session.
const sessionIndex = "session_index"

// markUpstream notes on a session what its provider can name it by.
func markUpstream(s *Session, assertion federation.Assertion) {
	s.UpstreamName = upstreamHash(s.Provider, assertion.Subject)
	if index := assertion.Session[sessionIndex]; index != "" {
		s.UpstreamIndex = upstreamHash(s.Provider, index)
	}
}

// upstreamHash makes a provider's name of something one size, and keeps it out of the database.
func upstreamHash(provider, name string) []byte {
	text := binary.BigEndian.AppendUint64(nil, uint64(len(provider)))
	sum := sha256.Sum256(append(append(text, provider...), name...))
	return sum[:]
}

// SignedOut is a sign-out that a provider asked for and got: the browser goes back with the answer.
type SignedOut struct {
	Provider  *userpool.IdentityProvider
	Departure federation.Departure
	Sessions  int // how many were ended
}

// ErrNoSignOut: a request to sign somebody out is of no provider of the pool, or not in order.
var ErrNoSignOut = errors.New("no provider of the pool stands behind the request to sign out")

// maxAsked bounds how many providers look at a request at the same time: each may have to read its metadata first.
const maxAsked = 16

// ServeSignOut does what a provider asks: it ends the person's sessions that came from this provider. Which provider it is,
// the message says itself; only one whose signature stands is heard. It fails with ErrNoSignOut or userpool.ErrSpent.
func (l *Login) ServeSignOut(ctx context.Context, pool *userpool.Pool, answer federation.Answer) (*SignedOut, error) {
	asking, err := l.whoAsks(ctx, pool, answer)
	if err != nil {
		return nil, err
	}
	end := EndSessions{Pool: pool.ID, Name: upstreamHash(asking.provider.Name, asking.request.Subject), Spend: asking.request.Spend}
	for _, index := range asking.request.Sessions {
		end.Indexes = append(end.Indexes, upstreamHash(asking.provider.Name, index))
	}
	ended, err := l.Upstream.EndUpstreamSessions(ctx, end)
	if err != nil {
		return nil, err
	}
	departure, err := asking.server.AnswerSignOut(ctx, asking.request)
	if err != nil {
		return nil, fmt.Errorf("provider %s: %w", asking.provider.Name, err)
	}
	return &SignedOut{Provider: asking.provider, Departure: departure, Sessions: ended}, nil
}

// asking is a provider that asks for a sign-out, and its verified request.
type asking struct {
	provider *userpool.IdentityProvider
	server   federation.SignOutServer
	request  federation.SignOutRequest
}

// whoAsks finds the provider whose request it is.
func (l *Login) whoAsks(ctx context.Context, pool *userpool.Pool, answer federation.Answer) (asking, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	found := make(chan asking, len(pool.Providers))
	refused := make(chan error, len(pool.Providers))
	var group errgroup.Group
	group.SetLimit(maxAsked)
	for _, name := range slices.Sorted(maps.Keys(pool.Providers)) {
		provider := pool.Providers[name]
		if provider.Type != userpool.TypeSAML || !provider.Details.True("IDPSignout") {
			continue
		}
		group.Go(func() error {
			a, err := l.asks(ctx, pool, provider, answer)
			if err != nil {
				refused <- fmt.Errorf("provider %s: %w", provider.Name, err)
				return nil
			}
			found <- a
			cancel() // the others need not go on
			return nil
		})
	}
	_ = group.Wait()
	select {
	case a := <-found:
		return a, nil
	default:
	}
	close(refused)
	reasons := []error{ErrNoSignOut}
	for reason := range refused {
		reasons = append(reasons, reason)
	}
	return asking{}, errors.Join(reasons...)
}

func (l *Login) asks(ctx context.Context, pool *userpool.Pool, provider *userpool.IdentityProvider, answer federation.Answer) (asking, error) {
	protocol, err := l.Protocols.Protocol(pool, provider)
	if err != nil {
		return asking{}, err
	}
	server, ok := protocol.(federation.SignOutServer)
	if !ok {
		return asking{}, errors.New("it asks for no sign-out")
	}
	request, err := server.ReadSignOut(ctx, answer)
	if e, refused := federation.AsError(err); refused && e.Cause != nil {
		err = errors.Join(err, e.Cause)
	}
	return asking{provider, server, request}, err
}
