package config

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"portico/userpool/nearest"
)

// decoder fills Go values from the tree. Types decide what is read, so nesting is bounded by them. Member names are those
// of the yaml tags, or else of the Go fields: those of the SDK's structs are the API's own.
type decoder struct {
	found *faults
	left  int // values that may still be read
}

// maxValues bounds the values read in all: aliases may stand for large lists many times over.
const maxValues = 100_000

// spend counts values. Once there are too many of them or too many faults, nothing more is read.
func (d *decoder) spend(values int, n *node, path string) bool {
	if d.found.stopped {
		return false
	}
	if d.left -= values; d.left < 0 {
		d.found.add(n.line, path, "the file holds too many values once aliases are followed: %d are the limit", maxValues)
	}
	d.found.stopped = d.left < 0 || d.found.full()
	return !d.found.stopped
}

// into fills v from n and reports whether it could. A faulty value leaves v as it is. With scalars set, numbers and
// booleans are taken for text.
func (d *decoder) into(v reflect.Value, n *node, path string, scalars bool) bool {
	if !d.spend(1, n, path) {
		return false
	}
	if n.kind == isNothing {
		return !n.faulty
	}
	if v.Type() == reflect.TypeFor[settingsTree]() {
		return d.document(v, n, path)
	}
	if read := readerOf(v.Type()); read != nil {
		return d.special(v, n, path, read)
	}
	switch v.Kind() {
	case reflect.Pointer:
		made := reflect.New(v.Type().Elem())
		if !d.into(made.Elem(), n, path, scalars) {
			return false
		}
		v.Set(made)
		return true
	case reflect.Struct:
		return d.object(v, n, path)
	case reflect.Slice:
		return d.list(v, n, path)
	case reflect.Map:
		return d.texts(v, n, path, scalars)
	case reflect.String:
		return d.text(v, n, path, scalars)
	case reflect.Bool:
		return d.boolean(v, n, path)
	case reflect.Int, reflect.Int32, reflect.Int64:
		return d.number(v, n, path)
	}
	panic("config: a setting has the type " + v.Type().String() + ", which is not read")
}

// object fills a struct. Members with faults are left out; the others are read.
func (d *decoder) object(v reflect.Value, n *node, path string) bool {
	if !d.wants(n, isObject, path) {
		return false
	}
	members := membersOf(v.Type())
	for _, e := range n.entries {
		i := slices.IndexFunc(members, func(m structMember) bool { return m.name == e.key })
		if i < 0 {
			if d.spend(1, n, path) {
				d.unknown(e, path, members)
			}
			continue
		}
		m := members[i]
		d.into(v.FieldByIndex(m.index), e.value, join(path, e.key), m.scalars)
	}
	return true
}

// unknown reports a key that is not known. The known one that was probably meant then counts as faulty too, so it is not
// said to be missing as well.
func (d *decoder) unknown(e entry, path string, members []structMember) {
	names := make([]string, len(members))
	for i, m := range members {
		names[i] = m.name
	}
	slices.Sort(names)
	key := e.key
	if len(key) > 80 {
		key = key[:80]
	}
	if near, ok := nearest.To(e.key, names); ok {
		d.found.add(e.line, join(path, key), "is not a setting: did you mean %s?", near)
		d.found.meant = append(d.found.meant, join(path, near))
		return
	}
	d.found.add(e.line, join(path, key), "is not a setting: use %s", strings.Join(names, ", "))
}

func (d *decoder) list(v reflect.Value, n *node, path string) bool {
	if !d.wants(n, isList, path) {
		return false
	}
	if len(n.items) > d.left && !d.spend(len(n.items), n, path) {
		return false
	}
	// A faulty entry stays in its place, empty, so that the others keep their numbers.
	made := reflect.MakeSlice(v.Type(), len(n.items), len(n.items))
	for i, item := range n.items {
		path := fmt.Sprintf("%s[%d]", path, i)
		if item.kind == isNothing && !item.faulty {
			d.found.add(item.line, path, "is empty: write a value or remove the entry")
		}
		d.into(made.Index(i), item, path, false)
	}
	v.Set(made)
	return true
}

