package main

import (
	"fmt"
	"time"

	"portico/config"
	"portico/userpool"
)

// factorWarnings says which declared ways to sign in cannot work on this server.
func factorWarnings(file *config.File, now time.Time) ([]string, error) {
	var warnings []string
	addresses := declaredAddresses(file.Server)
	for i, declared := range file.Pools {
		d, err := complete(withOwnClients(declared), file.Server.Region, now)
		if err != nil {
			return nil, err
		}
		pool := userpool.Assemble(d, addresses(d))
		if host := pool.At.Host(); pool.TakesFirst(userpool.FactorPasskey) && !userpool.RelyingPartyFits(pool.RelyingPartyID(), host) {
			warnings = append(warnings, fmt.Sprintf("pools[%d].WebAuthnConfiguration.RelyingPartyId: is neither %s, the host of the pool's pages, nor a domain above it: browsers refuse every passkey", i, host))
		}
		if pool.TakesFirst(userpool.FactorSMSOTP) && !file.Server.SMS.Enabled() {
			warnings = append(warnings, fmt.Sprintf("pools[%d].Policies.SignInPolicy.AllowedFirstAuthFactors: SMS_OTP has no effect: this server sends no text messages; set server.sms", i))
		}
	}
	return warnings, nil
}
