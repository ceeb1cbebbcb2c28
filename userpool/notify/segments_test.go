package notify

import (
	"strings"
	"testing"

	"portico/words"
)

// 3GPP TS 23.038 §6.2.1 (the alphabet) and 23.040 §9.2.3.24.1 (the parts).
func TestSegments(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       int
	}{
		{"nothing", "", 0},
		{"one letter", "a", 1},
		{"160 septets", strings.Repeat("a", 160), 1},
		{"161 septets", strings.Repeat("a", 161), 2},
		{"two full parts", strings.Repeat("a", 306), 2},
		{"one more", strings.Repeat("a", 307), 3},
		{"letters of the alphabet beyond ASCII", strings.Repeat("éàñÜ§", 32), 1},
		{"an escaped letter takes two", strings.Repeat("a", 159) + "€", 2},
		{"an escape is not torn from its letter", strings.Repeat("a", 152) + "€" + strings.Repeat("a", 152), 3},
		{"70 units", strings.Repeat("ç", 70), 1},
		{"71 units", strings.Repeat("ç", 71), 2},
		{"one letter outside makes all of them wide", strings.Repeat("a", 70) + "ç", 2},
		{"35 pairs of units", strings.Repeat("😀", 35), 1},
		{"a pair is not torn apart", strings.Repeat("😀", 67), 3},
		{"the backtick is not in the alphabet", strings.Repeat("`", 71), 2},
	} {
		if got := Segments(c.text); got != c.want {
			t.Errorf("%s: %d messages, want %d", c.name, got, c.want)
		}
	}
}

// An operator's text of the API's 140 characters is never refused for its length.
func TestOperatorsTextFitsWhateverItsLetters(t *testing.T) {
	for _, text := range []string{
		strings.Repeat("😀", 134) + "{####}", strings.Repeat("{####}", 23), strings.Repeat("ß", 134) + "{####}",
	} {
		m := ComposeText(words.English(), SignUpCode, Facts{Code: code}, messagesOf(text))
		m.To = "+351912555290"
		if err := m.check(); err != nil {
			t.Errorf("%.20s: %v", text, err)
		}
	}
}
