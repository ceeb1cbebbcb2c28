package notify

import (
	"testing"
	"time"

	"portico/words"
)

// What we print to start from is taken as it is, in every language.
func TestPatternsAreTakenAsTheyAre(t *testing.T) {
	for _, language := range words.Codes() {
		for _, kind := range Kinds() {
			for _, part := range PartsOf(kind) {
				text, err := Pattern(words.Book{}.For("", language), kind, part, 24*time.Hour)
				if err != nil {
					t.Fatal(err)
				}
				if _, faults := ParsePart(kind, part, []byte(text)); len(faults) > 0 {
					t.Errorf("%s, %s, %s: %v\n%s", language, kind, part, faults, text)
				}
			}
		}
	}
	if _, err := Pattern(words.English(), SignUpLink, PartSMS, 0); err == nil {
		t.Error("a link has a text message")
	}
}
