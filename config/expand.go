package config

import (
	"regexp"
	"strings"
)

var variable = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// expand makes a text, with the environment's values in place of ${NAME}; $${ is a plain ${. An expanded value is not
// expanded again, so what a variable holds can never name another one.
func (b *builder) expand(line int, raw, path string) *node {
	made := &node{kind: isText, line: line}
	var out strings.Builder
	for {
		at := strings.Index(raw, "${")
		if at < 0 {
			break
		}
		if at > 0 && raw[at-1] == '$' {
			out.WriteString(raw[:at-1] + "${")
			raw = raw[at+2:]
			continue
		}
		out.WriteString(raw[:at])
		name, rest, closed := strings.Cut(raw[at+2:], "}")
		if !closed || !variable.MatchString(name) {
			return b.refuse(line, path, "has a ${ without a name and a }: write ${NAME}, or $${ for the two characters themselves")
		}
		value, set := b.env(name)
		if !set {
			return b.refuse(line, path, "needs the environment variable %s, which is not set", name)
		}
		out.WriteString(value)
		made.expanded, raw = true, rest
	}
	out.WriteString(raw)
	made.text = out.String()
	return made
}
