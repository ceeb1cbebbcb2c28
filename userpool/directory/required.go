package directory

import (
	"strings"

	"portico/userpool"
)

// MissingRequired are the attributes the pool requires and the user lacks, in the order of Cognito's documentation. Whether
// an address is verified is not the person's to say, so that is never among them.
func MissingRequired(pool *userpool.Pool, user userpool.User) []string {
	var missing []string
	for _, name := range userpool.StandardAttributes {
		if pool.Schema[name].Required && !strings.HasSuffix(name, "_verified") && user.Attributes[name] == "" {
			missing = append(missing, name)
		}
	}
	return missing
}

// whole fails with *AttributeError for a user who lacks a required attribute.
func whole(pool *userpool.Pool, user userpool.User) error {
	for _, name := range MissingRequired(pool, user) {
		return &AttributeError{name, "This is needed."}
	}
	return nil
}
