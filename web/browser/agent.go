package browser

import (
	"strings"

	"portico/userpool/login"
)

// Agent reads from a User-Agent what a person recognises a browser by. It knows short lists of names and nothing else: no
// version, nothing that tells one person from another, and no text of the header's own.
func Agent(header string) login.Browser {
	if len(header) > maxAgent {
		header = header[:maxAgent]
	}
	return login.Browser{Name: firstOf(header, browsers()), System: firstOf(header, systems())}
}

// Device is what a person calls the device that a User-Agent is of; empty where that is not known. Some go by another name than
// their system.
func Device(header string) string {
	switch system := Agent(header).System; system {
	case "ChromeOS":
		return "Chromebook"
	case "macOS":
		return "Mac"
	default:
		return system
	}
}

// maxAgent bounds what is looked at, in bytes; real ones are shorter.
const maxAgent = 512

type agentName struct{ mark, name string }

// browsers are in the order to look for them: most claim to be others as well.
func browsers() []agentName {
	return []agentName{
		{"Edg/", "Edge"}, {"EdgA/", "Edge"}, {"EdgiOS/", "Edge"}, {"OPR/", "Opera"}, {"SamsungBrowser/", "Samsung Internet"},
		{"Vivaldi/", "Vivaldi"}, {"Firefox/", "Firefox"}, {"FxiOS/", "Firefox"}, {"CriOS/", "Chrome"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"},
	}
}

func systems() []agentName {
	return []agentName{
		{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"}, {"CrOS", "ChromeOS"}, {"Windows", "Windows"},
		{"Macintosh", "macOS"}, {"Linux", "Linux"},
	}
}

func firstOf(header string, list []agentName) string {
	for _, known := range list {
		if strings.Contains(header, known.mark) {
			return known.name
		}
	}
	return ""
}
