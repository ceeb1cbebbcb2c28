package words

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits of a catalogue, in bytes.
const (
	MaxFile = 256 << 10
	maxText = 2000
)

// Fault is one thing wrong with a catalogue.
type Fault struct {
	Line    int    // from 1; 0 where a text is missing
	Key     string // empty where the line has none
	Message string
}

func (f Fault) String() string {
	text := f.Message
	if f.Key != "" {
		text = f.Key + ": " + text
	}
	if f.Line > 0 {
		text = fmt.Sprintf("%d: %s", f.Line, text)
	}
	return text
}

// piece is a part of a text: words, or a place for a value.
type piece struct {
	words string
	place string // its name, where it is a place
}

// text is one text of a catalogue, taken apart.
type text struct {
	line   int
	pieces []piece
}

// places are the names of a text's places, each once.
func (t text) places() map[string]bool {
	found := map[string]bool{}
	for _, p := range t.pieces {
		if p.place != "" {
			found[p.place] = true
		}
	}
	return found
}

var (
	keyShape   = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$`)
	placeShape = regexp.MustCompile(`^[a-z]+$`)
)

// parse takes a catalogue apart. What it cannot read is among the faults, and left out.
func parse(data []byte) (map[string]text, []Fault) {
	if len(data) > MaxFile {
		return nil, []Fault{{Message: fmt.Sprintf("the file is too large: %d bytes are the limit", MaxFile)}}
	}
	texts, faults := map[string]text{}, []Fault(nil)
	number := 0
	for line := range strings.Lines(strings.TrimPrefix(string(data), "\ufeff")) {
		number++
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		key, value, found := strings.Cut(line, "=")
		key, value = strings.TrimSpace(key), strings.TrimSpace(value)
		fault := func(format string, args ...any) {
			faults = append(faults, Fault{Line: number, Key: key, Message: fmt.Sprintf(format, args...)})
		}
		if !found || !keyShape.MatchString(key) {
			key = ""
			fault("is not of the form key = text")
			continue
		}
		if earlier, twice := texts[key]; twice {
			fault("stands in line %d already", earlier.line)
			continue
		}
		pieces, wrong := takeApart(value)
		if wrong != "" {
			fault("%s", wrong)
		}
		texts[key] = text{line: number, pieces: pieces} // a faulty text is not missing as well
	}
	return texts, faults
}

// takeApart splits a text at its places, or says what is wrong with it.
func takeApart(value string) (pieces []piece, wrong string) {
	switch {
	case value == "":
		return nil, "has no text"
	case len(value) > maxText:
		return nil, fmt.Sprintf("is too long: %d bytes are the limit", maxText)
	case !utf8.ValidString(value):
		return nil, "is not UTF-8 text"
	case strings.ContainsFunc(value, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) }):
		// A direction that a text turns and does not turn back would turn the rest of the page.
		return nil, "holds a character that controls and is not seen"
	}
	for value != "" {
		before, rest, open := strings.Cut(value, "{")
		if strings.Contains(before, "}") {
			return nil, "has a } without a {"
		}
		if before != "" {
			pieces = append(pieces, piece{words: before})
		}
		if !open {
			break
		}
		name, after, closed := strings.Cut(rest, "}")
		if !closed || !placeShape.MatchString(name) {
			return nil, "has a { that begins no place: write {name}"
		}
		pieces = append(pieces, piece{place: name})
		value = after
	}
	return pieces, ""
}
