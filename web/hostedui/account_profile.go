package hostedui

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"portico/templates"
	"portico/userpool"
	"portico/userpool/directory"
	"portico/userpool/login"
	"portico/words"
)

// profileSection draws what is known of the visitor: the attributes that the app may read.
func (p *Pages) profileSection(r *http.Request, v *login.Visitor) (templates.Section, error) {
	w := said(r)
	section := templates.Section{
		ID: "profile", Heading: w.Say("account.profile.heading"), Text: w.Say("account.profile.text", "app", v.Client.Name),
	}
	for _, name := range shown(v) {
		waits, err := p.Directory.Waiting(r.Context(), v.Pool, v.User.Sub, name)
		if err != nil {
			return section, err
		}
		section.Rows = append(section.Rows, p.profileRow(w, v, name, waits))
	}
	return section, nil
}

// shown are the attributes of the page, in its order: those with a value, and those that are likely to get one. A pool has
// every standard attribute whether it wants it or not, so an empty one is shown only where somebody has asked for it.
func shown(v *login.Visitor) []string {
	order := []string{"name", "given_name", "family_name", userpool.AliasEmail, userpool.AliasPhone}
	for _, name := range userpool.StandardAttributes {
		if !slices.Contains(order, name) && name != "updated_at" && !strings.HasSuffix(name, "_verified") {
			order = append(order, name)
		}
	}
	var custom []string
	for name, attribute := range v.Pool.Schema {
		if strings.HasPrefix(name, "custom:") && !attribute.DeveloperOnly {
			custom = append(custom, name)
		}
	}
	slices.Sort(custom)
	return slices.DeleteFunc(append(order, custom...), func(name string) bool {
		return !v.Client.CanRead(name) || (v.User.Attributes[name] == "" && !wanted(v, name))
	})
}

// wanted reports whether an attribute without a value is shown, so that the visitor can give one.
func wanted(v *login.Visitor, name string) bool {
	if !editable(v, name) {
		return false
	}
	attribute := v.Pool.Schema[name]
	switch name {
	case "name":
		return v.User.FullName() == ""
	case userpool.AliasEmail:
		return true
	case userpool.AliasPhone:
		if slices.Contains(slices.Concat(v.Pool.AutoVerify, v.Pool.RecoverBy, v.Pool.SignInWith, v.Pool.Aliases), name) {
			return true
		}
	}
	return attribute.Required || strings.HasPrefix(name, "custom:") || slices.Contains(v.Client.Write, name)
}

// editable reports whether the visitor may change an attribute here: by the rules of the pool and the app, and not where the
// provider that the account comes from says it at every sign-in.
func editable(v *login.Visitor, name string) bool {
	return fromProvider(v, name) == "" && directory.Writable(v.Pool, v.Client, name)
}

// fromProvider is the provider that says an attribute of a person who is known through it alone; empty for others.
func fromProvider(v *login.Visitor, name string) string {
	if v.User.Status != userpool.ExternalProvider {
		return ""
	}
	for _, identity := range v.User.Identities {
		provider, ok := v.Pool.Provider(identity.Provider)
		if !ok {
			continue
		}
		if _, mapped := provider.Mapping[name]; mapped {
			return label(provider)
		}
	}
	return ""
}

func (p *Pages) profileRow(w words.Words, v *login.Visitor, name, waits string) templates.Row {
	field := profileField(w, v.Pool, name, "")
	value := v.User.Attributes[name]
	row := templates.Row{Label: field.Label, Title: value, LTR: field.Type == "email" || field.Type == "tel" || field.Type == "url"}
	if value == "" {
		row.Title = w.Say("account.profile.none")
		row.LTR = false
	}
	contact := name == userpool.AliasEmail || name == userpool.AliasPhone
	verified := v.User.Attributes[name+"_verified"] == "true"
	switch {
	case !contact || value == "":
	case verified:
		row.Badge = &templates.Badge{Kind: templates.BadgeGood, Text: w.Say("account.verified")}
	default:
		row.Badge = &templates.Badge{Kind: templates.BadgeCare, Text: w.Say("account.unverified")}
	}
	if provider := fromProvider(v, name); provider != "" {
		row.Line = w.Say("account.profile.from", "provider", provider)
		return row
	}
	verify := templates.RowButton{Text: w.Say("account.verify"), About: field.Label, Href: v.ToPage(login.PageVerify, name)}
	switch {
	case waits != "":
		row.Line = w.Say("account.profile.waits", "value", waits)
		row.Buttons = []templates.RowButton{verify}
	case contact && value != "" && !verified && p.Directory.Reaches(name):
		row.Buttons = []templates.RowButton{verify}
	case editable(v, name):
		row.Buttons = []templates.RowButton{{Text: w.Say("account.edit"), About: field.Label, Href: v.ToPage(login.PageEdit, name)}}
	}
	return row
}

// profileField is the input of an attribute, in its type and with its limits.
func profileField(w words.Words, pool *userpool.Pool, name, value string) templates.Field {
	attribute := pool.Schema[name]
	f := attributeField(w, name, value)
	if custom, ok := strings.CutPrefix(name, "custom:"); ok {
		f.Label, f.Type, f.Autocomplete = custom, "text", "off"
		if attribute.Type == "Number" {
			f.Type = "number"
		}
	}
	f.Pair, f.Optional = false, !attribute.Required
	if attribute.Type == "String" {
		f.MinLength = attribute.MinLength
		if attribute.MaxLength < userpool.MaxAttributeLength {
			f.MaxLength = attribute.MaxLength
		}
	}
	if f.Type == "date" { // whose length is its own
		f.MinLength, f.MaxLength = 0, 0
	}
	for to, limit := range map[*string]*int64{&f.Min: attribute.MinValue, &f.Max: attribute.MaxValue} {
		if limit != nil {
			*to = strconv.FormatInt(*limit, 10)
		}
	}
	return f
}

// sensitive reports whether an attribute is one that people sign in with, or get codes by.
func sensitive(pool *userpool.Pool, name string) bool {
	return name == userpool.AliasEmail || name == userpool.AliasPhone || pool.UsesAlias(name)
}
