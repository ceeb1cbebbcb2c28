package practice

import (
	"net/http"
	"sync"
)

// premises are what every provider has: an address, routes, and the faults of the day.
type premises struct {
	routes  http.Handler
	patient patience

	mu     sync.Mutex
	base   string // mu owns it
	faults Faults // mu owns it
}

// ServeHTTP answers 503 until the provider knows its address.
func (p *premises) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if p.address() == "" {
		http.Error(w, "the provider does not know its address yet", http.StatusServiceUnavailable)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	p.routes.ServeHTTP(w, r)
}

func (p *premises) setBase(address string) error {
	base, err := baseURL(address)
	if err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.base = base
	return nil
}

func (p *premises) address() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.base
}

// SetFaults changes what goes wrong from now on. Codes that were issued keep the faults they were issued with.
func (p *premises) SetFaults(f Faults) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.faults = f
}

func (p *premises) currentFaults() Faults {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.faults
}

// Close lets go of the requests that NeverAnswers holds, so that a server can shut down.
func (p *premises) Close() { p.patient.close() }
