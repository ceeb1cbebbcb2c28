package branding

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/tdewolff/parse/v2"
	"github.com/tdewolff/parse/v2/css"
)

// MaxCSS is the most characters of a classic style sheet, as in the API.
const MaxCSS = 131_072

const (
	maxRules    = 200 // Cognito's template has twenty
	maxDeclared = 2_000
	maxTokens   = 60_000
)

// Classic is a classic style sheet that was understood: declarations by selector, in the order of the sheet.
type Classic struct {
	rules    []classicRule
	warnings []Fault
}

// classicRule is one class in one state with what it declares.
type classicRule struct {
	class, state string // without the dot and -customizable; state is empty at rest
	declared     []declaration
}

// declaration is a property and its value, as we write it.
type declaration struct {
	property, value string
	colour          *translucent // of color, background-color and border-color
}

// classicClasses are Cognito's, each without -customizable.
func classicClasses() []string {
	return []string{
		"background", "banner", "errorMessage", "idpButton", "idpDescription", "inputField", "label", "legalText", "logo",
		"passwordCheck-notValid", "passwordCheck-valid", "redirect", "socialButton", "submitButton", "textDescription",
	}
}

func classicStates() []string { return []string{"hover", "focus", "active"} }

// ParseClassic reads the CSS of SetUICustomization: rules of Cognito's classes with properties that only change how an element
// looks. All else is a fault with its line: @-rules, url(), selectors that look at attributes or other elements, positions.
func ParseClassic(sheet string) (*Classic, []Fault) {
	p := &classicParser{made: &Classic{}}
	if n := utf8.RuneCountInString(sheet); n > MaxCSS {
		return p.made, []Fault{{Message: fmt.Sprintf("has %d characters; %d are the limit", n, MaxCSS)}}
	}
	if !utf8.ValidString(sheet) || strings.ContainsRune(sheet, 0) {
		return p.made, []Fault{{Message: "is no text in UTF-8"}}
	}
	p.read(sheet)
	for !p.end() {
		p.rule()
	}
	return p.made, p.wrong
}

// classicParser reads rules from tokens. The library splits the text as CSS Syntax says; what the tokens mean is decided
// here, because only a small part of the language is wanted.
type classicParser struct {
	tokens []token
	at     int
	made   *Classic
	wrong  faults
	count  int // declarations, once for each selector that has them
}

type token struct {
	css.TokenType
	text string
	line int
}

// read splits the sheet. Comments are dropped.
func (p *classicParser) read(sheet string) {
	lexer, line := css.NewLexer(parse.NewInputString(sheet)), 1
	for {
		kind, data := lexer.Next()
		if kind == css.ErrorToken {
			return
		}
		if len(p.tokens) == maxTokens {
			p.wrong.add("", "line %d: is too long: %d words and signs are the limit", line, maxTokens)
			p.tokens = nil
			return
		}
		if kind != css.CommentToken {
			p.tokens = append(p.tokens, token{kind, string(data), line})
		}
		line += strings.Count(string(data), "\n")
	}
}

func (p *classicParser) end() bool {
	p.space()
	return p.at >= len(p.tokens)
}

func (p *classicParser) space() {
	for p.at < len(p.tokens) && p.tokens[p.at].TokenType == css.WhitespaceToken {
		p.at++
	}
}

// peek is the next token; behind the end there is one of no kind.
func (p *classicParser) peek() token {
	if p.at < len(p.tokens) {
		return p.tokens[p.at]
	}
	last := token{TokenType: css.ErrorToken, line: 1}
	if len(p.tokens) > 0 {
		last.line = p.tokens[len(p.tokens)-1].line
	}
	return last
}

func (p *classicParser) fault(line int, format string, args ...any) {
	p.wrong.add("", "line %d: %s", line, fmt.Sprintf(format, args...))
}

// rule reads one rule. After a fault it goes on behind the rule.
func (p *classicParser) rule() {
	first := p.peek()
	if first.TokenType == css.AtKeywordToken {
		p.fault(first.line, "%.40s is not allowed: write rules of Cognito's classes only", first.text)
		p.skipRule()
		return
	}
	selectors, ok := p.selectors()
	if !ok {
		p.fault(first.line, "the selector is not one of Cognito's classes with -customizable, alone or with :hover, :focus or :active: %s", strings.Join(classicClasses(), ", "))
		p.skipRule()
		return
	}
	declared := p.declarations()
	for _, s := range selectors {
		if p.count += len(declared); len(p.made.rules) == maxRules || p.count > maxDeclared {
			p.fault(first.line, "there are more than %d rules with %d properties in all", maxRules, maxDeclared)
			p.at = len(p.tokens)
			return
		}
		p.made.rules = append(p.made.rules, classicRule{s[0], s[1], declared})
	}
}

// selectors reads classes and their states up to the brace.
func (p *classicParser) selectors() ([][2]string, bool) {
	var list [][2]string
	for {
		p.space()
		if p.peek().text != "." || p.at+1 >= len(p.tokens) {
			return nil, false
		}
		p.at++
		class, customizable := strings.CutSuffix(p.peek().text, "-customizable")
		if p.peek().TokenType != css.IdentToken || !customizable || !slices.Contains(classicClasses(), class) {
			return nil, false
		}
		p.at++
		state := ""
		if p.peek().TokenType == css.ColonToken {
			p.at++
			if state = p.peek().text; p.peek().TokenType != css.IdentToken || !slices.Contains(classicStates(), state) {
				return nil, false
			}
			p.at++
		}
		list = append(list, [2]string{class, state})
		p.space()
		next := p.peek().TokenType
		p.at++
		switch next {
		case css.LeftBraceToken:
			return list, true
		case css.CommaToken:
		default:
			p.at--
			return nil, false
		}
	}
}

// skipRule goes behind the next block, with all that is nested in it, or behind a semicolon that ends an @-rule without one.
func (p *classicParser) skipRule() {
	depth := 0
	for ; p.at < len(p.tokens); p.at++ {
		switch p.tokens[p.at].TokenType {
		case css.LeftBraceToken:
			depth++
		case css.RightBraceToken:
			if depth--; depth <= 0 {
				p.at++
				return
			}
		case css.SemicolonToken:
			if depth == 0 {
				p.at++
				return
			}
		}
	}
}
