package branding

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/tdewolff/parse/v2/css"
	"golang.org/x/image/colornames"
)

// rule is what a property's value must look like; it writes the value anew.
type rule func(values []token) (written string, why string)

// Bounds of lengths in CSS pixels: nothing can be made to vanish, or to cover the page.
const (
	maxSpace  = 200
	maxHeight = 200
	minFont   = 10
	maxFont   = 48
)

// declare checks a declaration. Properties are those of Cognito's template, and the values its guide allows.
func declare(property string, values []token) ([]declaration, string) {
	if len(values) == 0 {
		return nil, "has no value"
	}
	switch property {
	case "color", "background-color", "border-color":
		return colourDeclaration(property, values)
	case "background":
		return colourDeclaration("background-color", values)
	case "border":
		return border(values)
	}
	check, ok := classicProperties()[property]
	if !ok {
		return nil, "is not a property of Cognito's template; there are: " + strings.Join(propertyNames(), ", ")
	}
	written, why := check(values)
	if why != "" {
		return nil, why
	}
	if property == "font-weight" && written == "italic" { // Cognito's guide takes italic for a weight
		property = "font-style"
	}
	if property == "height" { // a minimum: type may be larger, and fingers are
		property = "min-height"
	}
	return []declaration{{property: property, value: written}}, ""
}

func classicProperties() map[string]rule {
	space := lengths(4, 0, maxSpace, "px", "em", "rem", "%")
	one := lengths(1, 0, maxSpace, "px", "em", "rem", "%")
	table := map[string]rule{
		"border-radius": lengths(1, 0, maxRadius, "px"), "border-style": words("solid", "none"), "border-width": lengths(1, 0, 100, "px"),
		"display": words("block", "inline"), "font-size": lengths(1, minFont, maxFont, "px"), "font-style": words("normal", "italic"),
		"font-weight": weight, "height": lengths(1, 1, maxHeight, "px"), "margin": space,
		"max-height": lengths(1, 1, maxHeight, "px", "%"), "max-width": lengths(1, 1, 400, "px", "%"), "padding": space,
		"text-align": words("left", "right", "center", "start", "end"), "width": lengths(1, 10, 100, "%"),
	}
	for _, side := range []string{"top", "right", "bottom", "left"} {
		table["margin-"+side], table["padding-"+side] = one, one
	}
	return table
}

