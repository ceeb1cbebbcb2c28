package main

import (
	"fmt"
	"time"

	"portico/config"
	"portico/federation/saml"
	"portico/userpool"
)

// samlWarnings says which declared SAML providers have metadata that cannot be used, or will not do for long. Metadata at an
// address is not read: checking a file needs no network.
func samlWarnings(file *config.File, now time.Time) []string {
	var warnings []string
	for i, pool := range file.Pools {
		for j, provider := range pool.Declaration.Providers {
			if userpool.ProviderType(provider.ProviderType) != userpool.TypeSAML {
				continue
			}
			at := fmt.Sprintf("pools[%d].IdentityProviders[%d].ProviderDetails.MetadataFile", i, j)
			warning, err := saml.CheckFile(&userpool.IdentityProvider{Details: provider.ProviderDetails}, now)
			switch {
			case err != nil:
				warnings = append(warnings, fmt.Sprintf("%s: cannot be used: %v", at, err))
			case warning != "":
				warnings = append(warnings, at+": "+warning)
			}
		}
	}
	return warnings
}
