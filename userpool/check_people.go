package userpool

import (
	"slices"
	"strings"

	"portico/userpool/nearest"
)

func (c *checker) groups() {
	if n := len(c.d.Groups); n > maxGroups {
		c.fault("Groups", "has %d entries: at most %d are allowed", n, maxGroups)
	}
	names := map[string]string{}
	for i, group := range c.d.Groups {
		path := at("Groups", i)
		c.belongs(path, group.UserPoolId)
		c.once(names, deref(group.GroupName), member(path, "GroupName"), "the name")
	}
}

// users checks the declared people by the rules of AdminCreateUser and AdminSetUserPassword.
func (c *checker) users() {
	pool := Assemble(Declaration{Pool: c.d.Pool}, Addresses{})
	names := map[string]string{}
	for i, user := range c.d.Users {
		path := at("Users", i)
		c.once(names, pool.UsernameKey(user.Username), member(path, "Username"), "the user name")
		if words := usernameFault(pool, user.Username); words != "" {
			c.fault(member(path, "Username"), "%s", words)
		}
		c.passwordOf(path, pool.Passwords, user)
		c.attributesOf(path, pool, user)
		c.groupsOf(path, user)
	}
}

// passwordOf: a declared user has one password, for good or for a first sign-in.
func (c *checker) passwordOf(path string, policy PasswordPolicy, user DeclaredUser) {
	switch {
	case user.Password == "" && user.TemporaryPassword == "":
		c.fault(member(path, "Password"), "is missing: every user needs one, or a TemporaryPassword")
	case user.Password != "" && user.TemporaryPassword != "":
		c.fault(member(path, "TemporaryPassword"), "cannot stand beside Password: keep one of the two")
	}
	for _, p := range []struct{ name, given string }{{"Password", user.Password}, {"TemporaryPassword", user.TemporaryPassword}} {
		if words := passwordFault(policy, p.given); words != "" {
			c.fault(member(path, p.name), "%s", words)
		}
	}
}

// usernameFault applies the pool's sign-in settings: with UsernameAttributes the name is an address; beside an alias it
// must not look like one, or one person's name could be another's address.
func usernameFault(pool *Pool, name string) string {
	if name == "" {
		return ""
	}
	looks := map[string]bool{AliasEmail: LooksLikeEmail(name), AliasPhone: LooksLikePhone(name)}
	if len(pool.SignInWith) > 0 {
		for _, kind := range pool.SignInWith {
			if looks[kind] {
				return ""
			}
		}
		return "must be the address people sign in with: " + orList(pool.SignInWith)
	}
	for _, kind := range pool.Aliases {
		if looks[kind] {
			return "must not look like an alias of the pool: write the address as the attribute " + kind
		}
	}
	return ""
}

func passwordFault(policy PasswordPolicy, password string) string {
	if password == "" {
		return ""
	}
	if strings.TrimSpace(password) != password {
		return "must not begin or end with a space"
	}
	var lacks []string
	for _, rule := range policy.Missing(password) {
		lacks = append(lacks, map[PasswordRule]string{
			RuleLength: "more characters", RuleLower: "a small letter", RuleUpper: "a capital letter", RuleNumber: "a digit", RuleSymbol: "a symbol",
		}[rule])
	}
	if len(lacks) == 0 {
		return ""
	}
	return "does not meet the pool's policy: it lacks " + strings.Join(lacks, ", ")
}

func (c *checker) attributesOf(path string, pool *Pool, user DeclaredUser) {
	given := map[string]string{"sub": "made here"}
	for _, kind := range pool.SignInWith {
		if (kind == AliasEmail && LooksLikeEmail(user.Username)) || (kind == AliasPhone && LooksLikePhone(user.Username)) {
			given[kind] = "the user name"
		}
	}
	list := member(path, "UserAttributes")
	seen := map[string]string{}
	for i, a := range user.UserAttributes {
		name, path := deref(a.Name), at(list, i)
		c.once(seen, name, member(path, "Name"), "the attribute")
		if name == "" {
			continue
		}
		given[name] = deref(a.Value)
		if name == "sub" {
			c.fault(member(path, "Name"), "cannot be set: a user's sub is made here")
		} else if _, known := pool.Schema[name]; !known {
			c.unknownAttribute(member(path, "Name"), name)
		} else if a.Value != nil && *a.Value != "" {
			if err := pool.Schema.Check(name, *a.Value); err != nil {
				c.fault(member(path, "Value"), "does not fit: %s", strings.TrimPrefix(err.Error(), name+": "))
			}
		}
	}
	if user.TemporaryPassword != "" {
		return // what is missing is asked for at the first sign-in
	}
	for _, name := range c.attributeNames() {
		if pool.Schema[name].Required && given[name] == "" {
			c.fault(list, "lacks %s, which the pool requires", name)
		}
	}
}

func (c *checker) groupsOf(path string, user DeclaredUser) {
	var known []string
	for _, group := range c.d.Groups {
		known = append(known, deref(group.GroupName))
	}
	for i, name := range user.Groups {
		if slices.Contains(known, name) {
			continue
		}
		path := at(member(path, "Groups"), i)
		if near, ok := nearest.To(name, known); ok {
			c.fault(path, "is no group of the pool: did you mean %s?", near)
			continue
		}
		c.fault(path, "is no group of the pool: declare it under Groups")
	}
}
