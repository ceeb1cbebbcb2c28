package federation

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"portico/userpool"
)

// named is a protocol that does nothing but be itself.
type named struct{ name string }

func (*named) Begin(context.Context, Start) (Departure, Memory, error) {
	return Departure{}, Memory{}, nil
}
func (*named) Finish(context.Context, Answer) (Assertion, error) { return Assertion{}, nil }

// opening is a broker whose open counts.
func opening() (*Broker, *atomic.Int32) {
	var opened atomic.Int32
	return NewBroker(func(_ *userpool.Pool, provider *userpool.IdentityProvider) (Protocol, error) {
		opened.Add(1)
		if provider.Details["broken"] != "" {
			return nil, errors.New("broken")
		}
		return &named{provider.Name}, nil
	}), &opened
}

func poolAndProvider() (*userpool.Pool, *userpool.IdentityProvider) {
	return &userpool.Pool{ID: "us-east-1_A", At: userpool.Addresses{Origin: "https://a.example.com"}},
		&userpool.IdentityProvider{
			Name: "MyOP", Type: userpool.TypeOIDC, Details: userpool.ProviderDetails{"client_id": "1"},
			Mapping: map[string]string{"email": "email"}, Modified: time.Unix(1, 0),
		}
}

func TestBrokerKeepsProtocols(t *testing.T) {
	broker, opened := opening()
	pool, provider := poolAndProvider()
	first, err := broker.Protocol(pool, provider)
	if err != nil {
		t.Fatal(err)
	}
	samePool, sameProvider := poolAndProvider()
	for _, again := range []*userpool.IdentityProvider{provider, sameProvider} {
		if got, err := broker.Protocol(samePool, again); err != nil || got != first {
			t.Errorf("%v, %v", got, err)
		}
	}
	if opened.Load() != 1 {
		t.Errorf("opened %d times", opened.Load())
	}
}

func TestBrokerFollowsChanges(t *testing.T) {
	for name, change := range map[string]func(*userpool.Pool, *userpool.IdentityProvider){
		"details":  func(_ *userpool.Pool, p *userpool.IdentityProvider) { p.Details["client_id"] = "2" },
		"mapping":  func(_ *userpool.Pool, p *userpool.IdentityProvider) { p.Mapping["name"] = "name" },
		"modified": func(_ *userpool.Pool, p *userpool.IdentityProvider) { p.Modified = time.Unix(2, 0) },
		"type":     func(_ *userpool.Pool, p *userpool.IdentityProvider) { p.Type = userpool.TypeSAML },
		"name":     func(_ *userpool.Pool, p *userpool.IdentityProvider) { p.Name = "Other" },
		"domain":   func(p *userpool.Pool, _ *userpool.IdentityProvider) { p.At.Origin = "https://b.example.com" },
		"pool":     func(p *userpool.Pool, _ *userpool.IdentityProvider) { p.ID = "us-east-1_B" },
	} {
		broker, _ := opening()
		first, err := broker.Protocol(poolAndProvider())
		if err != nil {
			t.Fatal(err)
		}
		pool, provider := poolAndProvider()
		change(pool, provider)
		if got, err := broker.Protocol(pool, provider); err != nil || got == first {
			t.Errorf("%s: the old protocol stayed (%v)", name, err)
		}
	}
}

func TestBrokerTriesAgainAfterAFailure(t *testing.T) {
	broker, opened := opening()
	pool, provider := poolAndProvider()
	provider.Details["broken"] = "yes"
	for range 2 {
		if got, err := broker.Protocol(pool, provider); err == nil || got != nil {
			t.Errorf("%v, %v", got, err)
		}
	}
	if opened.Load() != 2 {
		t.Errorf("opened %d times", opened.Load())
	}
}

func TestBrokerIsBounded(t *testing.T) {
	broker, opened := opening()
	broker.limit = 3
	pool, provider := poolAndProvider()
	for i := range 10 {
		if _, err := broker.Protocol(pool, provider); err != nil { // in use all the time, so it stays
			t.Fatal(err)
		}
		_, other := poolAndProvider()
		other.Name = fmt.Sprint("Other", i)
		if _, err := broker.Protocol(pool, other); err != nil || len(broker.protocols) > 3 {
			t.Fatal(len(broker.protocols), err)
		}
	}
	if opened.Load() != 11 {
		t.Errorf("opened %d times", opened.Load())
	}
}

func TestBrokerOpensOnceForMany(t *testing.T) {
	broker, opened := opening()
	pool, provider := poolAndProvider()
	var group sync.WaitGroup
	for range 16 {
		group.Go(func() {
			if _, err := broker.Protocol(pool, provider); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if opened.Load() != 1 {
		t.Errorf("opened %d times", opened.Load())
	}
}
