package federation

import (
	"fmt"
	"maps"
	"sync"

	"portico/userpool"
)

// maxProtocols bounds what a Broker keeps: a protocol holds its provider's metadata and keys, some tens of kilobytes.
const maxProtocols = 2048

// Broker keeps one Protocol for each identity provider, so that what a protocol knows of its provider (metadata, keys)
// outlives a sign-in. It is safe for concurrent use.
type Broker struct {
	open  func(*userpool.Pool, *userpool.IdentityProvider) (Protocol, error)
	limit int

	mu        sync.Mutex
	protocols map[protocolKey]*protocolEntry
	uses      uint64 // counts calls; the entry with the lowest lastUse goes first
}

type protocolKey struct {
	pool     userpool.ID
	provider string
}

type protocolEntry struct {
	pool     *userpool.Pool // last seen with these settings
	provider *userpool.IdentityProvider
	open     func() (Protocol, error) // opens once, whoever calls
	lastUse  uint64
}

// NewBroker makes a Broker. open makes the Protocol of a provider; it must not wait for the network.
func NewBroker(open func(*userpool.Pool, *userpool.IdentityProvider) (Protocol, error)) *Broker {
	return &Broker{open: open, limit: maxProtocols, protocols: map[protocolKey]*protocolEntry{}}
}

// Protocol returns the protocol of a provider of a pool. A provider whose settings have changed gets a new one. It fails
// when the settings do not make a protocol, and tries again the next time.
func (b *Broker) Protocol(pool *userpool.Pool, provider *userpool.IdentityProvider) (Protocol, error) {
	key := protocolKey{pool.ID, provider.Name}
	entry := b.entry(key, pool, provider)
	protocol, err := entry.open()
	if err != nil {
		b.forget(key, entry)
		return nil, fmt.Errorf("identity provider %s: %w", provider.Name, err)
	}
	return protocol, nil
}

func (b *Broker) entry(key protocolKey, pool *userpool.Pool, provider *userpool.IdentityProvider) *protocolEntry {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.uses++
	entry, ok := b.protocols[key]
	if !ok || !entry.serves(pool, provider) {
		if !ok && len(b.protocols) >= b.limit {
			b.evict()
		}
		entry = &protocolEntry{pool: pool, provider: provider, open: sync.OnceValues(func() (Protocol, error) { return b.open(pool, provider) })}
		b.protocols[key] = entry
	}
	entry.pool, entry.provider, entry.lastUse = pool, provider, b.uses
	return entry
}

// serves reports whether the entry was made from these settings. Pools are made anew when anything in them changes, so
// another pointer need not mean another provider: then contents decide, lest each change of a pool throws away what is
// known of all its providers.
func (e *protocolEntry) serves(pool *userpool.Pool, provider *userpool.IdentityProvider) bool {
	if e.pool == pool && e.provider == provider {
		return true
	}
	return e.pool.At == pool.At && e.provider.Type == provider.Type && e.provider.Modified.Equal(provider.Modified) &&
		maps.Equal(e.provider.Details, provider.Details) && maps.Equal(e.provider.Mapping, provider.Mapping)
}

func (b *Broker) evict() {
	var oldest protocolKey
	lowest := b.uses
	for key, entry := range b.protocols {
		if entry.lastUse < lowest {
			oldest, lowest = key, entry.lastUse
		}
	}
	delete(b.protocols, oldest)
}

func (b *Broker) forget(key protocolKey, entry *protocolEntry) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.protocols[key] == entry {
		delete(b.protocols, key)
	}
}
