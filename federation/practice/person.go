package practice

import (
	"maps"
	"slices"
	"strings"
)

// Person is somebody to sign in as.
type Person struct {
	ID            string // lasting and unique: the token's sub, the assertion's persistent NameID
	Name          string
	GivenName     string
	FamilyName    string
	Email         string
	EmailVerified bool
	Note          string         // second line in the chooser; empty shows the e-mail address
	Claims        map[string]any // further claims or attributes; they win over the fields above
}

// People is the usual cast. Each person is there to try something; the note says what.
func People() []Person {
	return []Person{
		{
			ID: "ines-4c1d", Name: "Ines Duarte", GivenName: "Ines", FamilyName: "Duarte",
			Email: "ines.duarte@people.example", EmailVerified: true,
			Claims: map[string]any{"groups": []string{"engineering", "notes-admins"}},
		},
		{
			ID: "kofi-90ab", Name: "Kofi Mensah", GivenName: "Kofi", FamilyName: "Mensah",
			Email: "kofi@people.example", EmailVerified: true, Note: "kofi@people.example · new here",
		},
		{
			ID: "mei-72f0", Name: "Mei Lin", GivenName: "Mei", FamilyName: "Lin",
			Email: "mei.lin@people.example", Note: "Email not verified",
		},
		{
			ID: "priya-15e8", Name: "Priya Rao", GivenName: "Priya", FamilyName: "Rao",
			Email: devEmail, EmailVerified: true, Note: "Shares an email with another user",
		},
		{
			ID: "Saar|D'Hondt+1", Name: "Saar D’Hondt-Żuk", GivenName: "Saar", FamilyName: "D’Hondt-Żuk",
			Note: "No email, and an ID with unusual characters",
		},
	}
}

// With returns a copy of the person in which one thing is different. name is a claim: sub, name, given_name,
// family_name, email and email_verified set the field of that meaning when value has its type; everything else is
// stored in Claims, where nil takes a claim away, one of the fields' included.
func (p Person) With(name string, value any) Person {
	p.Claims = maps.Clone(p.Claims)
	if text, ok := value.(string); ok {
		for claim, field := range map[string]*string{
			"sub": &p.ID, "name": &p.Name, "given_name": &p.GivenName, "family_name": &p.FamilyName, "email": &p.Email,
		} {
			if claim == name {
				*field = text
				delete(p.Claims, name)
				return p
			}
		}
	}
	if verified, ok := value.(bool); ok && name == "email_verified" {
		p.EmailVerified = verified
		delete(p.Claims, name)
		return p
	}
	if p.Claims == nil {
		p.Claims = map[string]any{}
	}
	p.Claims[name] = value
	return p
}

// profile and email are what the scopes of these names unlock (OpenID Connect Core §5.4).
func (p Person) profile() map[string]any {
	return filled(map[string]any{"name": p.Name, "given_name": p.GivenName, "family_name": p.FamilyName})
}

func (p Person) email() map[string]any {
	if p.Email == "" {
		return nil
	}
	return map[string]any{"email": p.Email, "email_verified": p.EmailVerified}
}

// filled drops empty texts: a claim without a value is left out (OpenID Connect Core §5.3.2).
func filled(claims map[string]any) map[string]any {
	maps.DeleteFunc(claims, func(_ string, value any) bool { return value == "" })
	return claims
}

// override puts the person's own claims over the usual ones.
func (p Person) override(claims map[string]any) map[string]any {
	for name, value := range p.Claims {
		if value == nil {
			delete(claims, name)
		} else {
			claims[name] = value
		}
	}
	return claims
}

func find(people []Person, id string) (Person, bool) {
	at := slices.IndexFunc(people, func(p Person) bool { return p.ID == id })
	if at < 0 {
		return Person{}, false
	}
	return people[at], true
}

// hinted puts the person whom a login_hint names first: by e-mail address or ID, as providers take either.
func hinted(people []Person, hint string) []Person {
	at := slices.IndexFunc(people, func(p Person) bool {
		return hint != "" && (strings.EqualFold(p.Email, hint) || p.ID == hint)
	})
	if at < 0 {
		return people
	}
	rest := slices.Delete(slices.Clone(people), at, at+1)
	return slices.Insert(rest, 0, people[at])
}

// checkPeople refuses a cast in which a button could mean two people.
func checkPeople(people []Person) error {
	seen := map[string]bool{}
	for _, p := range people {
		if p.ID == "" || p.Name == "" || seen[p.ID] {
			return errPeople
		}
		seen[p.ID] = true
	}
	return nil
}