func propertyNames() []string {
	names := []string{"background", "background-color", "border", "border-color", "color"}
	for name := range classicProperties() {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func words(allowed ...string) rule {
	return func(values []token) (string, string) {
		if text := strings.ToLower(values[0].text); len(values) == 1 && slices.Contains(allowed, text) {
			return text, ""
		}
		return "", "is one of " + strings.Join(allowed, ", ")
	}
}

func weight(values []token) (string, string) {
	text := strings.ToLower(values[0].text)
	if n, err := strconv.Atoi(text); len(values) == 1 && (slices.Contains([]string{"bold", "normal", "italic"}, text) || err == nil && n >= 100 && n <= 900 && n%100 == 0) {
		return text, ""
	}
	return "", "is bold, italic, normal, or a hundred from 100 to 900"
}

// lengths takes up to most lengths of the units given, each within its bounds; those of em and rem are sixteen pixels each. Zero
// needs no unit.
func lengths(most int, low, high float64, units ...string) rule {
	return func(values []token) (string, string) {
		why := fmt.Sprintf("is a length from %g to %g pixels, in %s", low, high, strings.Join(units, ", "))
		if len(values) > most {
			return "", why
		}
		list := make([]string, len(values))
		for i, v := range values {
			n, unit, ok := measure(v)
			pixels := n
			if unit == "em" || unit == "rem" {
				pixels *= 16
			}
			if !ok || !slices.Contains(units, unit) && !(unit == "" && n == 0) || pixels < low || pixels > high || unit == "%" && n > 100 {
				return "", why
			}
			list[i] = strconv.FormatFloat(n, 'f', -1, 64) + unit
		}
		return strings.Join(list, " "), ""
	}
}

// measure splits a number from its unit.
func measure(v token) (n float64, unit string, ok bool) {
	text := strings.ToLower(v.text)
	switch v.TokenType {
	case css.NumberToken:
	case css.PercentageToken:
		text, unit = strings.TrimSuffix(text, "%"), "%"
	case css.DimensionToken:
		for _, u := range []string{"px", "rem", "em"} {
			if rest, found := strings.CutSuffix(text, u); found {
				text, unit = rest, u
				break
			}
		}
	default:
		return 0, "", false
	}
	n, err := strconv.ParseFloat(text, 64)
	return n, unit, err == nil && n < 1e6 && n > -1e6 // and no NaN, which is neither
}

func colourDeclaration(property string, values []token) ([]declaration, string) {
	c, ok := parseColour(values)
	if !ok {
		return nil, "is no colour: write #rrggbb, rgb(), rgba() or a name"
	}
	return []declaration{{property: property, value: "", colour: &c}}, ""
}

// border takes width, style and colour in any order, and writes them as three.
func border(values []token) ([]declaration, string) {
	const why = "is a width from 1px to 100px, solid or none, and a colour"
	var list []declaration
	for i := 0; i < len(values); {
		v := values[i]
		text := strings.ToLower(v.text)
		rest := values[i:]
		switch {
		case v.TokenType == css.DimensionToken || v.TokenType == css.NumberToken:
			width, wrong := lengths(1, 0, 100, "px")(values[i : i+1])
			if wrong != "" {
				return nil, why
			}
			list = append(list, declaration{property: "border-width", value: width})
			i++
			continue
		case text == "solid" || text == "none":
			list = append(list, declaration{property: "border-style", value: text})
			i++
			continue
		case v.TokenType == css.FunctionToken: // to its parenthesis
			for n, inner := range rest {
				if inner.TokenType == css.RightParenthesisToken {
					rest = rest[:n+1]
					break
				}
			}
		default:
			rest = rest[:1]
		}
		c, ok := parseColour(rest)
		if !ok {
			return nil, why
		}
		list = append(list, declaration{property: "border-color", colour: &c})
		i += len(rest)
	}
	if len(list) > 3 {
		return nil, why
	}
	return list, ""
}

// parseColour reads a colour: hexadecimal, of rgb() or rgba(), or a name of CSS.
func parseColour(values []token) (translucent, bool) {
	text := strings.ToLower(values[0].text)
	switch {
	case len(values) == 1 && values[0].TokenType == css.HashToken:
		if len(text) == 9 {
			return parseRGBA(text[1:])
		}
		c, ok := ParseHex(text)
		return translucent{c, 1}, ok
	case len(values) == 1 && text == "transparent":
		return translucent{}, true
	case len(values) == 1 && values[0].TokenType == css.IdentToken:
		c, ok := colornames.Map[text]
		return translucent{Colour{c.R, c.G, c.B}, 1}, ok
	case text == "rgb(" || text == "rgba(":
		return parseFunction(values[1:])
	}
	return translucent{}, false
}

// parseFunction reads what is inside rgb(): three channels and perhaps a share of opacity, with commas or without.
func parseFunction(values []token) (translucent, bool) {
	if len(values) == 0 || values[len(values)-1].TokenType != css.RightParenthesisToken {
		return translucent{}, false
	}
	made := translucent{alpha: 1}
	count := 0
	for _, v := range values[:len(values)-1] {
		if v.TokenType == css.CommaToken || v.text == "/" {
			continue
		}
		n, unit, ok := measure(v)
		if !ok || n < 0 || count == 4 || unit != "" && unit != "%" {
			return translucent{}, false
		}
		if count == 3 {
			if unit == "%" {
				n /= 100
			}
			made.alpha = min(n, 1)
		} else {
			if unit == "%" {
				n *= 2.55
			}
			*[]*uint8{&made.R, &made.G, &made.B}[count] = uint8(min(n, 255) + .5)
		}
		count++
	}
	return made, count >= 3
}
