package userpool

import (
	"fmt"
	"maps"
	"slices"
)

// Check reports everything wrong with a declaration, all faults at once: values the user pools API would refuse, and
// settings this version does not honour although ignoring them would weaken the pool. A declaration without faults can
// be assembled. Messages say what to do; they never quote a value that may be secret.
func (d Declaration) Check() []Fault {
	c := newChecker(d)
	c.shapes()
	c.pool()
	c.mfa()
	c.passkeys()
	c.schemaAttributes()
	c.resourceServers()
	c.clients()
	c.terms()
	c.providers()
	c.groups()
	c.users()
	c.brandings()
	c.unsupported()
	return c.faults
}

// Warnings reports settings that are kept and shown again but have no effect in this version, and combinations that
// are allowed but hardly meant. None of them weakens the pool.
func (d Declaration) Warnings() []Fault {
	c := newChecker(d)
	c.withoutEffect()
	c.hardlyMeant()
	c.brandingWarnings()
	return c.faults
}

// checker collects faults.
type checker struct {
	d      Declaration
	schema Schema
	faults []Fault
}

func newChecker(d Declaration) *checker {
	return &checker{d: d, schema: assembleSchema(d.Pool.SchemaAttributes)}
}

func (c *checker) fault(path, format string, args ...any) {
	c.faults = append(c.faults, Fault{Path: path, Message: fmt.Sprintf(format, args...)})
}

// at names an entry of a list, as in Clients[2].
func at(list string, i int) string { return fmt.Sprintf("%s[%d]", list, i) }

// member names a member of an object; the pool itself has no name.
func member(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// once reports values that occur a second time. Missing ones are reported with the members that are required.
func (c *checker) once(first map[string]string, key, path, what string) {
	if key == "" {
		return
	}
	if other, taken := first[key]; taken {
		c.fault(path, "%s is taken by %s: choose another", what, other)
		return
	}
	first[key] = path
}

// mapKeys lists a map's keys in order, so that faults come in the same order every time.
func mapKeys(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }
