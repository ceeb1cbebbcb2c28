package static

import (
	"fmt"
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// Least contrasts of WCAG 2.2: of text (1.4.3), and of what shows where a
// control is and which has the focus (1.4.11).
const (
	ofText    = 4.5
	ofControl = 3
)

// TestContrast holds every pair of tokens that is drawn, also where no page
// of the tests shows it: on hover, in focus, over a drawing.
func TestContrast(t *testing.T) {
	sheet, err := os.ReadFile("portico.css")
	if err != nil {
		t.Fatal(err)
	}
	light := tokens(t, string(sheet), ":root {")
	for name, scheme := range map[string]map[string]string{
		"light": {}, "dark": tokens(t, string(sheet), ":root[data-theme=dark] {"), "dark by preference": tokens(t, string(sheet), ":root:not([data-theme=light]) {"),
	} {
		colour := func(token string) string {
			if value := scheme[token]; value != "" {
				return value
			}
			return light[token]
		}
		for _, pair := range pairs() {
			for _, ink := range strings.Fields(pair.inks) {
				for _, ground := range strings.Fields(pair.grounds) {
					got := contrast(t, colour(ink), colour(ground))
					if got < pair.least {
						t.Errorf("%s: --%s on --%s: %.2f, want %.1f", name, ink, ground, got, pair.least)
					}
				}
			}
		}
	}
}

type pair struct {
	inks, grounds string
	least         float64
}

func pairs() []pair {
	return []pair{
		{"ink ink2 ink3", "ground arch1 arch2 surface sunken", ofText},
		{"link link-hover", "ground arch1 arch2 surface sunken tint", ofText},
		{"on-accent", "accent accent-hover accent-active", ofText},
		{"danger", "surface danger-tint", ofText},
		{"success", "surface success-tint", ofText},
		{"warn", "surface warn-tint", ofText},
		{"ink ink2", "tint danger-tint success-tint warn-tint", ofText},
		{"edge", "surface", ofControl},
		{"link accent", "ground arch1 arch2 surface sunken", ofControl},
	}
}

// tokens reads the colours of the first block that begins so.
func tokens(t *testing.T, sheet, begin string) map[string]string {
	t.Helper()
	_, rest, found := strings.Cut(sheet, begin)
	block, _, closed := strings.Cut(rest, "}")
	if !found || !closed {
		t.Fatalf("no block %q", begin)
	}
	colours := map[string]string{}
	for _, match := range regexp.MustCompile(`--([a-z0-9-]+): (#[0-9a-f]{3,6});`).FindAllStringSubmatch(block, -1) {
		colours[match[1]] = match[2]
	}
	return colours
}

// contrast is the contrast ratio of WCAG 2.2, from 1 to 21.
func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	one, other := luminance(t, a), luminance(t, b)
	return (max(one, other) + .05) / (min(one, other) + .05)
}

// luminance is the relative luminance of WCAG 2.2, from 0 to 1.
func luminance(t *testing.T, colour string) float64 {
	t.Helper()
	digits := strings.TrimPrefix(colour, "#")
	if len(digits) == 3 {
		digits = fmt.Sprintf("%[1]c%[1]c%[2]c%[2]c%[3]c%[3]c", digits[0], digits[1], digits[2])
	}
	value, err := strconv.ParseUint(digits, 16, 24)
	if err != nil || len(digits) != 6 {
		t.Fatalf("%q is no colour", colour)
	}
	return .2126*linear(value>>16) + .7152*linear(value>>8&255) + .0722*linear(value&255)
}

func linear(channel uint64) float64 {
	c := float64(channel) / 255
	if c <= .04045 {
		return c / 12.92
	}
	return math.Pow((c+.055)/1.055, 2.4)
}
