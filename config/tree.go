package config

import (
	"fmt"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// kind is what a value of the file is, as YAML has it.
type kind string

const (
	isNothing kind = "nothing"
	isBoolean kind = "true or false"
	isNumber  kind = "a number"
	isText    kind = "text"
	isList    kind = "a list"
	isObject  kind = "an object"
)

// node is a value of the file with its line. An alias shares the node of its anchor, so a small file cannot grow to a
// large tree (billion laughs).
type node struct {
	kind     kind
	line     int
	text     string // of a scalar: as written (numbers), true or false (booleans), expanded (text)
	whole    bool   // a number without a fraction
	expanded bool   // text that holds a value of the environment
	faulty   bool   // nothing, because what stands there was reported
	items    []*node
	entries  []entry
}

// entry is one key of an object.
type entry struct {
	key    string
	line   int
	value  *node
	merged bool // came in by a merge key (<<), so an own key of that name goes before it
}

// builder makes the tree.
type builder struct {
	found   *faults
	env     func(string) (string, bool)
	anchors map[string]*node
	merges  int // entries copied by merge keys
}

// maxMerged bounds what merge keys copy: each may copy an object, so copies grow with the square of the file.
const maxMerged = 20_000

func (b *builder) build(n ast.Node, path string, depth int) *node {
	line := lineOf(n)
	if depth > maxDepth {
		return b.refuse(line, path, "is nested more than %d deep", maxDepth)
	}
	switch n := n.(type) {
	case *ast.MappingNode:
		return b.object(n.Values, line, path, depth)
	case *ast.MappingValueNode:
		return b.object([]*ast.MappingValueNode{n}, line, path, depth)
	case *ast.SequenceNode:
		list := &node{kind: isList, line: line}
		for i, item := range n.Values {
			list.items = append(list.items, b.build(item, fmt.Sprintf("%s[%d]", path, i), depth+1))
		}
		return list
	case *ast.AnchorNode:
		value := b.build(n.Value, path, depth+1)
		b.anchors[n.Name.GetToken().Value] = value // after its value, so nothing holds itself
		return value
	case *ast.AliasNode:
		if value, ok := b.anchors[n.Value.GetToken().Value]; ok {
			return value
		}
		return b.refuse(line, path, "*%s names no anchor above it: put text that begins with * in quotes", n.Value.GetToken().Value)
	case *ast.TagNode:
		return b.tagged(n, path, depth)
	case ast.ScalarNode:
		return b.scalar(n, path)
	}
	return b.refuse(line, path, "is a form of YAML that is not used here")
}

// refuse reports a value that cannot be read, and stands for it.
func (b *builder) refuse(line int, path, format string, args ...any) *node {
	b.found.add(line, path, format, args...)
	return &node{kind: isNothing, line: line, faulty: true}
}

func (b *builder) object(values []*ast.MappingValueNode, line int, path string, depth int) *node {
	object := &node{kind: isObject, line: line}
	place := map[string]int{} // of each key in object.entries
	for _, v := range values {
		if v.Key.IsMergeKey() {
			b.merge(object, place, b.build(v.Value, path, depth+1), lineOf(v.Key), path)
			continue
		}
		key, ok := keyText(v.Key)
		if !ok {
			b.found.add(lineOf(v.Key), path, "has a key that is not plain text")
			continue
		}
		e := entry{key: key, line: lineOf(v.Key), value: b.build(v.Value, join(path, key), depth+1)}
		if i, taken := place[key]; !taken {
			place[key] = len(object.entries)
			object.entries = append(object.entries, e)
		} else if object.entries[i].merged {
			object.entries[i] = e
		} else {
			b.found.add(e.line, join(path, key), "stands here a second time: line %d has it already", object.entries[i].line)
		}
	}
	return object
}

// merge copies the entries of another object, or of several, which own keys go before.
func (b *builder) merge(object *node, place map[string]int, from *node, line int, path string) {
	sources := []*node{from}
	if from.kind == isList {
		sources = from.items
	}
	for _, source := range sources {
		if source.kind != isObject {
			b.found.add(line, path, "<< takes an object or a list of objects")
			continue
		}
		for _, e := range source.entries {
			if b.merges++; b.merges > maxMerged {
				b.found.add(line, path, "<< copies too much: %d keys in all are the limit", maxMerged)
				return
			}
			if _, taken := place[e.key]; !taken {
				e.merged = true
				place[e.key] = len(object.entries)
				object.entries = append(object.entries, e)
			}
		}
	}
}

// keyText reads a key. Numbers and booleans are keys by their text; ${VAR} is never expanded in a key.
func keyText(key ast.MapKeyNode) (string, bool) {
	var n ast.Node = key
	if marked, ok := key.(*ast.MappingKeyNode); ok { // "? key"
		n = marked.Value
	}
	switch n := n.(type) {
	case *ast.StringNode:
		return n.Value, true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.NullNode:
		return n.GetToken().Value, true
	}
	return "", false
}

func (b *builder) scalar(n ast.ScalarNode, path string) *node {
	made := &node{line: lineOf(n), text: strings.TrimSpace(n.GetToken().Value)}
	switch n := n.(type) {
	case *ast.NullNode:
		made.kind = isNothing
	case *ast.BoolNode:
		made.kind, made.text = isBoolean, fmt.Sprint(n.Value)
	case *ast.IntegerNode:
		made.kind, made.whole = isNumber, true
	case *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
		made.kind = isNumber
	case *ast.StringNode:
		return b.expand(made.line, n.Value, path)
	case *ast.LiteralNode:
		return b.expand(made.line, n.Value.Value, path)
	default:
		return b.refuse(made.line, path, "is a form of YAML that is not used here")
	}
	return made
}

// tagged takes !!str, which makes text of a number; other tags mean nothing here.
func (b *builder) tagged(n *ast.TagNode, path string, depth int) *node {
	if n.Value == nil || n.GetToken().Value != "!!str" {
		return b.refuse(lineOf(n), path, "has a tag: remove the word that begins with !")
	}
	value := b.build(n.Value, path, depth+1)
	if value.kind == isList || value.kind == isObject || value.faulty {
		return value
	}
	text := *value
	text.kind = isText
	return &text
}
