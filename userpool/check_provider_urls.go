package userpool

import (
	"net/netip"
	"net/url"
	"strings"
)

// providerURL checks an address that the server itself asks, and that it sends browsers to: what comes back decides who
// somebody is, so it travels over https. Plain http stays within this machine.
func (c *checker) providerURL(path, raw string) {
	if words := providerURLFault(raw); words != "" {
		c.fault(path, "%s", words)
	}
}

func providerURLFault(raw string) string {
	u, err := url.Parse(raw)
	switch {
	case err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http"):
		return "is not a web address: write it in full, beginning with https://"
	case u.User != nil:
		return "must not contain a user name or password"
	case strings.Contains(raw, "#"):
		return "must not have a fragment: remove # and what follows"
	case u.Scheme == "http" && !isLoopback(u.Hostname()):
		return "must begin with https://: plain http is for localhost and loopback addresses only"
	}
	return hostFault(u)
}

func isLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || (err == nil && ip.Unmap().IsLoopback())
}
