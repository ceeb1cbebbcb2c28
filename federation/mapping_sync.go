package federation

// syncPrefix begins the names of provider details that say when a mapped attribute is written: portico_sync_<attribute>.
const syncPrefix = "portico_sync_"

// synced reports whether this sign-in writes a mapped attribute at all. Cognito writes at each sign-in (always, the
// default); an operator may let people keep what they changed here:
//
//	first_sign_in  only when the user is created
//	when_empty     as long as there is no value
func (m *mapper) synced(name string) bool {
	switch m.provider.Details[syncPrefix+name] {
	case "first_sign_in":
		return m.current == nil
	case "when_empty":
		return blank(m.current[name])
	}
	return true
}
