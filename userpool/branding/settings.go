package branding

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// Settings are a managed login document that was understood: each member by its path.
type Settings struct {
	colours map[string]translucent
	radii   map[string]int
	flags   map[string]bool
	choices map[string]string
	names   map[string][]string
	// passwordFirst: authMethodOrder puts the form before the providers.
	passwordFirst bool
	warnings      []Fault
}

// MaxRequest bounds the settings and assets of one style together, as Cognito bounds the request that sets them.
const MaxRequest = 2 << 20

// ParseSettings reads a document of managed login. A member that is not Cognito's is a fault, with its path: a misspelt one would
// otherwise pass unseen.
func ParseSettings(document []byte) (*Settings, []Fault) {
	r := &settingsReader{
		known: members(),
		made: &Settings{
			colours: map[string]translucent{}, radii: map[string]int{}, flags: map[string]bool{}, choices: map[string]string{},
			names: map[string][]string{},
		},
	}
	if len(document) > MaxRequest {
		return r.made, []Fault{{Message: fmt.Sprintf("is larger than %d bytes", MaxRequest)}}
	}
	if len(bytes.TrimSpace(document)) == 0 {
		return r.made, nil
	}
	r.dec = jsontext.NewDecoder(bytes.NewReader(document))
	if err := r.object(""); err != nil {
		r.wrong.add("", "is no JSON object: %s", plain(err))
		return r.made, r.wrong
	}
	if _, err := r.dec.ReadToken(); !errors.Is(err, io.EOF) {
		r.wrong.add("", "has something after its end")
	}
	return r.made, r.wrong
}

// plain says what is wrong with JSON without repeating it.
func plain(err error) string {
	var syntax *jsontext.SyntacticError
	if errors.As(err, &syntax) {
		return fmt.Sprintf("see byte %d", syntax.ByteOffset)
	}
	return "an object is wanted"
}

type settingsReader struct {
	known map[string]member
	dec   *jsontext.Decoder
	made  *Settings
	wrong faults
}

// object reads the members of one object of the document. An error is one of the syntax, after which nothing can be read.
func (r *settingsReader) object(path string) error {
	if r.dec.PeekKind() != '{' {
		if _, err := r.dec.ReadToken(); err != nil {
			return err
		}
		return errors.New("no object")
	}
	if _, err := r.dec.ReadToken(); err != nil {
		return err
	}
	for r.dec.PeekKind() != '}' {
		name, err := r.dec.ReadToken()
		if err != nil {
			return err
		}
		if err := r.member(join(path, name.String())); err != nil {
			return err
		}
	}
	_, err := r.dec.ReadToken()
	return err
}

func (r *settingsReader) member(path string) error {
	if m, leaf := r.known[path]; leaf {
		value, err := r.dec.ReadValue()
		if err != nil {
			return err
		}
		r.leaf(path, m, value)
		return nil
	}
	switch inner := r.below(path); {
	case len(inner) == 0:
		r.wrong.add(short(path), "is not a member of the settings; there are: %s", strings.Join(r.below(parent(path)), ", "))
		return r.dec.SkipValue()
	case r.dec.PeekKind() != '{':
		r.wrong.add(path, "is an object with %s", strings.Join(inner, ", "))
		return r.dec.SkipValue()
	}
	return r.object(path)
}

// below names the members of an object.
func (r *settingsReader) below(path string) []string {
	var names []string
	for known := range r.known {
		rest, ok := strings.CutPrefix(known, path+".")
		if path == "" {
			rest, ok = known, true
		}
		if name, _, _ := strings.Cut(rest, "."); ok && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

func parent(path string) string { return path[:max(strings.LastIndexByte(path, '.'), 0)] }

// short keeps a stranger's key from filling a log.
func short(path string) string {
	if len(path) > 200 {
		return path[:200]
	}
	return path
}

// leaf reads one value.
func (r *settingsReader) leaf(path string, m member, value jsontext.Value) {
	if m.kind != isReserved && m.idle {
		r.made.warnings = append(r.made.warnings, Fault{path, "is kept and has no effect"})
	}
	text, quoted := unquoted(value)
	switch m.kind {
	case isColour:
		// A colour of eight decimal digits looks like a number to YAML and loses its quotes.
		c, ok := parseRGBA(text)
		if !ok {
			r.wrong.add(path, "is no colour: write RRGGBBAA, as in 0972d3ff, without #")
		}
		r.made.colours[path] = c
	case isRadius:
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 || n > 1000 || quoted {
			r.wrong.add(path, "is no radius: write a whole number of pixels, from 0 to %d", maxRadius)
		}
		r.made.radii[path] = n
	case isFlag:
		if value.Kind() != 't' && value.Kind() != 'f' {
			r.wrong.add(path, "is true or false")
		}
		r.made.flags[path] = value.Kind() == 't'
	case isChoice:
		if !slices.Contains(m.choices, text) {
			r.wrong.add(path, "is one of %s", strings.Join(m.choices, ", "))
		}
		r.made.choices[path] = text
	case isNames:
		r.made.names[path] = r.list(path, value)
	case isMethods:
		r.made.passwordFirst = r.methods(path, value)
	}
}

// unquoted is a value's text, and whether it was a text.
func unquoted(value jsontext.Value) (string, bool) {
	if value.Kind() != '"' {
		return string(value), false
	}
	text, err := jsontext.AppendUnquote(nil, value)
	if err != nil {
		return "", true
	}
	return string(text), true
}

// parseRGBA reads RRGGBBAA.
func parseRGBA(text string) (translucent, bool) {
	if len(text) != 8 {
		return translucent{}, false
	}
	v, err := strconv.ParseUint(text, 16, 32)
	return translucent{Colour{uint8(v >> 24), uint8(v >> 16), uint8(v >> 8)}, float64(v&255) / 255}, err == nil
}
