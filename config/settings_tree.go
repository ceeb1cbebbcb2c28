package config

import (
	"reflect"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
)

// settingsTree is a document without a shape of its own: managed login's settings, whose members the room of looks knows.
type settingsTree struct{ tree *node }

// maxTree bounds the values of a document once aliases are followed; the largest of Cognito's has about two hundred.
const maxTree = 2_000

// document takes a value as it stands.
func (d *decoder) document(v reflect.Value, n *node, path string) bool {
	if !d.wants(n, isObject, path) || !d.spend(n.size(maxTree), n, path) {
		return false
	}
	if n.size(maxTree) >= maxTree {
		d.found.add(n.line, path, "holds too many values: %d are the limit", maxTree)
		return false
	}
	v.Set(reflect.ValueOf(settingsTree{n}))
	return true
}

// size counts values, up to a limit: an alias may stand for much.
func (n *node) size(limit int) int {
	count := 1
	for _, item := range n.items {
		if count += item.size(limit - count); count >= limit {
			return limit
		}
	}
	for _, e := range n.entries {
		if count += e.value.size(limit - count); count >= limit {
			return limit
		}
	}
	return count
}

// json writes the document. What looks like a number to YAML and is none to JSON (a colour of digits, 00071600) is text.
func (t settingsTree) json() jsontext.Value {
	if t.tree == nil {
		return nil
	}
	return t.tree.json(nil)
}

func (n *node) json(to jsontext.Value) jsontext.Value {
	switch n.kind {
	case isObject:
		to = append(to, '{')
		for i, e := range n.entries {
			if i > 0 {
				to = append(to, ',')
			}
			to = append(quoted(to, e.key), ':')
			to = e.value.json(to)
		}
		return append(to, '}')
	case isList:
		to = append(to, '[')
		for i, item := range n.items {
			if i > 0 {
				to = append(to, ',')
			}
			to = item.json(to)
		}
		return append(to, ']')
	case isBoolean:
		return append(to, n.text...)
	case isNumber:
		if number, err := strconv.Atoi(n.text); err == nil && strconv.Itoa(number) == n.text && len(n.text) < 8 {
			return append(to, n.text...)
		}
		return quoted(to, n.text)
	case isText:
		return quoted(to, n.text)
	}
	return append(to, "null"...)
}

// quoted writes a text of the file, which is valid UTF-8 or else marked where it is not.
func quoted(to jsontext.Value, text string) jsontext.Value {
	written, _ := jsontext.AppendQuote(to, text)
	return written
}
