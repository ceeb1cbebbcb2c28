package templates

// Picture is the icon at the start of an account row.
type Picture uint8

// The pictures. PictureNone leaves no room: such a row has its title in a column of its own.
const (
	PictureNone Picture = iota
	PicturePasskey
	PictureLock
	PictureAuthenticator
	PictureMail
	PicturePhone
	PictureProvider // the mark of Row.Provider
	PictureLaptop
	PictureScreen
	PictureApp
	PicturePerson
)

// BadgeKind picks a badge's colour; its words say the same.
type BadgeKind uint8

// The kinds of badge.
const (
	BadgePlain BadgeKind = iota
	BadgeGood
	BadgeCare
	BadgeInfo
)

// Badge is a word or two about a row.
type Badge struct {
	Kind BadgeKind
	Text string
}

// ButtonKind picks a small button's look.
type ButtonKind uint8

// The kinds of small button.
const (
	ButtonPlain ButtonKind = iota
	ButtonPrimary
	ButtonDanger
)

// RowButton leads to the page where something is done. Nothing happens by following it.
type RowButton struct {
	Text  string
	About string // what it is about, for those who do not see the row: "Remove" "passkey iPhone 16"
	Href  string
	Kind  ButtonKind
}

// Row is one thing of an account. With a picture it has a title and a small line; without one, Label stands beside the value.
type Row struct {
	Picture  Picture
	Mark     Mark   // of PictureProvider, with the name in Title
	Label    string // of a row without a picture
	Title    string
	LTR      bool // an address or number: left to right in every language
	Badge    *Badge
	Line     string
	Buttons  []RowButton
	Scripted bool // its buttons need script
}

// Section is a part of the account page. One without rows and buttons is not drawn.
type Section struct {
	ID      string
	Heading string
	Text    string
	Rows    []Row
	Buttons []RowButton // below the rows
}

// AccountView feeds Account.
type AccountView struct {
	Frame
	BackHref      string // to the app; empty draws no way back
	Name          string
	Address       string
	SignOutAction string
	CSRF          string
	Notice        *Notice
	Sections      []Section
}

// AccountFormView feeds AccountForm: one thing to change or to confirm.
type AccountFormView struct {
	Frame
	Picture      Picture
	Danger       bool // what is done cannot be undone, or takes something away
	Heading      string
	Text         string
	Notice       *Notice
	List         []string // what happens, line by line
	Action, CSRF string
	Fields       []Field
	Rules        []Rule // of the field named password
	HiddenFields []Hidden
	Tick         *Tick
	Submit, Busy string // no Submit: there is nothing to do here but to go back
	BackHref     string
}

// Tick is a box to tick.
type Tick struct {
	Name, Text string
	Hint       string
	Checked    bool
	Optional   bool
	Problem    string
}

// AccountCodeView feeds AccountCode: the code that proves an address or number.
type AccountCodeView struct {
	Frame
	Medium       Medium
	Heading      string
	Address      string // in full: it is the visitor's own
	Pending      bool   // a new value that does not count yet
	Notice       *Notice
	SentAgain    bool
	Action       string
	ResendAction string
	CSRF         string
	Code         string
	Problem      string
	WaitSeconds  int
	EditHref     string
	Sent         bool // false: no code is on its way; the page offers to send one
	BackHref     string
}

// AccountGoneView feeds AccountGone: the account was deleted.
type AccountGoneView struct {
	Frame
	BackHref string
}
