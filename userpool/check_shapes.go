package userpool

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"portico/userpool/nearest"
)

// shapes checks every member of every document against the API's model: lengths, ranges, patterns, enumerations and
// required members. It walks the SDK's structs, so a member cannot be forgotten; what depends on other members is
// checked elsewhere.
func (c *checker) shapes() {
	c.structure("", reflect.ValueOf(c.d.Pool))
	c.each("Clients", reflect.ValueOf(c.d.Clients))
	c.each("IdentityProviders", reflect.ValueOf(c.d.Providers))
	c.each("ResourceServers", reflect.ValueOf(c.d.ResourceServers))
	c.each("Groups", reflect.ValueOf(c.d.Groups))
	c.each("Users", reflect.ValueOf(c.d.Users))
}

func (c *checker) each(path string, list reflect.Value) {
	for i := range list.Len() {
		c.structure(at(path, i), list.Index(i))
	}
}

func (c *checker) structure(path string, v reflect.Value) {
	for i := range v.NumField() {
		field := v.Type().Field(i)
		if !field.IsExported() {
			continue
		}
		rule := ruleOf(v.Type().Name() + "." + field.Name)
		value, path := v.Field(i), member(path, field.Name)
		if value.IsZero() {
			if rule.required {
				c.fault(path, "is missing: %s needs one", nounOf(v.Type()))
			}
			continue
		}
		c.value(path, reflect.Indirect(value), rule)
	}
}

func (c *checker) value(path string, v reflect.Value, r rule) {
	switch v.Kind() {
	case reflect.String:
		c.text(path, v, r)
	case reflect.Int32, reflect.Int64:
		if n := v.Int(); n < int64(r.min) || (r.max > 0 && n > int64(r.max)) {
			c.fault(path, "is out of range: %s", span(r.min, r.max))
		}
	case reflect.Slice:
		c.list(path, v, r)
	case reflect.Map:
		for _, key := range sortedKeys(v) {
			c.text(member(path, key), reflect.ValueOf(key), ruleOf(r.keys))
			c.text(member(path, key), v.MapIndex(reflect.ValueOf(key)), r)
		}
	case reflect.Struct:
		if v.Type().PkgPath() != "time" {
			c.structure(path, v)
		}
	}
}

func (c *checker) list(path string, v reflect.Value, r rule) {
	if r.items > 0 && v.Len() > r.items {
		c.fault(path, "has %d entries: at most %d are allowed", v.Len(), r.items)
	}
	for i := range v.Len() {
		c.value(at(path, i), v.Index(i), r)
	}
}

func (c *checker) text(path string, v reflect.Value, r rule) {
	text := v.String()
	if known := enumeration(v); known != nil {
		c.oneOf(path, text, append(known, r.also...))
		return
	}
	switch n := utf8.RuneCountInString(text); {
	case !utf8.ValidString(text) || strings.ContainsRune(text, 0):
		// PostgreSQL stores neither.
		c.fault(path, "holds characters that cannot be stored: use UTF-8 without NUL characters")
	case n == 0 && r.min > 0:
		c.fault(path, "is empty: write a value or leave it out")
	case n < r.min:
		c.fault(path, "is too short: at least %d characters are needed", r.min)
	case r.max > 0 && n > r.max:
		c.fault(path, "is %d characters long: at most %d are allowed", n, r.max)
	case r.pattern != nil && !r.pattern.MatchString(text):
		c.fault(path, "%s", r.words)
	}
}

func (c *checker) oneOf(path, text string, known []string) {
	if slices.Contains(known, text) {
		return
	}
	if near, ok := nearest.To(text, known); ok {
		c.fault(path, "is not a value of the API: did you mean %s?", near)
		return
	}
	c.fault(path, "is not a value of the API: use %s", orList(known))
}

// enumeration lists the values of one of the SDK's enumerations: types of text with a Values method.
func enumeration(v reflect.Value) []string {
	method := v.MethodByName("Values")
	if !method.IsValid() {
		return nil
	}
	list := method.Call(nil)[0]
	values := make([]string, list.Len())
	for i := range values {
		values[i] = list.Index(i).String()
	}
	return values
}

func sortedKeys(m reflect.Value) []string {
	keys := make([]string, 0, m.Len())
	for _, k := range m.MapKeys() {
		keys = append(keys, k.String())
	}
	slices.Sort(keys)
	return keys
}

func span(low, high int) string {
	if high == 0 {
		return fmt.Sprintf("at least %d", low)
	}
	return fmt.Sprintf("%d to %d", low, high)
}

// orList joins words as in "a, b or c".
func orList(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
}
