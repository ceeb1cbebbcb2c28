package words

import (
	"slices"
	"strings"
)

// saidPrefix begins the keys of texts that other rooms say in English, since the API says them so.
const saidPrefix = "said."

// Said is a sentence of a pool's rules in this language. The rooms that decide say it in Cognito's English words, which are
// part of the API; here it is found by them. A sentence that no catalogue knows stays as it is.
func (w Words) Said(english string) string {
	if w.Language().Code == Default && w.c == nil {
		return english
	}
	for key, t := range builtIn()[Default].texts {
		if !strings.HasPrefix(key, saidPrefix) {
			continue
		}
		if values, ok := match(t.pieces, english); ok {
			return w.Say(key, values...)
		}
	}
	return english
}

// match finds the values that make a sentence of a text, as names and values.
func match(pieces []piece, sentence string) (values []string, ok bool) {
	for i, p := range pieces {
		if p.place == "" {
			rest, found := strings.CutPrefix(sentence, p.words)
			if !found {
				return nil, false
			}
			sentence = rest
			continue
		}
		end := len(sentence)
		if i+1 < len(pieces) {
			end = strings.Index(sentence, pieces[i+1].words)
		}
		if end <= 0 {
			return nil, false
		}
		values = slices.Concat(values, []string{p.place, sentence[:end]})
		sentence = sentence[end:]
	}
	return values, sentence == ""
}
