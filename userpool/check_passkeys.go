package userpool

import (
	"strings"

	"golang.org/x/net/publicsuffix"
)

// passkeys checks the domain that the pool's passkeys are bound to. Browsers refuse any that is not the host of the pages or above
// it, and public suffixes, where anybody could ask for the passkeys of others (Web Authentication §5.1.3 step 8).
func (c *checker) passkeys() {
	w := c.d.Factors.WebAuthnConfiguration
	if w == nil || w.RelyingPartyId == nil {
		return
	}
	const path = "WebAuthnConfiguration.RelyingPartyId"
	id := *w.RelyingPartyId
	suffix, _ := publicsuffix.PublicSuffix(id)
	switch {
	case len(id) > MaxRelyingPartyID:
		c.fault(path, "is too long: at most %d characters are allowed", MaxRelyingPartyID)
	case id == "localhost":
	case !hostName(id):
		c.fault(path, "is not a host name: write a full name in small letters, without scheme, port or path, as in auth.example.com")
	case suffix == id:
		c.fault(path, "is a name below which anybody can get one of their own: write a name of yours below it")
	case c.d.Pool.CustomDomain != nil && !RelyingPartyFits(id, *c.d.Pool.CustomDomain):
		c.fault(path, "is neither CustomDomain nor a domain above it: browsers would refuse every passkey")
	}
}

// RelyingPartyFits reports whether passkeys that are bound to a domain work on pages of a host.
func RelyingPartyFits(id, host string) bool { return id == host || strings.HasSuffix(host, "."+id) }
