// Package nearest finds the known word that a misspelt one was probably meant to be, for messages that help.
package nearest

import (
	"strings"
	"unicode/utf8"
)

// maxWord bounds what is compared, in characters: longer words are no misspellings of a setting's name.
const maxWord = 64

// To returns the candidate closest to a word, and whether one is close enough to suggest: it differs in case, or
// in underscores and hyphens, or by a few keystrokes (one in three, at least one and at most three).
func To(word string, candidates []string) (string, bool) {
	if utf8.RuneCountInString(word) > maxWord {
		return "", false
	}
	folded := fold(word)
	best, bestCost := "", min(3, max(1, len([]rune(folded))/3))+1
	for _, c := range candidates {
		if utf8.RuneCountInString(c) > maxWord {
			continue
		}
		if cost := distance(folded, fold(c)); cost < bestCost {
			best, bestCost = c, cost
		}
	}
	return best, best != ""
}

func fold(s string) string {
	return strings.ToLower(strings.NewReplacer("_", "", "-", "").Replace(s))
}

// distance is the number of keystrokes between two words: characters added, left out, changed, or two neighbours swapped
// (optimal string alignment distance).
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	before, last, this := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(x); i++ {
		this[0] = i
		for j := 1; j <= len(y); j++ {
			change := 1
			if x[i-1] == y[j-1] {
				change = 0
			}
			this[j] = min(last[j]+1, this[j-1]+1, last[j-1]+change)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				this[j] = min(this[j], before[j-2]+1)
			}
		}
		before, last, this = last, this, before
	}
	return last[len(y)]
}
