package userpool

import (
	"fmt"
	"net/url"
	"strings"
)

// Catalog is all pools of a server at one moment. It is immutable; the server swaps a new one in when settings change.
type Catalog struct {
	byID   map[ID]*Pool
	byHost map[string]*Pool // "host[:port]" of a pool's domain, lower-cased
}

// NewCatalog files pools by ID and by the host of their domain. Two pools at one host are refused.
func NewCatalog(pools ...*Pool) (*Catalog, error) {
	c := &Catalog{byID: map[ID]*Pool{}, byHost: map[string]*Pool{}}
	for _, p := range pools {
		origin, err := url.Parse(p.At.Origin)
		if err != nil || origin.Host == "" {
			return nil, fmt.Errorf("user pool %s: domain %q is not an origin", p.ID, p.At.Origin)
		}
		host := strings.ToLower(origin.Host)
		if other, taken := c.byHost[host]; taken {
			return nil, fmt.Errorf("user pools %s and %s both live at %s: give one of them a Domain or a CustomDomain", other.ID, p.ID, host)
		}
		if _, taken := c.byID[p.ID]; taken {
			return nil, fmt.Errorf("user pool %s is declared twice", p.ID)
		}
		c.byID[p.ID], c.byHost[host] = p, p
	}
	return c, nil
}

// ByID finds a pool by its ID.
func (c *Catalog) ByID(id ID) (*Pool, bool) { p, ok := c.byID[id]; return p, ok }

// ByHost finds the pool whose domain is served at a host, given as in the Host header. A port that the scheme implies may be
// written out.
func (c *Catalog) ByHost(host string) (*Pool, bool) {
	host = strings.ToLower(host)
	if p, ok := c.byHost[host]; ok {
		return p, true
	}
	for scheme, port := range map[string]string{"https://": ":443", "http://": ":80"} {
		bare, implied := strings.CutSuffix(host, port)
		if p, ok := c.byHost[bare]; implied && ok && strings.HasPrefix(p.At.Origin, scheme) {
			return p, true
		}
	}
	return nil, false
}

// Pools returns all pools, in no order.
func (c *Catalog) Pools() []*Pool {
	pools := make([]*Pool, 0, len(c.byID))
	for _, p := range c.byID {
		pools = append(pools, p)
	}
	return pools
}
