package branding

import (
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

const (
	maxNames    = 100 // providers in an order
	maxNameSize = 128 // of a name, in bytes: 32 characters in the API, of four bytes each
)

// list reads a list of names.
func (r *settingsReader) list(path string, value jsontext.Value) []string {
	var names []string
	if err := json.Unmarshal(value, &names); err != nil || len(names) > maxNames {
		r.wrong.add(path, "is a list of at most %d names", maxNames)
		return nil
	}
	for _, name := range names {
		if len(name) > maxNameSize {
			r.wrong.add(path, "holds a name of more than %d bytes", maxNameSize)
			return nil
		}
	}
	return names
}

// method is a way to sign in, and how it is drawn.
type method struct {
	Display string `json:"display"`
	Type    string `json:"type"`
}

// methods reads authMethodOrder, a list of lists, and says whether the form comes before the providers. Ways that the order does
// not name follow in Portico's own.
func (r *settingsReader) methods(path string, value jsontext.Value) bool {
	var groups [][]method
	if err := json.Unmarshal(value, &groups, json.RejectUnknownMembers(true)); err != nil || len(groups) > maxNames {
		r.wrong.add(path, `is a list of lists of ways to sign in, as in [[{"display": "BUTTON", "type": "FEDERATED"}, {"display": "INPUT", "type": "USERNAME_PASSWORD"}]]`)
		return false
	}
	for _, group := range groups {
		for _, m := range group {
			switch m.Type {
			case "FEDERATED":
				return false
			case "USERNAME_PASSWORD":
				return true
			}
		}
	}
	return false
}
