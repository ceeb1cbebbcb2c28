package federation

import (
	"fmt"
	"net/netip"
	"slices"
	"syscall"
)

// guard knows which addresses and ports outgoing requests may reach.
type guard struct {
	allowPrivate bool
	anyPort      bool
	never        []netip.Prefix // refused in development too
	private      []netip.Prefix // refused unless allowPrivate
	reserved     []netip.Prefix // inside the ranges of public addresses, but not public
	public6      netip.Prefix   // the only IPv6 range handed out for public use so far (RFC 4291 §2.4)
	nat64        netip.Prefix   // RFC 6052 §2.1: an IPv4 address in the last 32 bits
}

func newGuard(allowPrivate bool) *guard {
	return &guard{
		allowPrivate: allowPrivate,
		anyPort:      allowPrivate,
		// Where clouds answer with a machine's own credentials; none of these is ever an identity provider.
		never: prefixes(
			"169.254.0.0/16", "fe80::/10", // link-local, 169.254.169.254 among them
			"fd00:ec2::/32", "168.63.129.16/32", "100.100.100.200/32", // AWS over IPv6, Azure, Alibaba
			"0.0.0.0/8", "::/128", "224.0.0.0/4", "ff00::/8", "240.0.0.0/4", // this host, multicast, reserved
		),
		private: prefixes(
			"127.0.0.0/8", "::1/128", // loopback
			"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7", // RFC 1918, RFC 4193
			"100.64.0.0/10", // carrier-grade NAT, RFC 6598
		),
		// The IANA special-purpose registries: documentation, benchmarking, protocol assignments, and tunnels that could
		// carry a private address inside (6to4, Teredo).
		reserved: prefixes(
			"192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
			"2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
		),
		public6: netip.MustParsePrefix("2000::/3"),
		nat64:   netip.MustParsePrefix("64:ff9b::/96"),
	}
}

// control is called by the dialer with the resolved address, just before each connection.
func (g *guard) control(_, address string, _ syscall.RawConn) error {
	target, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("%w: %q is no address and port", ErrAddressRefused, address)
	}
	if port := target.Port(); !g.anyPort && port != 80 && port != 443 {
		return fmt.Errorf("%w: port %d is neither 80 nor 443", ErrAddressRefused, port)
	}
	if !g.reaches(target.Addr()) {
		return fmt.Errorf("%w: %s is not a public address", ErrAddressRefused, target.Addr())
	}
	return nil
}

func (g *guard) reaches(ip netip.Addr) bool {
	ip = ip.WithZone("").Unmap() // ::ffff:127.0.0.1 is 127.0.0.1
	if g.nat64.Contains(ip) {
		bytes := ip.As16()
		ip = netip.AddrFrom4([4]byte(bytes[12:]))
	}
	switch {
	case !ip.IsValid(), within(ip, g.never):
		return false
	case within(ip, g.private):
		return g.allowPrivate
	case within(ip, g.reserved):
		return false
	}
	return ip.Is4() || g.public6.Contains(ip)
}

func within(ip netip.Addr, ranges []netip.Prefix) bool {
	return slices.ContainsFunc(ranges, func(p netip.Prefix) bool { return p.Contains(ip) })
}

func prefixes(texts ...string) []netip.Prefix {
	out := make([]netip.Prefix, len(texts))
	for i, text := range texts {
		out[i] = netip.MustParsePrefix(text)
	}
	return out
}
