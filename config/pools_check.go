package config

import (
	"fmt"
	"net/netip"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// checkTogether finds what pools must not share, and what a pool asks of the server.
func checkTogether(server Server, pools []Pool, fault report) {
	t := together{server: server, fault: fault, first: map[string]string{}}
	for i, pool := range pools {
		path := fmt.Sprintf("pools[%d].", i)
		t.identity(path, pool)
		t.domain(path, pool.Declaration.Pool)
		t.carriers(path, pool.Declaration)
		if !server.AllowPrivateProviders {
			t.privateProviders(path, pool.Declaration.Providers)
		}
	}
}

type together struct {
	server Server
	fault  report
	first  map[string]string // where a value was seen first, by kind and value
}

func (t *together) once(kind, value, path, advice string) {
	if value == "" {
		return
	}
	key := kind + "\x00" + value
	if other, taken := t.first[key]; taken {
		t.fault(path, "is the same as %s: %s", other, advice)
		return
	}
	t.first[key] = path
}

// identity: the IDs are the keys by which things are found again at the next start. Where there are none, the names are.
func (t *together) identity(path string, pool Pool) {
	api := pool.Declaration.Pool
	if api.Id != nil {
		t.once("pool", *api.Id, path+"Id", "every pool has its own")
	} else {
		t.once("pool without ID", value(api.Name), path+"Name", "pools without an Id are found again by name; give them Ids or other names")
	}
	names := map[string]int{}
	for i, c := range pool.Declaration.Clients {
		at := fmt.Sprintf("%sClients[%d].", path, i)
		if c.ClientId != nil {
			// Two within one pool are the pool's own fault.
			if !strings.HasPrefix(t.first["client\x00"+*c.ClientId], path) {
				t.once("client", *c.ClientId, at+"ClientId", "every app client has its own, whatever its pool")
			}
			continue
		}
		if other, taken := names[value(c.ClientName)]; taken && c.ClientName != nil {
			t.fault(at+"ClientName", "is the same as that of Clients[%d]: clients without a ClientId are found again by name; give them ClientIds or other names", other)
			continue
		}
		names[value(c.ClientName)] = i
	}
}

// domain: a pool is found by the host of a request, so each has a host of its own.
func (t *together) domain(path string, api types.UserPoolType) {
	prefix, custom := value(api.Domain), value(api.CustomDomain)
	member := "Domain"
	if custom != "" {
		member = "CustomDomain"
	}
	server := t.server
	if server.URL.Host == "" {
		server.URL = url.URL{Scheme: "http", Host: "localhost"}
	}
	if _, err := netip.ParseAddr(server.URL.Hostname()); err == nil && prefix != "" && custom == "" {
		t.fault(path+member, "needs a server.url with a host name: nothing can live below an address")
		return
	}
	host := strings.ToLower(server.Addresses("", prefix, custom).Origin)
	switch other, taken := t.first["host\x00"+host]; {
	case !taken:
		t.first["host\x00"+host] = path
	case prefix == "" && custom == "":
		t.fault(path+"Domain", "is missing: %s lives at the server's own host already; give this pool a Domain or a CustomDomain", strings.TrimSuffix(other, "."))
	default:
		t.fault(path+member, "is the host of %s already: every pool has its own", strings.TrimSuffix(other, "."))
	}
}

// privateProviders: requests to such addresses are refused (server-side request forgery), so the provider could never
// be reached. Names that lead to such addresses are found when they are looked up.
func (t *together) privateProviders(path string, providers []types.IdentityProviderType) {
	for i, p := range providers {
		for _, key := range []string{"oidc_issuer", "token_url", "attributes_url", "jwks_uri", "portico_base_url", "MetadataURL"} {
			u, err := url.Parse(p.ProviderDetails[key])
			if err != nil || u.Host == "" || !private(u.Hostname()) {
				continue
			}
			t.fault(fmt.Sprintf("%sIdentityProviders[%d].ProviderDetails.%s", path, i, key),
				"is on this machine or a private network: set server.allow_private_providers to true if that is meant")
		}
	}
}

func private(host string) bool {
	ip, err := netip.ParseAddr(host)
	return loopback(host) || (err == nil && (ip.Unmap().IsPrivate() || ip.Unmap().IsLinkLocalUnicast()))
}

func value(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}
