package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"portico/federation/practice"
	"portico/templates"
	"portico/userpool"
)

// What the practice providers know of Portico. Both ends of it are on this machine.
const (
	devOIDC         = "Harbor"    // practice OpenID provider
	devSAML         = "Northwind" // practice SAML provider
	devOIDCClient   = "portico"
	devOIDCSecret   = "practice-secret-of-portico"
	devAppleTeam    = "PRACTICE01"
	devAppleKey     = "PRACTICE02"
	devAppleKeyFile = "apple.p8"
	devAmazonScopes = "profile postal_code"
	devAppleScopes  = "name email"
	devOpenIDScopes = "openid email profile"
	devGraphScopes  = "public_profile,email"
)

// devProvider is a practice provider and what the seeded pool declares of it.
type devProvider struct {
	part    string // of devParts
	shown   string // its name on pages
	kind    string // in the printed text
	note    string // what there is to try
	mark    templates.Mark
	address string
	handler interface {
		http.Handler
		Close()
	}
	declared types.IdentityProviderType
}

// practice makes the practice providers, in the order of the sign-in page, and makes them known to the pool's addresses.
// Social providers are named as their type is: the API takes no other name.
func (d *development) practice(at userpool.Addresses) error {
	pages := practice.Pages{App: devApp, Links: []templates.Link{{Text: "Portico home", Href: d.home + "/"}}}
	options := practice.Options{
		ClientID: devOIDCClient, ClientSecret: devOIDCSecret, RedirectURIs: []string{at.URL(userpool.PathIDPResponse)}, Pages: pages, Now: time.Now,
	}
	for _, begin := range []func(practice.Options) error{d.google, d.apple, d.facebook, d.amazon, d.harbor} {
		if err := begin(options); err != nil {
			return err
		}
	}
	return d.northwind(pages, at)
}

func (d *development) google(o practice.Options) error {
	p, err := practice.NewGoogle(practice.GoogleOptions{Options: o})
	return d.social(devProvider{part: "google", shown: "Google", note: "OIDC, some with a Workspace domain", mark: templates.MarkGoogle}, userpool.TypeGoogle, p, err,
		map[string]string{"client_id": o.ClientID, "client_secret": o.ClientSecret, "authorize_scopes": devOpenIDScopes},
		withNames("given_name", "family_name", map[string]string{"email_verified": "email_verified", "picture": "picture"}))
}

func (d *development) apple(o practice.Options) error {
	key, text, err := appleKey(filepath.Join(d.folder, devAppleKeyFile))
	if err != nil {
		return err
	}
	o.ClientSecret = ""
	p, err := practice.NewApple(practice.AppleOptions{Options: o, TeamID: devAppleTeam, KeyID: devAppleKey, PublicKey: &key.PublicKey})
	return d.social(devProvider{part: "apple", shown: "Apple", note: "OIDC, answers by a post, names once", mark: templates.MarkApple}, userpool.TypeApple, p, err,
		map[string]string{
			"client_id": o.ClientID, "team_id": devAppleTeam, "key_id": devAppleKey, "private_key": text, "authorize_scopes": devAppleScopes,
		},
		withNames("firstName", "lastName", map[string]string{"email_verified": "email_verified"}))
}

func (d *development) facebook(o practice.Options) error {
	p, err := practice.NewFacebook(practice.FacebookOptions{Options: o})
	return d.social(devProvider{part: "facebook", shown: "Facebook", note: "OAuth 2.0, some without an email", mark: templates.MarkFacebook}, userpool.TypeFacebook, p, err,
		map[string]string{"client_id": o.ClientID, "client_secret": o.ClientSecret, "authorize_scopes": devGraphScopes},
		withNames("first_name", "last_name", map[string]string{"picture": "picture"}))
}

// amazon knows one name, and the pool requires two: both are that name, as there is nothing better.
func (d *development) amazon(o practice.Options) error {
	p, err := practice.NewAmazon(practice.AmazonOptions{Options: o})
	return d.social(devProvider{part: "amazon", shown: "Amazon", note: "OAuth 2.0, asks for the profile", mark: templates.MarkAmazon}, userpool.TypeAmazon, p, err,
		map[string]string{"client_id": o.ClientID, "client_secret": o.ClientSecret, "authorize_scopes": devAmazonScopes},
		withNames("name", "name", nil))
}

func (d *development) social(p devProvider, kind userpool.ProviderType, twin *practice.Social, err error, details, mapping map[string]string) error {
	if err != nil {
		return err
	}
	p.kind, p.address, p.handler = string(kind), d.addressOf(p.part), twin
	if err := twin.SetBaseURL(p.address); err != nil {
		return err
	}
	maps.Copy(details, twin.Addresses())
	p.declared = types.IdentityProviderType{
		ProviderName: new(string(kind)), ProviderType: types.IdentityProviderTypeType(kind), ProviderDetails: details, AttributeMapping: mapping,
	}
	d.twins = append(d.twins, p)
	return nil
}

