package templates

import (
	"hash/fnv"
	"strings"
	"unicode"

	"github.com/a-h/templ"

	"portico/words"
)

// benchTitle names the tab of a developer page; its host is Portico itself.
func benchTitle(page string, n *Notice) string {
	if page == "Portico is running" {
		return page
	}
	return title(Frame{App: "Portico"}, page, n)
}

// benchAttributes: the developer pages are English, whatever the person reads.
func benchAttributes(f BenchFrame) templ.Attributes {
	f.Words = words.English()
	return rootAttributes(f.Frame)
}

// currentAttributes marks the place one is at for eyes and ears alike.
func currentAttributes(item NavItem) templ.Attributes {
	if item.Current {
		return templ.Attributes{"aria-current": "page"}
	}
	return nil
}

func currentMessage(m MessageRow) templ.Attributes {
	if m.Current {
		return templ.Attributes{"aria-current": "true"}
	}
	return nil
}

func messageSubject(m MessageRow) string {
	if m.Subject != "" {
		return m.Subject
	}
	return m.Kind
}

// messageLine is the line under a message's subject: to whom, from whom, when.
func messageLine(m MessageView) string {
	var parts []string
	if m.To != "" {
		parts = append(parts, "To "+m.To)
	}
	if m.From != "" {
		parts = append(parts, "from "+m.From)
	}
	if m.Time != "" {
		parts = append(parts, m.Time)
	}
	return strings.Join(parts, " · ")
}

func demoHeading(name string) string {
	if name == "" {
		return "Hello"
	}
	return "Hello, " + name
}

func tokenName(name string) string {
	if name == "" {
		return "Token"
	}
	return name
}

func practiceName(name string) string {
	return strings.TrimSpace("Practice " + name)
}

func personTitle(name string) string {
	return "Who is signing in? · " + practiceName(name)
}

// bandText says what this page is, without relying on colour.
func bandText(name string) string {
	if name == "" {
		return "Practice provider · runs on this machine"
	}
	return "Practice " + name + " · not the real " + name + " · runs on this machine"
}

func personField(v PersonView) string {
	if v.PersonField == "" {
		return "person"
	}
	return v.PersonField
}

// initials are the first letters of the first and the last word of a name, or
// the first two letters of a name of one word.
func initials(name string) string {
	local, _, _ := strings.Cut(name, "@")
	parts := strings.FieldsFunc(local, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
	var letters []rune
	switch len(parts) {
	case 0:
		return "•"
	case 1:
		letters = []rune(parts[0])
		letters = letters[:min(len(letters), 2)]
	default:
		letters = append([]rune(parts[0])[:1], []rune(parts[len(parts)-1])[0])
	}
	return strings.ToUpper(string(letters))
}

// personColour picks one of four quiet colours; the same name keeps its own.
func personColour(name string) string {
	h := fnv.New32a()
	h.Write([]byte(name))
	return [...]string{"tint", "care", "good", "plain"}[h.Sum32()%4]
}

func failedAttributes(failed bool) templ.Attributes {
	if failed {
		return templ.Attributes{"class": "failed"}
	}
	return nil
}
