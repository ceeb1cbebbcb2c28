package userpool

import "strconv"

// deref reads an optional member of an API document: absent is the zero value.
func deref[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}

// texts turns a list of one of the SDK's enumerations into plain text.
func texts[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = string(v)
	}
	return out
}

// bound reads a length bound, which the API writes as text.
func bound(text *string, otherwise int) int {
	if text == nil {
		return otherwise
	}
	n, err := strconv.Atoi(*text)
	if err != nil {
		return otherwise
	}
	return n
}

func bound64(text *string, otherwise *int64) *int64 {
	if text == nil {
		return otherwise
	}
	n, err := strconv.ParseInt(*text, 10, 64)
	if err != nil {
		return otherwise
	}
	return &n
}