// harbor signs people out too, so that a sign-out in the demo app can be watched going all the way.
func (d *development) harbor(o practice.Options) error {
	address := d.addressOf("oidc")
	p, err := practice.NewOIDC(practice.OIDCOptions{
		Name: devOIDC, ClientID: o.ClientID, ClientSecret: o.ClientSecret, Pages: o.Pages, Now: o.Now, RedirectURIs: o.RedirectURIs,
		LogoutURIs: []string{d.home + userpool.PathIDPLogout},
	})
	if err != nil {
		return err
	}
	if err := p.SetIssuer(address); err != nil {
		return err
	}
	d.twins = append(d.twins, devProvider{part: "oidc", shown: devOIDC, kind: "OIDC", note: "OIDC", address: address, handler: p, declared: types.IdentityProviderType{
		ProviderName: new(devOIDC), ProviderType: types.IdentityProviderTypeTypeOidc,
		AttributeMapping: withNames("given_name", "family_name", map[string]string{"email_verified": "email_verified"}),
		ProviderDetails: map[string]string{
			"client_id": o.ClientID, "client_secret": o.ClientSecret, "oidc_issuer": address,
			"authorize_scopes": devOpenIDScopes, "attributes_request_method": "GET", "IDPSignout": "true",
		},
	}})
	return nil
}

func (d *development) northwind(pages practice.Pages, at userpool.Addresses) error {
	address := d.addressOf("saml")
	p, err := practice.NewSAML(practice.SAMLOptions{Name: devSAML, Pages: pages, Now: time.Now})
	if err != nil {
		return err
	}
	if err := p.SetBaseURL(address); err != nil {
		return err
	}
	d.twins = append(d.twins, devProvider{part: "saml", shown: devSAML, kind: "SAML", note: "SAML 2.0", address: address, handler: p, declared: types.IdentityProviderType{
		ProviderName: new(devSAML), ProviderType: types.IdentityProviderTypeTypeSaml,
		AttributeMapping: withNames("given_name", "family_name", nil),
		ProviderDetails:  map[string]string{"MetadataURL": p.EntityID()},
		IdpIdentifiers:   []string{"northwind.example"},
	}})
	return p.Register(userpool.ID(devPool).EntityID(), at.URL(userpool.PathSAMLResponse))
}

// withNames maps what every provider has, under its names of a given and a family name, and more.
func withNames(given, family string, more map[string]string) map[string]string {
	mapping := map[string]string{"email": "email", "name": "name", "given_name": given, "family_name": family}
	maps.Copy(mapping, more)
	return mapping
}

// appleKey reads the key with which Portico proves itself to the practice Apple, or makes it: a .p8 file, as Apple gives out.
func appleKey(file string) (*ecdsa.PrivateKey, string, error) {
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		if text, err = newAppleKey(); err == nil {
			err = os.WriteFile(file, text, 0o600)
		}
	}
	if err != nil {
		return nil, "", err
	}
	key, err := userpool.ParseProviderKey(string(text))
	if err != nil {
		return nil, "", fmt.Errorf("%s: %w", file, err)
	}
	private, ok := key.(*ecdsa.PrivateKey)
	if !ok {
		return nil, "", fmt.Errorf("%s: not a key on P-256", file)
	}
	return private, string(text), nil
}

func newAppleKey() ([]byte, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), nil
}

// providers are the practice providers as the pool declares them, at today's ports.
func (d *development) providers() []types.IdentityProviderType {
	var list []types.IdentityProviderType
	for _, p := range d.twins {
		list = append(list, p.declared)
	}
	return list
}

// fitProviders puts the practice providers of a declaration where they are today. To a pool that was seeded before there were
// social ones, these are added, for the clients too that people sign in through.
func fitProviders(declared *userpool.Declaration, today []types.IdentityProviderType) {
	before := providerNames(declared.Providers)
	old := !slices.ContainsFunc(declared.Providers, func(p types.IdentityProviderType) bool { return social(p) })
	for _, current := range today {
		if at := slices.Index(before, *current.ProviderName); at >= 0 {
			declared.Providers[at].ProviderDetails = current.ProviderDetails
		} else if old && social(current) {
			current.UserPoolId, current.CreationDate, current.LastModifiedDate = declared.Pool.Id, declared.Pool.CreationDate, declared.Pool.LastModifiedDate
			declared.Providers = append(declared.Providers, current)
		}
	}
	if added := providerNames(declared.Providers)[len(before):]; len(added) > 0 {
		for i := range declared.Clients {
			c := &declared.Clients[i]
			if slices.Contains(c.SupportedIdentityProviders, devOIDC) {
				c.SupportedIdentityProviders = slices.Insert(slices.Clone(c.SupportedIdentityProviders), 1, added...)
			}
		}
	}
}

func social(p types.IdentityProviderType) bool {
	return p.ProviderType != types.IdentityProviderTypeTypeOidc && p.ProviderType != types.IdentityProviderTypeTypeSaml
}

func providerNames(list []types.IdentityProviderType) []string {
	var names []string
	for _, p := range list {
		names = append(names, *p.ProviderName)
	}
	return names
}
