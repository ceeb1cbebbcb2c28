package practice

import (
	"net/http"
	"slices"
	"strings"

	"portico/userpool/oauth"
)

// servePeople is the People API: people.get of "people/me". It answers with lists, each entry beside where it is from, and
// with the fields that personFields names; a field whose scope is missing is simply not there.
func (s *Social) servePeople(w http.ResponseWriter, r *http.Request) {
	_, a, ok := s.profileOf(r)
	if !ok {
		peopleFault(w, http.StatusUnauthorized, "UNAUTHENTICATED", "Request had invalid authentication credentials.")
		return
	}
	wanted := r.URL.Query().Get("personFields")
	if wanted == "" {
		peopleFault(w, http.StatusBadRequest, "INVALID_ARGUMENT", "personFields mask is required. Please specify one or more valid paths.")
		return
	}
	id := a.person.ID + either(a.faults.OtherUserInfo, "0", "")
	from := map[string]any{"primary": true, "source": map[string]any{"type": "PROFILE", "id": id}}
	answer := map[string]any{"resourceName": "people/" + id, "etag": "%practice"}
	for _, field := range strings.Split(wanted, ",") {
		entry := personField(a, strings.TrimSpace(field))
		if len(entry) > 0 {
			entry["metadata"] = from
			answer[strings.TrimSpace(field)] = []any{entry}
		}
	}
	writeJSON(w, http.StatusOK, answer)
}

// personField is the one entry of a field. Birthday, gender and phone number are there for people who have been given
// one, in the claims of OpenID Connect.
func personField(a access, field string) map[string]any {
	granted := func(scope string) bool {
		return slices.Contains(a.scopes, scope) || slices.Contains(a.scopes, googleScopes+scope)
	}
	claims := a.person.all()
	switch {
	case field == "names" && granted(oauth.ScopeProfile):
		return renamed(claims, map[string]string{"name": "displayName", "given_name": "givenName", "family_name": "familyName"})
	case field == "photos" && granted(oauth.ScopeProfile):
		return renamed(claims, map[string]string{"picture": "url"})
	case field == "emailAddresses" && granted(oauth.ScopeEmail):
		return renamed(claims, map[string]string{"email": "value"})
	case field == "phoneNumbers" && granted("user.phonenumbers.read"):
		return renamed(claims, map[string]string{"phone_number": "value"})
	case field == "genders" && granted("user.gender.read"):
		return renamed(claims, map[string]string{"gender": "value"})
	case field == "birthdays" && granted("user.birthday.read"):
		return renamed(claims, map[string]string{"birthdate": "text"})
	}
	return nil
}

// peopleFault is an error as Google's APIs tell it (google.rpc.Status).
func peopleFault(w http.ResponseWriter, status int, name, text string) {
	writeJSON(w, status, map[string]any{"error": map[string]any{"code": status, "message": text, "status": name}})
}
