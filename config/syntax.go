package config

import (
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// Bounds of a file. The YAML parser takes time that grows with the square of the words of one object and of the depth of
// nesting, so both are bounded before it runs; a file within these bounds takes less than a second or two.
const (
	maxFileSize = 1 << 20 // bytes
	maxTokens   = 60_000  // words and punctuation of YAML: some 500 app clients
	maxDepth    = 32      // of objects and lists in one another; the deepest setting is at 9
)

// parse takes YAML text apart into the body of its one document, or nil where it is empty or faulty.
func parse(data []byte, found *faults) ast.Node {
	if !utf8.Valid(data) {
		found.add(badLine(data), "", "the file is not UTF-8 text: save it as UTF-8")
		return nil
	}
	// Editors on Windows write a byte order mark; YAML 1.2.2 §5.2 allows one.
	tokens := lexer.Tokenize(strings.TrimPrefix(string(data), "\ufeff"))
	if !bounded(tokens, found) {
		return nil
	}
	// Duplicate keys are reported by our own tree, with all other faults.
	file, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		found.list = append(found.list, syntaxFault(err))
		return nil
	}
	return oneDocument(file, found)
}

// bounded stops files that would take the parser too long: YAML bombs of nesting, and sheer number.
func bounded(tokens token.Tokens, found *faults) bool {
	if len(tokens) > maxTokens {
		found.add(tokens[maxTokens].Position.Line, "", "the file holds too many settings: %d words and signs are the limit", maxTokens)
		return false
	}
	flow, entries, line := 0, 0, 0
	for _, t := range tokens {
		if t.Position.Line != line {
			entries, line = 0, t.Position.Line
		}
		switch t.Type {
		case token.MappingStartType, token.SequenceStartType:
			flow++
		case token.MappingEndType, token.SequenceEndType:
			flow--
		case token.SequenceEntryType, token.MappingKeyType, token.MappingValueType, token.AnchorType, token.TagType:
			if flow == 0 { // within braces, many of these stand side by side
				entries++
			}
		}
		if flow > maxDepth || entries > maxDepth {
			found.add(line, "", "is nested more than %d deep", maxDepth)
			return false
		}
	}
	return true
}

// syntaxFault keeps the parser's message and place, but not its excerpt of the file, which may show a secret.
func syntaxFault(err error) Fault {
	var located yaml.Error
	if !errors.As(err, &located) {
		return Fault{Message: "is not valid YAML"}
	}
	message, _, _ := strings.Cut(located.GetMessage(), "\n")
	// What follows a colon or stands in quotes is taken from the file.
	message, _, _ = strings.Cut(message, ":")
	message, _, _ = strings.Cut(message, `"`)
	fault := Fault{Message: "is not valid YAML here: " + strings.TrimSpace(message)}
	if t := located.GetToken(); t != nil && t.Position != nil {
		fault.Line = t.Position.Line
	}
	return fault
}

func oneDocument(file *ast.File, found *faults) ast.Node {
	var body ast.Node
	for _, document := range file.Docs {
		switch document.Body.(type) {
		case nil, *ast.DirectiveNode, *ast.CommentGroupNode:
			continue
		}
		if body != nil {
			found.add(lineOf(document.Body), "", "holds a second document: keep one, without ---")
			return nil
		}
		body = document.Body
	}
	return body
}

// lineOf is the line on which a node begins.
func lineOf(n ast.Node) int {
	switch n := n.(type) {
	case *ast.MappingNode:
		if len(n.Values) > 0 && !n.IsFlowStyle {
			return lineOf(n.Values[0].Key)
		}
	case *ast.MappingValueNode:
		return lineOf(n.Key)
	}
	if t := n.GetToken(); t != nil && t.Position != nil {
		return t.Position.Line
	}
	return 0
}

// badLine is the line of the first bytes that are not UTF-8.
func badLine(data []byte) int {
	line := 1
	for len(data) > 0 {
		r, size := utf8.DecodeRune(data)
		if r == utf8.RuneError && size <= 1 {
			break
		}
		if r == '\n' {
			line++
		}
		data = data[size:]
	}
	return line
}
