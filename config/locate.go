package config

import (
	"strconv"
	"strings"
)

// sameMember holds the members that CreateUserPool and DescribeUserPool name differently.
var sameMember = [...][2]string{{"Name", "PoolName"}, {"SchemaAttributes", "Schema"}}

// locate finds the line of a path below a node, as in Clients[0].ClientName, and the path as the file writes it. Where
// something is missing, the line is that of what should hold it.
func (n *node) locate(path string, line int) (int, string) {
	written := ""
	for path != "" && n != nil {
		switch n.kind {
		case isObject:
			e, name, ok := n.entryFor(path)
			if !ok {
				return line, written + path
			}
			line, n, written = e.line, e.value, written+e.key
			path = path[len(name):]
			if rest, dotted := strings.CutPrefix(path, "."); dotted && rest != "" {
				path, written = rest, written+"."
			}
		case isList:
			index, rest, ok := cutIndex(path)
			if !ok || index >= len(n.items) {
				return line, written + path
			}
			written += path[:len(path)-len(rest)]
			n, path = n.items[index], rest
			line = n.line
			if rest, dotted := strings.CutPrefix(path, "."); dotted {
				path, written = rest, written+"."
			}
		default:
			return line, written + path
		}
	}
	return line, written + path
}

// entryFor finds the entry that a path begins with: the longest, because keys may hold dots.
func (n *node) entryFor(path string) (found entry, name string, ok bool) {
	for _, e := range n.entries {
		for _, candidate := range namesOf(e.key) {
			rest, begins := strings.CutPrefix(path, candidate)
			if begins && (rest == "" || rest[0] == '.' || rest[0] == '[') && len(candidate) > len(name) {
				found, name, ok = e, candidate, true
			}
		}
	}
	return found, name, ok
}

func namesOf(key string) []string {
	for _, pair := range sameMember {
		if key == pair[1] {
			return []string{key, pair[0]}
		}
	}
	return []string{key}
}

// cutIndex takes [12] off the front of a path.
func cutIndex(path string) (index int, rest string, ok bool) {
	inner, rest, ok := strings.Cut(strings.TrimPrefix(path, "["), "]")
	if !ok || !strings.HasPrefix(path, "[") {
		return 0, path, false
	}
	index, err := strconv.Atoi(inner)
	return index, rest, err == nil && index >= 0
}
