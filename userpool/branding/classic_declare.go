package branding

import (
	"strings"

	"github.com/tdewolff/parse/v2/css"
)

// declarations reads a block up to its brace.
func (p *classicParser) declarations() []declaration {
	var list []declaration
	for {
		p.space()
		switch next := p.peek(); next.TokenType {
		case css.ErrorToken:
			p.fault(next.line, "the last rule has no end: write }")
			return list
		case css.RightBraceToken:
			p.at++
			return list
		case css.SemicolonToken:
			p.at++
		case css.IdentToken:
			list = append(list, p.declaration()...)
		default:
			p.fault(next.line, "%.40q is no property", next.text)
			p.skipDeclaration()
		}
	}
}

// skipDeclaration goes behind the next semicolon of this block, or before its brace.
func (p *classicParser) skipDeclaration() {
	depth := 0
	for ; p.at < len(p.tokens); p.at++ {
		switch p.tokens[p.at].TokenType {
		case css.LeftBraceToken:
			depth++
		case css.RightBraceToken:
			if depth == 0 {
				return
			}
			depth--
		case css.SemicolonToken:
			if depth == 0 {
				return
			}
		}
	}
}

// declaration reads one property with its value.
func (p *classicParser) declaration() []declaration {
	name := p.peek()
	property := strings.ToLower(name.text)
	p.at++
	p.space()
	if p.peek().TokenType != css.ColonToken {
		p.fault(name.line, "%.40s has no colon and value", name.text)
		p.skipDeclaration()
		return nil
	}
	p.at++
	begin := p.at
	p.skipDeclaration()
	values, important := withoutImportant(p.tokens[begin:p.at])
	if important {
		p.fault(name.line, "!important is not allowed, nor needed: these rules go before ours")
		return nil
	}
	if why := forbidden(values); why != "" {
		p.fault(name.line, "%.40s: %s", property, why)
		return nil
	}
	if property == "outline" || strings.HasPrefix(property, "outline-") {
		p.made.warnings = append(p.made.warnings, Fault{Message: "outline is dropped: it shows where the focus is"})
		return nil
	}
	made, why := declare(property, values)
	if why != "" {
		p.fault(name.line, "%.40s: %s", property, why)
	}
	return made
}

// withoutImportant takes the blanks off both ends, and !important off the end.
func withoutImportant(values []token) ([]token, bool) {
	var list []token
	important := false
	for _, v := range values {
		switch {
		case v.TokenType == css.WhitespaceToken:
		case v.text == "!":
			important = true
		default:
			list = append(list, v)
		}
	}
	return list, important
}

// forbidden names what no value may hold, whatever the property.
func forbidden(values []token) string {
	for _, v := range values {
		switch v.TokenType {
		case css.URLToken, css.BadURLToken:
			return "url() is not allowed: give the logo as ImageFile"
		case css.StringToken, css.BadStringToken, css.AtKeywordToken, css.LeftBraceToken, css.LeftBracketToken, css.LeftParenthesisToken:
			return "the value holds something other than words, numbers and colours"
		case css.FunctionToken:
			switch strings.ToLower(v.text) {
			case "rgb(", "rgba(":
			case "url(", "src(", "image(", "image-set(":
				return "url() is not allowed: give the logo as ImageFile"
			default:
				return "functions other than rgb() and rgba() are not allowed"
			}
		}
		if strings.ContainsRune(v.text, '\\') {
			return "escapes are not allowed"
		}
	}
	return ""
}
