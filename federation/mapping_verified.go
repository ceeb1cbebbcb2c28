package federation

import "slices"

// verifiedSuffix makes the name of the flag that belongs to an address: email_verified, phone_number_verified.
const verifiedSuffix = "_verified"

// verifiedFlag decides whether an address counts as verified after this sign-in. The flag vouches for an address, so it is
// never taken on without the address it is about; otherwise a provider's word on one address would verify another, which
// the person may have typed in here, and with it whatever is found by that address.
func (m *mapper) verifiedFlag(address string) error {
	flag := m.schema[address+verifiedSuffix]
	if slices.Contains(m.change.Remove, address) {
		if _, stored := m.current[flag.Name]; stored {
			m.change.Remove = append(m.change.Remove, flag.Name)
		}
		return nil
	}
	if _, mapped := m.provider.Mapping[address]; !mapped || flag.Name == "" || !m.writable(m.schema[address]) {
		return nil
	}
	if !m.synced(address) {
		return nil // the stored address is not this provider's any more, so its word on it is worth nothing
	}
	_, changed := m.change.Set[address]
	_, stored := m.current[address]
	if _, mapped := m.provider.Mapping[flag.Name]; !mapped {
		// Cognito resets the flag at each sign-in, also of a linked user whose address had been verified here.
		if changed || stored {
			return m.set(flag, "false")
		}
		return nil
	}
	if _, came := m.asserted(address); !came {
		return nil
	}
	said, came := m.asserted(flag.Name)
	switch {
	case came && (changed || stored):
		return m.set(flag, said)
	case changed:
		// The provider gives a new address and does not say that it is verified; what is stored is about the old one.
		return m.set(flag, "false")
	}
	return nil
}
