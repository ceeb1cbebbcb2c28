package directory

import (
	"context"
	"net/netip"
)

type callerKey struct{}

// WithCaller says from which address a person asks, so that rates can tell callers apart. Without it, or with a text that is
// no address, only the rates of accounts hold.
func WithCaller(ctx context.Context, address string) context.Context {
	return context.WithValue(ctx, callerKey{}, network(address))
}

// caller is the network of whoever asks; empty if unknown.
func caller(ctx context.Context) string {
	name, _ := ctx.Value(callerKey{}).(string)
	return name
}

// network is what one customer of a provider mostly has: an IPv4 address, or the /64 that an IPv6 address is of. Counting
// single IPv6 addresses would count nothing: whoever has one has 2^64. This machine is nobody's network: there stands a proxy
// that the server was not told of, and one bucket for everybody behind it would keep everybody out.
func network(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil || ip.Unmap().IsLoopback() {
		return ""
	}
	ip = ip.Unmap().WithZone("")
	if ip.Is4() {
		return ip.String()
	}
	return netip.PrefixFrom(ip, 64).Masked().String()
}
