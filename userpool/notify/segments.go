package notify

import "strings"

// Sizes of text messages (3GPP TS 23.040 §9.2.3.24.1): a phone gets 140 bytes at a time, and each part of a longer text
// gives up six of them to say which part it is. The GSM alphabet takes seven bits a letter, everything else UCS-2's sixteen.
const (
	gsmAlone, gsmPart = 160, 153 // septets
	ucsAlone, ucsPart = 70, 67   // UTF-16 units
)

// maxSegments bounds what one message may cost. The API's 140 characters of an operator's text are five at most, however
// they are written; six leaves room for longer codes.
const maxSegments = 6

// gsmLetters are the GSM default alphabet, gsmEscaped those that take an escape before them (3GPP TS 23.038 §6.2.1).
const (
	gsmLetters = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
	gsmEscaped = "^{}\\[~]|€\f"
)

// Segments is how many messages a text becomes on its way to a phone; each is paid for. It is 0 for an empty text.
func Segments(text string) int {
	if weights, ok := septets(text); ok {
		return parts(weights, gsmAlone, gsmPart)
	}
	var weights []int
	for _, r := range text {
		if r > 0xFFFF { // a pair of UTF-16 units, which is not torn apart
			weights = append(weights, 2)
			continue
		}
		weights = append(weights, 1)
	}
	return parts(weights, ucsAlone, ucsPart)
}

// septets are the weights of the letters, if all of them are in the GSM alphabet.
func septets(text string) ([]int, bool) {
	var weights []int
	for _, r := range text {
		switch {
		case strings.ContainsRune(gsmLetters, r):
			weights = append(weights, 1)
		case strings.ContainsRune(gsmEscaped, r):
			weights = append(weights, 2)
		default:
			return nil, false
		}
	}
	return weights, true
}

// parts packs letters into parts without splitting one.
func parts(weights []int, alone, part int) int {
	total := 0
	for _, w := range weights {
		total += w
	}
	if total <= alone {
		return min(total, 1)
	}
	count, used := 1, 0
	for _, w := range weights {
		if used+w > part {
			count, used = count+1, 0
		}
		used += w
	}
	return count
}
