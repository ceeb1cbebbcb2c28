package templates

// BenchFrame is the frame of the developer pages; App may stay empty.
type BenchFrame struct {
	Frame
	HomeHref string // where the mark leads; empty draws it without a link
	Nav      []NavItem
	Hosted   bool // not of "portico dev": the page says nothing of development
}

// NavItem is a place in a navigation or a tab.
type NavItem struct {
	Text, Href string
	Current    bool
	Count      int // shown as a small number when above 0
}

// HomeView feeds Home, the first page of "portico dev".
type HomeView struct {
	BenchFrame
	DemoHref  string
	User      string // whom to sign in as first
	Password  string
	Addresses []Detail // name and value, each with Copy
	People    []HomePerson
	Providers []HomeProvider
	Commands  []string // one shell command per line, without a prompt
}

// HomePerson is a seeded user.
type HomePerson struct {
	Name   string // what they type
	Secret string // their password, or
	Note   string // what is special about them
}

// HomeProvider is a practice identity provider.
type HomeProvider struct {
	Name, Note string
	Href       string // empty draws no link
	Mark       Mark
}

// InboxView feeds Inbox: the e-mails and texts that stayed on this machine.
type InboxView struct {
	BenchFrame
	Messages []MessageRow // newest first
	Open     *MessageView // nil when there is nothing to read
}

// MessageRow is a message in the list.
type MessageRow struct {
	ID, Subject, To, Preview, Time, Href string
	Kind                                 string // "Email" or "Text message"
	Current                              bool
}

// MessageView is the message being read.
type MessageView struct {
	Subject, To, From, Time string
	App, Heading            string
	Body                    []string // one paragraph each, before the code
	Code                    string
	After                   []string // one paragraph each, after the code
	Link                    string   // in place of a code
	Text                    string   // the plain text part, as it is sent
	HTMLHref                string   // where the HTML part is; empty for a text message
}

// DemoSignedOutView feeds DemoSignedOut: the demo app before anyone signed in.
type DemoSignedOutView struct {
	BenchFrame
	SignInHref string
	ChoiceHref string // to a client whose people choose how to sign in
	Providers  []ProviderButton
	Notice     *Notice
	Details    []Detail // error and error_description as they came back
	Hint       string   // whom to sign in as
}

// ClaimRow is one claim of a token.
type ClaimRow struct {
	Name, Value string
	Second      string // a smaller second line: the raw number, a provider's ID
	Meaning     string
}

// CheckRow is one check the demo app made.
type CheckRow struct {
	Name, Note string
	Failed     bool
}

// RawToken is a token in its three parts, or an opaque one in Opaque alone.
type RawToken struct {
	Header, Payload, Signature string
	Opaque                     string
}

// DemoView feeds Demo: what the tokens say.
type DemoView struct {
	BenchFrame
	Name                                         string // "Ines"
	Tabs                                         []NavItem
	TokenName                                    string // "ID token"
	ClaimsNote                                   string // beside the heading of the table
	Claims                                       []ClaimRow
	Checks                                       []CheckRow
	Token                                        RawToken
	RefreshAction, UserInfoAction, SignOutAction string // empty leaves the button out
	CSRF                                         string // sent as _csrf when not empty
	UserInfo                                     []Detail
	Notice                                       *Notice
}

// PersonView feeds Person: the page of a practice identity provider.
type PersonView struct {
	Frame
	Name         string // "Northwind": the provider this one stands in for
	Action       string
	HiddenFields []Hidden
	PersonField  string // form name of the person buttons; empty means "person"
	People       []PersonOption
	Outcomes     []OutcomeOption // radio buttons named "outcome"
	OutcomesOpen bool
}

// PersonOption is a person to sign in as.
type PersonOption struct {
	ID   string // the button's value
	Name string
	Note string // an address, or what this person tests
}

// OutcomeOption is one thing that may happen.
type OutcomeOption struct {
	Value, Text string
	Selected    bool
}
