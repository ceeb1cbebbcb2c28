package config

import (
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"portico/userpool"
)

// poolDocument is an entry of pools: the members of UserPoolType, so that what describe-user-pool prints can be pasted
// in, the two that CreateUserPool names differently, those that only GetUserPoolMfaConfig shows,
// one of CloudFormation's, and the parts of the pool.
type poolDocument struct {
	types.UserPoolType
	userpool.FactorDocument
	PoolName *string                     // Name
	Schema   []types.SchemaAttributeType // SchemaAttributes
	// EnabledMfas is CloudFormation's; see enabledMFAs.
	EnabledMfas []string

	Clients           []clientDocument
	IdentityProviders []types.IdentityProviderType
	ResourceServers   []types.ResourceServerType
	Groups            []types.GroupType
	Users             []userpool.DeclaredUser

	UICustomizations      []classicDocument
	ManagedLoginBrandings []managedDocument
}

// clientDocument is an app client: UserPoolClientType, CreateUserPoolClient's wish for a secret, and the terms of CreateTerms.
type clientDocument struct {
	types.UserPoolClientType
	GenerateSecret bool
	Terms          []types.TermsType
}

// placeholder stands for a secret that is going to be made, so that checks find one.
const placeholder = "a_secret_will_be_generated"

// assemblePools turns documents into declarations and checks each.
func assemblePools(documents []poolDocument, root *node, files filesReader, found, warned *faults) []Pool {
	pools := make([]Pool, len(documents))
	for i, document := range documents {
		path := fmt.Sprintf("pools[%d]", i)
		fault := root.reporter(path, found)
		pools[i] = document.pool(files, fault)
		declared := pools[i].Declaration
		declared.Clients = withPlaceholders(pools[i])
		for _, f := range declared.Check() {
			fault(f.Path, "%s", f.Message)
		}
		warning := root.reporter(path, warned)
		for _, f := range declared.Warnings() {
			warning(f.Path, "%s", f.Message)
		}
	}
	return pools
}

func (p poolDocument) pool(files filesReader, fault report) Pool {
	looks := &looksReader{files: files, fault: fault}
	made := Pool{GenerateSecret: map[int]bool{}, Declaration: userpool.Declaration{
		Pool: p.UserPoolType, Factors: p.FactorDocument, Providers: p.IdentityProviders, ResourceServers: p.ResourceServers, Groups: p.Groups, Users: p.Users,
		UICustomizations: looks.classic(p.UICustomizations), ManagedLoginBrandings: looks.managed(p.ManagedLoginBrandings),
	}}
	api := &made.Declaration.Pool
	if p.PoolName != nil {
		if api.Name != nil {
			fault("PoolName", "is the same setting as Name: keep one of the two")
		}
		api.Name = p.PoolName
	}
	if p.Schema != nil {
		if api.SchemaAttributes != nil {
			fault("Schema", "is the same setting as SchemaAttributes: keep one of the two")
		}
		api.SchemaAttributes = p.Schema
	}
	p.enabledMFAs(&made.Declaration.Factors, fault)
	for i, c := range p.Clients {
		made.Declaration.Clients = append(made.Declaration.Clients, c.UserPoolClientType)
		if len(c.Terms) > 0 {
			made.terms(i, c.Terms)
		}
		if !c.GenerateSecret {
			continue
		}
		if c.ClientSecret != nil {
			fault(fmt.Sprintf("Clients[%d].GenerateSecret", i), "cannot stand beside ClientSecret: keep one of the two")
		}
		made.GenerateSecret[i] = true
	}
	return made
}

func (p *Pool) terms(client int, documents []types.TermsType) {
	if p.Declaration.Terms == nil {
		p.Declaration.Terms = map[int][]types.TermsType{}
	}
	p.Declaration.Terms[client] = documents
}

func withPlaceholders(p Pool) []types.UserPoolClientType {
	clients := append([]types.UserPoolClientType(nil), p.Declaration.Clients...)
	for i := range clients {
		if text := placeholder; p.GenerateSecret[i] && clients[i].ClientSecret == nil {
			clients[i].ClientSecret = &text
		}
	}
	return clients
}
