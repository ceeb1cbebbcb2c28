package federation

import (
	"maps"
	"slices"

	"portico/userpool"
)

// Change is what a sign-in changes of a user's attributes. Values that stay as they are stored are not in it.
type Change struct {
	Set    map[string]string // never nil
	Remove []string          // by name, in order
}

// Map turns an assertion into a change of attributes, by the provider's attribute mapping and Cognito's rules for it
// (Developer Guide, "Mapping IdP attributes to profiles and tokens").
//
// current holds the stored attributes; it is nil exactly at the first sign-in, which creates the user, and not nil, though
// perhaps empty, for a user who exists. A failure is an *Error in Cognito's words; its texts name attributes, never values.
func Map(a Assertion, pool *userpool.Pool, provider *userpool.IdentityProvider, client *userpool.AppClient, current map[string]string) (Change, error) {
	m := &mapper{
		assertion: a, schema: pool.Schema, provider: provider, client: client, current: current,
		change: Change{Set: map[string]string{}},
	}
	for _, name := range slices.Sorted(maps.Keys(provider.Mapping)) {
		if err := m.attribute(name); err != nil {
			return Change{}, err
		}
	}
	for _, address := range []string{userpool.AliasEmail, userpool.AliasPhone} {
		if err := m.verifiedFlag(address); err != nil {
			return Change{}, err
		}
	}
	if current == nil {
		if err := m.requirements(); err != nil {
			return Change{}, err
		}
	}
	slices.Sort(m.change.Remove)
	return m.change, nil
}

// mapper is one run of Map.
type mapper struct {
	assertion Assertion
	schema    userpool.Schema
	provider  *userpool.IdentityProvider
	client    *userpool.AppClient
	current   map[string]string
	change    Change
}

// attribute applies one entry of the mapping.
func (m *mapper) attribute(name string) error {
	switch name {
	case "username", "sub":
		// Every provider made in Cognito's console maps username; the user name comes from the subject alone all the same.
		// sub is the pool's own.
		return nil
	case userpool.AliasEmail + verifiedSuffix, userpool.AliasPhone + verifiedSuffix:
		return nil // decided together with the address, in verifiedFlag
	}
	value, present := m.asserted(name)
	if !present || !m.synced(name) {
		return nil // absent this time, or not to be written any more: the stored value is kept
	}
	attribute, known := m.schema[name]
	if !known {
		return m.refuse(m.schema.Check(name, value).Error(), "%s is not in the schema", name)
	}
	if !m.writable(attribute) {
		return nil
	}
	if blank(value) {
		return m.remove(attribute)
	}
	return m.set(attribute, value)
}

// asserted returns the text a mapped attribute gets from the assertion.
func (m *mapper) asserted(name string) (value string, present bool) {
	claim, mapped := m.provider.Mapping[name]
	if !mapped {
		return "", false
	}
	values, present := m.assertion.Claims[claim]
	if !present {
		return "", false
	}
	return joined(values), true
}

// writable reports whether a sign-in through this client may write an attribute. Where it may not, the attribute is left
// out and the sign-in goes on: Cognito's two documents disagree (the API reference has an error, the newer Developer Guide
// says that it is skipped), and an app's list should not lock people out. Required attributes are always writable.
func (m *mapper) writable(attribute userpool.Attribute) bool {
	return !attribute.DeveloperOnly && (attribute.Required || m.client.CanWrite(attribute.Name))
}

func (m *mapper) set(attribute userpool.Attribute, value string) error {
	value = normalised(attribute, value)
	if stored, ok := m.current[attribute.Name]; ok && stored == value {
		return nil
	}
	if m.current != nil && !attribute.Mutable {
		return m.immutable(attribute.Name)
	}
	if !storable(value) {
		return m.refuse(attribute.Name+": Attribute value contains characters that are not supported.", "%s holds unsupported characters", attribute.Name)
	}
	if err := m.schema.Check(attribute.Name, value); err != nil {
		return m.refuse(err.Error(), "%s does not fit the schema", attribute.Name)
	}
	m.change.Set[attribute.Name] = value
	return nil
}

func (m *mapper) remove(attribute userpool.Attribute) error {
	if _, stored := m.current[attribute.Name]; !stored {
		return nil
	}
	if attribute.Required {
		return m.refuse(attribute.Name+": Required attribute cannot be deleted", "%s is required but came blank", attribute.Name)
	}
	if !attribute.Mutable {
		return m.immutable(attribute.Name)
	}
	m.change.Remove = append(m.change.Remove, attribute.Name)
	return nil
}

// requirements are checked when the user is created; a required attribute cannot get lost afterwards.
func (m *mapper) requirements() error {
	for _, name := range slices.Sorted(maps.Keys(m.schema)) {
		if _, set := m.change.Set[name]; m.schema[name].Required && name != "sub" && !set {
			return m.refuse(name+": The attribute is required", "%s is required and did not come", name)
		}
	}
	return nil
}

func (m *mapper) immutable(name string) error {
	// Cognito's text ends in a newline and a space here, and apps compare it.
	return m.refuse(name+": Attribute cannot be updated.\n ", "%s is immutable and came with another value", name)
}

func (m *mapper) refuse(description, format string, args ...any) error {
	description = "Invalid user attributes: " + description
	if m.provider.Type == userpool.TypeSAML {
		description = "Invalid SAML response received: " + description
	}
	return Refuse("attributes", description, format, args...)
}
