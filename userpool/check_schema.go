package userpool

import (
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// Limits of custom attributes (API reference, quotas).
const (
	maxCustomAttributes    = 50
	maxCustomAttributeName = 20
)

func (c *checker) schemaAttributes() {
	seen, custom := map[string]string{}, 0
	for i, a := range c.d.Pool.SchemaAttributes {
		path := at("SchemaAttributes", i)
		if a.Name == nil || *a.Name == "" {
			continue
		}
		name := schemaName(a)
		c.once(seen, name, member(path, "Name"), "the name")
		if name == identitiesAttribute {
			continue
		}
		if standard, ok := StandardSchema()[name]; ok {
			c.standardAttribute(path, a, standard)
		} else {
			custom++
			c.customAttribute(path, a)
		}
		c.constraints(path, a, c.schema[name])
	}
	if custom > maxCustomAttributes {
		c.fault("SchemaAttributes", "declares %d custom attributes: at most %d are allowed", custom, maxCustomAttributes)
	}
}

func (c *checker) standardAttribute(path string, a types.SchemaAttributeType, standard Attribute) {
	if a.AttributeDataType != "" && string(a.AttributeDataType) != standard.Type {
		c.fault(member(path, "AttributeDataType"), "is %s for %s: a standard attribute keeps its type", standard.Type, standard.Name)
	}
	if deref(a.DeveloperOnlyAttribute) {
		c.fault(member(path, "DeveloperOnlyAttribute"), "is for custom attributes only: remove it")
	}
	if standard.Name == "sub" && deref(a.Mutable) {
		c.fault(member(path, "Mutable"), "cannot be true: a user's sub never changes")
	}
}

func (c *checker) customAttribute(path string, a types.SchemaAttributeType) {
	bare := *a.Name
	for _, prefix := range []string{"dev:", "custom:"} {
		bare = strings.TrimPrefix(bare, prefix)
	}
	switch n := len([]rune(bare)); {
	case n == 0 || n > maxCustomAttributeName:
		c.fault(member(path, "Name"), "is %d characters long: a custom attribute's name has 1 to %d", n, maxCustomAttributeName)
	case !visibleShape.pattern.MatchString(bare):
		c.fault(member(path, "Name"), "%s", visibleShape.words)
	}
	if deref(a.Required) {
		c.fault(member(path, "Required"), "cannot be true: custom attributes are never required")
	}
}

// constraints checks bounds, which the API writes as text.
func (c *checker) constraints(path string, a types.SchemaAttributeType, merged Attribute) {
	if s := a.StringAttributeConstraints; s != nil {
		path := member(path, "StringAttributeConstraints")
		low, lowOK := c.bound(member(path, "MinLength"), s.MinLength)
		high, highOK := c.bound(member(path, "MaxLength"), s.MaxLength)
		switch {
		case merged.Type != "String":
			c.fault(path, "does not fit an attribute of type %s: remove it", merged.Type)
		case lowOK && (low < 0 || low > MaxAttributeLength):
			c.fault(member(path, "MinLength"), "is out of range: 0 to %d", MaxAttributeLength)
		case highOK && (high < 0 || high > MaxAttributeLength):
			c.fault(member(path, "MaxLength"), "is out of range: 0 to %d", MaxAttributeLength)
		case lowOK && highOK && low > high:
			c.fault(member(path, "MinLength"), "is greater than MaxLength")
		}
	}
	if n := a.NumberAttributeConstraints; n != nil {
		path := member(path, "NumberAttributeConstraints")
		low, lowOK := c.bound(member(path, "MinValue"), n.MinValue)
		high, highOK := c.bound(member(path, "MaxValue"), n.MaxValue)
		switch {
		case merged.Type != "Number":
			c.fault(path, "does not fit an attribute of type %s: remove it", merged.Type)
		case lowOK && highOK && low > high:
			c.fault(member(path, "MinValue"), "is greater than MaxValue")
		}
	}
}

func (c *checker) bound(path string, text *string) (int64, bool) {
	if text == nil {
		return 0, false
	}
	n, err := strconv.ParseInt(*text, 10, 64)
	if err != nil {
		c.fault(path, "is not a whole number")
	}
	return n, err == nil
}

// attributeNames lists the schema in a steady order, for suggestions.
func (c *checker) attributeNames() []string {
	names := make([]string, 0, len(c.schema))
	for name := range c.schema {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
