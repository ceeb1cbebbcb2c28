package userpool

import (
	"fmt"
	"regexp"
)

// maxStyles is Cognito's quota of managed login's styles in a pool.
const maxStyles = 20

// brandingID is the form of a style's ID: a UUID of version 4.
var brandingID = regexp.MustCompile(`^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-4[0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}$`)

// brandings checks how pages look.
func (c *checker) brandings() {
	seen := map[string]string{}
	for i, u := range c.d.UICustomizations {
		path := at("UICustomizations", i)
		c.looksLike(seen, path, u.ClientId)
		if u.CSS == "" && len(u.ImageFile) == 0 {
			c.fault(path, "sets nothing: give CSS, ImageFile or both")
		}
		_, report := u.compile()
		for _, f := range report.Faults {
			c.fault(member(path, f.Path), "%s", f.Message)
		}
	}
	seen, ids := map[string]string{}, map[string]string{}
	if n := len(c.d.ManagedLoginBrandings); n > maxStyles {
		c.fault("ManagedLoginBrandings", "has %d entries: at most %d are allowed", n, maxStyles)
	}
	for i, m := range c.d.ManagedLoginBrandings {
		path := at("ManagedLoginBrandings", i)
		c.looksLike(seen, path, m.ClientId)
		if id := m.ManagedLoginBrandingId; id != "" {
			c.once(ids, id, member(path, "ManagedLoginBrandingId"), "the ID")
			if !brandingID.MatchString(id) {
				c.fault(member(path, "ManagedLoginBrandingId"), "is not a UUID of version 4: leave it out, and one is made")
			}
		}
		if m.UseCognitoProvidedValues && (len(m.Settings) > 0 || len(m.Assets) > 0) {
			c.fault(member(path, "UseCognitoProvidedValues"), "stands alone: remove it, or Settings and Assets")
		}
		_, report := m.compile()
		for _, f := range report.Faults {
			c.fault(member(path, f.Path), "%s", f.Message)
		}
	}
}

// looksLike checks whose look this is: a client has one of each kind.
func (c *checker) looksLike(seen map[string]string, path, client string) {
	path = member(path, "ClientId")
	if client == "" {
		c.fault(path, "is missing: write a client's ID or name, or ALL")
		return
	}
	key := client
	if client != AllClients {
		i, err := findClient(c.d.Clients, client)
		if err != nil {
			c.fault(path, "%s", err)
			return
		}
		key = fmt.Sprint(i)
	}
	c.once(seen, key, path, "the look of this client")
}

// brandingWarnings are colours that gave way, and settings without effect.
func (c *checker) brandingWarnings() {
	for i, u := range c.d.UICustomizations {
		_, report := u.compile()
		for _, f := range report.Warnings {
			c.fault(member(at("UICustomizations", i), f.Path), "%s", f.Message)
		}
	}
	managed := map[string]bool{}
	for i, m := range c.d.ManagedLoginBrandings {
		_, report := m.compile()
		for _, f := range report.Warnings {
			c.fault(member(at("ManagedLoginBrandings", i), f.Path), "%s", f.Message)
		}
		managed[m.ClientId] = true
	}
	for i, u := range c.d.UICustomizations {
		if managed[u.ClientId] {
			c.fault(at("UICustomizations", i), "is not shown: ManagedLoginBrandings has a style for the same client")
		}
	}
}
