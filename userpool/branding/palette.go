package branding

import (
	"maps"
	"slices"
)

// Token is a custom property of the style sheet, without its dashes. docs/branding.md is the contract.
type Token string

// The colours of the contract.
const (
	Ground       Token = "ground"
	Arch1        Token = "arch1"
	Arch2        Token = "arch2"
	Surface      Token = "surface"
	Sunken       Token = "sunken"
	Line         Token = "line"
	Line2        Token = "line2"
	Edge         Token = "edge"
	Ink          Token = "ink"
	Ink2         Token = "ink2"
	Ink3         Token = "ink3"
	Accent       Token = "accent"
	AccentHover  Token = "accent-hover"
	AccentActive Token = "accent-active"
	OnAccent     Token = "on-accent"
	Link         Token = "link"
	LinkHover    Token = "link-hover"
	Focus        Token = "focus"
	Tint         Token = "tint"
	Danger       Token = "danger"
	DangerTint   Token = "danger-tint"
	DangerLine   Token = "danger-line"
	Success      Token = "success"
	SuccessTint  Token = "success-tint"
	SuccessLine  Token = "success-line"
	Warn         Token = "warn"
	WarnTint     Token = "warn-tint"
	WarnLine     Token = "warn-line"
)

// Palette is a value for every colour of the contract.
type Palette map[Token]Colour

// Own is Portico's own palette, as static/portico.css has it; a test holds the two together.
func Own(dark bool) Palette {
	if dark {
		return hexes(map[Token]string{
			Ground: "#0d1216", Arch1: "#10151a", Arch2: "#14191f", Surface: "#191f25", Sunken: "#12171c",
			Line: "#2e353c", Line2: "#434b54", Edge: "#707882", Ink: "#f0eeea", Ink2: "#b6bbc1", Ink3: "#9aa1a7",
			Accent: "#6bb8e6", AccentHover: "#85c8f1", AccentActive: "#9dd5f8", OnAccent: "#08141f",
			Link: "#6bb8e6", LinkHover: "#85c8f1", Focus: "#6bb8e6", Tint: "#182d3f",
			Danger: "#f8928a", DangerTint: "#35201f", DangerLine: "#6b3733",
			Success: "#77d199", SuccessTint: "#193021", SuccessLine: "#2a583c",
			Warn: "#eabc6e", WarnTint: "#362913", WarnLine: "#644b1e",
		})
	}
	return hexes(map[Token]string{
		Ground: "#f4f2ec", Arch1: "#f9f7f2", Arch2: "#fcfbf8", Surface: "#ffffff", Sunken: "#f8f7f3",
		Line: "#e2dfda", Line2: "#cbc7c0", Edge: "#8b857d", Ink: "#181f26", Ink2: "#4b525a", Ink3: "#62686f",
		Accent: "#065b90", AccentHover: "#024d7b", AccentActive: "#023f66", OnAccent: "#ffffff",
		Link: "#065b90", LinkHover: "#024d7b", Focus: "#065b90", Tint: "#e6f2fc",
		Danger: "#b32926", DangerTint: "#fef1ef", DangerLine: "#f9c1ba",
		Success: "#1d6e42", SuccessTint: "#e8faed", SuccessLine: "#b3ddc0",
		Warn: "#7f5314", WarnTint: "#fef5df", WarnLine: "#e9ce94",
	})
}

// of gives the colours of several tokens.
func (p Palette) of(tokens ...Token) []Colour {
	list := make([]Colour, len(tokens))
	for i, token := range tokens {
		list[i] = p[token]
	}
	return list
}

func hexes(table map[Token]string) Palette {
	p := Palette{}
	for token, text := range table {
		p[token], _ = ParseHex(text)
	}
	return p
}

func sortedTokens(p Palette) []Token { return slices.Sorted(maps.Keys(p)) }
