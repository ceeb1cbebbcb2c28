package templates

import "portico/words"

// Frame is what every page needs around its content. Every view embeds one.
type Frame struct {
	Words words.Words // the page's language and its texts; the zero value is English
	App   string      // the app's display name, shown as the host of the page

	Stylesheet        string // address of portico.css, or of the operator's sheet, which begins with it
	BenchStylesheet   string // address of bench.css; bench and practice pages only
	AccountStylesheet string // address of account.css; empty but on the pages of the account
	Script            string // address of portico.js
	Favicon           string // address of the icon; empty draws no link
	Theme             string // "light" or "dark" overrides the person's setting
	Brand             Brand  // what an operator changed beside the style sheet

	Languages *LanguageChoice // nil where there is nothing to choose
	Links     []Link          // footer, in order; links without an address are left out
	Reference string          // eight characters that find this page in the log; empty hides it
}

// Brand is what differs of an operator's pages beside their style sheet. The zero value is Portico's own look.
type Brand struct {
	Logo          *Logo             // in place of the tile and the app's name
	Bar           bool              // a bar at the top of the page
	BarLogo       *Logo             // in it
	NoSigns       bool              // steps have the lock-up in place of their sign
	PasswordFirst bool              // the form comes before the providers
	Icons         map[string]string // addresses of the operator's own marks, by the name on a provider's button
}

// Logo is a picture with the size it is drawn at, so that nothing moves when it arrives.
type Logo struct {
	Src           string
	DarkSrc       string // for people who prefer dark colours; empty where there is one for all
	Width, Height int    // CSS pixels
}

// LanguageChoice is the form at the foot of a page that asks for the same page in another language.
type LanguageChoice struct {
	Action string   // the page
	Fields []Hidden // what its address holds, but for the language
	List   []LanguageOption
}

// LanguageOption is one language of the choice, which a button named "lang" sends.
type LanguageOption struct {
	Code, Name string // the name in the language itself
}

// Link is a text that leads somewhere. Href is built by the server; schemes
// other than http, https, mailto, tel and ftp are replaced when drawn.
type Link struct {
	Text, Href string
}

// Hidden is a form field that people do not see.
type Hidden struct {
	Name, Value string
}

// Detail is one name and its value in a list of facts.
type Detail struct {
	Name, Value string
}

// NoticeKind says what a notice is for; it picks icon and colour.
type NoticeKind uint8

// The four kinds of notice. Only Bad interrupts a screen reader and prefixes
// the page's title with "Error: ".
const (
	Info NoticeKind = iota
	Good
	Care
	Bad
)

// Notice is a message about the whole page. A fault of a single field belongs
// to that field's Problem instead.
type Notice struct {
	Kind  NoticeKind
	First string // bold; Cognito's own sentence where one is known
	Then  string // what to do next
	Link  *Link  // follows Then; nil for none
	After string // what follows the link, a full stop mostly
}

// Mark is the little picture on a provider's button.
type Mark uint8

// The marks. Workplace serves every OIDC and SAML provider.
const (
	MarkWorkplace Mark = iota
	MarkGoogle
	MarkApple
	MarkFacebook
	MarkAmazon
)

// ProviderButton leads to an identity provider; it reads "Continue with Name".
type ProviderButton struct {
	Name string
	Href string
	Mark Mark
}

// Field is one labelled input.
type Field struct {
	Name         string // form name, Cognito's where it has one
	ID           string // unique in the page; empty takes a safe form of Name
	Label        string
	Type         string // text, email, tel, password, date…; empty means text
	Value        string // never drawn for type password
	Autocomplete string
	Hint         string
	Problem      string // why the last submission was refused; empty when fine
	Optional     bool   // adds "(optional)" and drops the required attribute
	Autofocus    bool
	MinLength    int    // in characters; 0 says nothing
	MaxLength    int    // likewise
	Min, Max     string // of a number; empty says nothing
	Pair         bool   // half a row wide; two neighbours with Pair share a row
}

// RuleState says how a password rule stands.
type RuleState uint8

// Open is a rule nobody has checked yet; Met and Missing come from a refused
// submission (and Met from the script, while typing).
const (
	Open RuleState = iota
	Met
	Missing
)

// Rule is one line of the pool's password policy.
type Rule struct {
	Text  string
	State RuleState
	Kind  string // length, lower, upper, number or symbol: what the script checks
	Min   int    // smallest count that satisfies Kind; 0 means 1
}

// Medium is how a code travels.
type Medium uint8

// The two media of Cognito's code delivery.
const (
	MediumEmail Medium = iota
	MediumPhone
	MediumEither // the page must not tell which
)
