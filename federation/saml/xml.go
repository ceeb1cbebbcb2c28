package saml

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/beevik/etree"
	"github.com/crewjam/saml"
)

// Namespaces of SAML and of XML Signature.
const (
	nsProtocol  = "urn:oasis:names:tc:SAML:2.0:protocol"
	nsAssertion = "urn:oasis:names:tc:SAML:2.0:assertion"
	nsMetadata  = "urn:oasis:names:tc:SAML:2.0:metadata"
	nsSignature = "http://www.w3.org/2000/09/xmldsig#"
	nsExclusive = "http://www.w3.org/2001/10/xml-exc-c14n#"
)

// limits bound what a document costs beyond its bytes.
type limits struct{ depth, elements int }

// maxPrefixes bounds the namespace prefixes of a document. Canonicalization copies the prefixes in scope for every
// element, so prefixes times elements is its cost; real documents have fewer than ten.
const maxPrefixes = 32

// parse reads a document and returns its root. It refuses what XML allows and SAML does not need: other encodings than
// UTF-8, DTDs and the entities they bring, processing instructions, text beside the root. It refuses what the parser
// would let pass although XML forbids it: an attribute given twice, more than one root, names like ":x", "x:" and
// "x:1", which change when they are written and read again and so show two readers two documents (CVE-2020-29509 to 29511; FuzzParse
// holds against xml-roundtrip-validator, the tool made for these, that what passes here is stable).
func parse(data []byte, most limits) (*etree.Element, error) {
	doc := etree.NewDocument()
	doc.ReadSettings = etree.ReadSettings{
		CharsetReader:          func(string, io.Reader) (io.Reader, error) { return nil, errors.New("not UTF-8") },
		PreserveDuplicateAttrs: true, // else the last one silently wins; below they are refused
		MaxDepth:               most.depth,
	}
	// Some providers' files begin with a byte order mark.
	if err := doc.ReadFromBytes(bytes.TrimPrefix(data, []byte("\ufeff"))); err != nil {
		return nil, fmt.Errorf("not readable as XML: %w", err)
	}
	root, err := rootOf(doc)
	if err != nil {
		return nil, err
	}
	seen := census{most: most, prefixes: map[string]bool{}}
	if err := seen.count(root); err != nil {
		return nil, err
	}
	return root, nil
}

// rootOf returns the only element of a document. Around it only comments, white space and the XML declaration may be.
func rootOf(doc *etree.Document) (*etree.Element, error) {
	var root *etree.Element
	for i, token := range doc.Child {
		switch t := token.(type) {
		case *etree.Element:
			if root != nil {
				return nil, errors.New("two root elements")
			}
			root = t
		case *etree.CharData:
			if strings.TrimSpace(t.Data) != "" {
				return nil, errors.New("text beside the root element")
			}
		case *etree.ProcInst:
			if i != 0 || t.Target != "xml" {
				return nil, errors.New("a processing instruction")
			}
		case *etree.Directive:
			return nil, errors.New("a document type declaration")
		}
	}
	if root == nil {
		return nil, errors.New("no root element")
	}
	return root, nil
}

// census walks a tree and refuses too much of it and what must not be inside.
type census struct {
	most     limits
	elements int
	prefixes map[string]bool
}

func (c *census) count(el *etree.Element) error {
	if c.elements++; c.elements > c.most.elements {
		return fmt.Errorf("more than %d elements", c.most.elements)
	}
	if !localName(el.Tag) {
		return fmt.Errorf("an element name that namespaces forbid: %q", el.Tag)
	}
	if err := c.attributes(el); err != nil {
		return err
	}
	for _, token := range el.Child {
		switch t := token.(type) {
		case *etree.Element:
			if err := c.count(t); err != nil {
				return err
			}
		case *etree.ProcInst:
			return errors.New("a processing instruction")
		case *etree.Directive:
			return errors.New("a directive")
		}
	}
	return nil
}

func (c *census) attributes(el *etree.Element) error {
	seen := make(map[string]bool, len(el.Attr))
	for _, a := range el.Attr {
		name := a.FullKey()
		if !localName(a.Key) {
			return fmt.Errorf("an attribute name that namespaces forbid: %q", a.Key)
		}
		if seen[name] {
			return fmt.Errorf("an attribute given twice on %s", el.Tag)
		}
		seen[name] = true
		if a.Space == "xmlns" {
			if c.prefixes[a.Key] = true; len(c.prefixes) > maxPrefixes {
				return fmt.Errorf("more than %d namespace prefixes", maxPrefixes)
			}
		}
	}
	return nil
}

// localName reports whether the part of a name behind its prefix stands as a name alone (xml-names §4, NCName). That the
// whole is a name, the parser has seen to.
func localName(name string) bool {
	first, _ := utf8.DecodeRuneInString(name)
	return (unicode.IsLetter(first) || first == '_') && !strings.Contains(name, ":")
}

// is reports whether an element has a name, namespace included. Every element we look for is asked for by this.
func is(el *etree.Element, space, tag string) bool {
	return el.Tag == tag && el.NamespaceURI() == space
}

// children are the direct children of a name. Nothing in this package searches deeper.
func children(el *etree.Element, space, tag string) []*etree.Element {
	var found []*etree.Element
	for _, child := range el.ChildElements() {
		if is(child, space, tag) {
			found = append(found, child)
		}
	}
	return found
}

// only returns the one child of a name; none and several are errors.
func only(el *etree.Element, space, tag string) (*etree.Element, error) {
	found := children(el, space, tag)
	if len(found) != 1 {
		return nil, fmt.Errorf("%d elements %s in %s, want one", len(found), tag, el.Tag)
	}
	return found[0], nil
}

// attr is an attribute without prefix. (etree's own lookup matches any prefix, so x:ID would pass for ID.)
func attr(el *etree.Element, name string) (value string, ok bool) {
	for _, a := range el.Attr {
		if a.Space == "" && a.Key == name {
			return a.Value, true
		}
	}
	return "", false
}

// instant reads an attribute of type xs:dateTime; ok is false if there is none.
func instant(el *etree.Element, name string) (at time.Time, ok bool, err error) {
	value, ok := attr(el, name)
	if !ok {
		return time.Time{}, false, nil
	}
	var t saml.RelaxedTime
	if err := t.UnmarshalText([]byte(value)); err != nil || value == "" {
		return time.Time{}, false, fmt.Errorf("%s of %s is not a time", name, el.Tag)
	}
	return time.Time(t), true, nil
}

// text is all the character data of an element, joined: a comment or a CDATA section in the middle cuts nothing off.
// An element inside is an error.
func text(el *etree.Element) (string, error) {
	var b strings.Builder
	for _, token := range el.Child {
		switch t := token.(type) {
		case *etree.CharData:
			b.WriteString(t.Data)
		case *etree.Comment:
		default:
			return "", fmt.Errorf("%s holds more than text", el.Tag)
		}
	}
	return b.String(), nil
}

// uri is the text of an element of type xs:anyURI, whose white space at the ends means nothing.
func uri(el *etree.Element) (string, error) {
	value, err := text(el)
	return strings.TrimSpace(value), err
}