func (d *decoder) texts(v reflect.Value, n *node, path string, scalars bool) bool {
	if !d.wants(n, isObject, path) {
		return false
	}
	made := reflect.MakeMap(v.Type())
	for _, e := range n.entries {
		value := reflect.New(v.Type().Elem()).Elem()
		if e.value.kind != isNothing && d.into(value, e.value, join(path, e.key), scalars) {
			made.SetMapIndex(reflect.ValueOf(e.key), value)
		}
	}
	v.Set(made)
	return true
}

func (d *decoder) text(v reflect.Value, n *node, path string, scalars bool) bool {
	if n.kind == isNumber || n.kind == isBoolean {
		if !scalars {
			d.found.add(n.line, path, "wants text and is %s: put it in quotes", n.kind)
			return false
		}
	} else if !d.wants(n, isText, path) {
		return false
	}
	v.SetString(n.text)
	return true
}

func (d *decoder) boolean(v reflect.Value, n *node, path string) bool {
	yes := n.text == "true"
	if n.kind == isBoolean || (n.expanded && (yes || n.text == "false")) {
		v.SetBool(yes)
		return true
	}
	if n.kind == isText {
		d.found.add(n.line, path, "wants true or false, without quotes")
		return false
	}
	return d.wants(n, isBoolean, path)
}

func (d *decoder) number(v reflect.Value, n *node, path string) bool {
	if (n.kind != isNumber || !n.whole) && !n.expanded {
		if n.kind == isText || n.kind == isNumber {
			d.found.add(n.line, path, "wants a whole number, without quotes")
			return false
		}
		return d.wants(n, isNumber, path)
	}
	// YAML's own forms, 0x1F and 1_000 among them, but no leading zero that means octal to some and nothing to others.
	number, err := strconv.ParseInt(n.text, 0, 64)
	if err != nil || v.OverflowInt(number) || (len(n.text) > 1 && n.text[0] == '0' && n.text[1] >= '0' && n.text[1] <= '9') {
		d.found.add(n.line, path, "wants a whole number of ordinary size, without leading zeros")
		return false
	}
	v.SetInt(number)
	return true
}

// special reads a type that has a text form of its own.
func (d *decoder) special(v reflect.Value, n *node, path string, read reader) bool {
	if n.kind != isText && n.kind != isNumber {
		return d.wants(n, isText, path)
	}
	value, err := read(n.text)
	if err != nil {
		d.found.add(n.line, path, "%s", err)
		return false
	}
	v.Set(reflect.ValueOf(value))
	return true
}

func (d *decoder) wants(n *node, want kind, path string) bool {
	if n.kind != want {
		d.found.add(n.line, path, "wants %s and is %s", want, n.kind) // never the value itself
	}
	return n.kind == want
}

// structMember is one member of a struct: its name in the file, and whether numbers and booleans are taken for its text.
type structMember struct {
	name    string
	index   []int
	scalars bool
}

func membersOf(t reflect.Type) []structMember {
	var members []structMember
	for _, f := range reflect.VisibleFields(t) {
		if f.Anonymous || !f.IsExported() || len(f.Tag.Get("yaml")) == 1 { // "-"
			continue
		}
		name := f.Name
		if tag := f.Tag.Get("yaml"); tag != "" {
			name = tag
		}
		members = append(members, structMember{name: name, index: f.Index, scalars: takesScalars(t, f.Name)})
	}
	return members
}

// takesScalars: the API writes these numbers and booleans as text, but nobody writes them so in YAML.
func takesScalars(t reflect.Type, field string) bool {
	switch t {
	case reflect.TypeFor[types.StringAttributeConstraintsType](), reflect.TypeFor[types.NumberAttributeConstraintsType]():
		return true
	case reflect.TypeFor[types.IdentityProviderType]():
		return field == "ProviderDetails"
	case reflect.TypeFor[types.AttributeType]():
		return field == "Value"
	}
	return field == "UserPoolTags"
}
