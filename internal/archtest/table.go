package archtest

// module is the module path; rooms are named by their folder below it.
const module = "portico"

// floor is one level of the house. Code may import rooms of lower floors and
// of its own room; two rooms of one floor do not know each other unless
// neighbours says so.
type floor struct {
	rooms []string
	why   string
}

// floors lists the house from the roof down. A room includes the folders below
// it, except those that are rooms of their own.
func floors() []floor {
	return []floor{
		{[]string{"cmd"}, "cmd is the wiring: the only place that names every concrete type, so nothing may lean on it"},
		{[]string{"web", "gate"}, "web speaks and gate guards: what they know of HTTP must not reach the rooms that decide"},
		{[]string{"store"}, "store satisfies the interfaces that the rooms below declare; they must not know who remembers for them"},
		{
			[]string{"userpool/login", "userpool/grant", "userpool/directory", "identitypool"},
			"each decides one matter with the nouns and crafts below it; what two of them need belongs lower",
		},
		{
			[]string{"federation", "userpool/token", "userpool/trigger", "userpool/notify", "userpool/compromised"},
			"crafts: they assert, sign, call, send and look up, and do not know which sign-in they do it for",
		},
		{[]string{"userpool"}, "the nouns and rules of a user pool: no input, no output, and nobody's client"},
		{
			[]string{"userpool/oauth", "userpool/seal", "userpool/wire", "userpool/admission", "userpool/branding", "words"},
			"the words, seals, wire shapes, queues and looks everybody shares: they know nobody",
		},
	}
}

// passage lets one room import another that the floors keep from it.
type passage struct{ from, to, why string }

// neighbours lists the passages between rooms of one floor.
func neighbours() []passage {
	return []passage{
		{"userpool/login", "userpool/directory", "a sign-in asks the directory whether the password is right; the directory never asks who is signing in"},
	}
}

// annexe is a room beside the floors: it has a list of its own of what it may
// import and of who may import it.
type annexe struct {
	room      string
	imports   []string
	importers []string
	why       string
}

// annexes lists them. A room named in imports or importers includes the
// folders below it.
func annexes() []annexe {
	return []annexe{
		{
			room: "config", imports: []string{"userpool", "words"}, importers: []string{"cmd"},
			why: "the file's shape is the operator's business: cmd translates it, nobody else may depend on it",
		},
		{
			room: "templates", imports: []string{"words"}, importers: []string{"cmd", "web", "federation/practice"},
			why: "a template is fed plain values and words, never a domain type, and a domain room never draws a page",
		},
		{
			room: "static", importers: []string{"cmd", "web", "federation/practice"},
			why: "files for browsers: only what serves pages needs them",
		},
		{
			room: "internal", imports: []string{"cmd", "config", "federation", "gate", "identitypool", "static", "store", "templates", "userpool", "web"},
			why: "test furniture: the program must not contain it",
		},
		{
			room: "store/storetest", imports: []string{"store", "userpool", "federation", "identitypool", "internal"}, importers: []string{"internal"},
			why: "the conformance suite of stores: test furniture, the program must not contain it",
		},
	}
}

// confinement keeps one package of somebody else's in the rooms that are made
// for it. Tests and the furniture in internal are free.
type confinement struct {
	pkg   string // an import path; the packages below it are meant too
	rooms []string
	why   string
}

func confinements() []confinement {
	return []confinement{
		{"database/sql", []string{"store", "cmd"}, "SQL appears in store only; cmd opens the database"},
		{"modernc.org/sqlite", []string{"store"}, "no driver is visible outside store"},
		{"github.com/jackc/pgx/v5", []string{"store"}, "no driver is visible outside store"},
		{"github.com/pressly/goose/v3", []string{"store"}, "migrations are the store's"},
		{"github.com/crewjam/saml", []string{"federation/saml", "federation/practice"}, "a dangerous library is used in one place, behind our own order of checks"},
		{"github.com/russellhaering/goxmldsig", []string{"federation/saml", "federation/practice"}, "XML signatures are checked in one place"},
		{"github.com/coreos/go-oidc/v3", []string{"federation/oidc", "web/workbench"}, "the upstream's protocol stays behind federation.Protocol; the demo app is a client like any other"},
		{"github.com/go-webauthn/webauthn", []string{"userpool/directory"}, "what authenticators say is believed in one place, behind our own order of checks"},
		{"golang.org/x/oauth2", []string{"federation/oauth2", "web/workbench"}, "the upstream's protocol stays behind federation.Protocol; the demo app is a client like any other"},
		{"github.com/gorilla/sessions", []string{"web"}, "the browser session's cookie is HTTP's business"},
		{"github.com/a-h/templ", []string{"templates", "web", "federation/practice"}, "pages are drawn where pages are served"},
		{"github.com/wneessen/go-mail", []string{"userpool/notify", "cmd"}, "mail leaves by one door"},
		{"github.com/aws/aws-sdk-go-v2/service/sns", []string{"userpool/notify"}, "text messages leave by one door"},
		{"github.com/aws/aws-sdk-go-v2/config", []string{"cmd"}, "it reads the environment and the machine's files, which is the wiring's"},
		{"github.com/alecthomas/kong", []string{"cmd"}, "the command line is the wiring's"},
		{"golang.org/x/text/language", []string{"words"}, "languages are matched in one place"},
		{"golang.org/x/text/feature/plural", []string{"words"}, "numbers are put in words in one place"},
		{"github.com/goccy/go-yaml", []string{"config"}, "the file is read in one place, where faults have lines"},
		{"github.com/tdewolff/parse/v2", []string{"userpool/branding"}, "an operator's style sheet is read in one place, and never copied"},
		{"golang.org/x/image", []string{"userpool/branding"}, "an operator's pictures are looked into in one place"},
		{"github.com/chromedp/chromedp", nil, "only tests drive a browser"},
		{"testing", []string{"store/storetest"}, "test furniture stays out of the program"},
	}
}

// call forbids names of a package outside the rooms made for them, in code
// that is not a test.
type call struct {
	pkg   string
	names []string
	rooms []string // where they are allowed
	where []string // where the rule holds; empty means everywhere
	// called: only a call is meant, a reference (Now: time.Now) is fine.
	called bool
	why    string
}

func calls() []call {
	return []call{
		{
			pkg: "net/http",
			names: []string{
				"CrossOriginProtection", "Error", "FileServer", "FileServerFS", "Flusher", "Handle", "HandleFunc", "Handler",
				"HandlerFunc", "Hijacker", "ListenAndServe", "ListenAndServeTLS", "MaxBytesHandler", "NewCrossOriginProtection",
				"NewResponseController", "NewServeMux", "NotFound", "NotFoundHandler", "Pusher", "Redirect", "RedirectHandler",
				"ResponseController", "ResponseWriter", "Serve", "ServeContent", "ServeFile", "ServeFileFS", "ServeMux", "ServeTLS",
				"Server", "SetCookie", "StripPrefix", "TimeoutHandler",
			},
			rooms: []string{"web", "gate", "cmd", "federation/practice", "static", "internal"},
			why:   "incoming HTTP is handled where HTTP is spoken; the rooms that decide return values and errors",
		},
		{
			pkg: "os", names: []string{"Getenv", "LookupEnv", "Environ", "ExpandEnv", "Setenv", "Unsetenv"},
			rooms: []string{"config", "cmd/portico/main.go", "internal"},
			why:   "the environment is read once, at the door, so that a setting has one place and one name",
		},
		{
			pkg: "time", names: []string{"Now", "Since", "Sleep", "Until"},
			where: []string{"userpool", "identitypool", "federation"}, called: true,
			why: "time is a Now field, set at construction: what depends on the clock must be testable without waiting",
		},
		{
			pkg: "log", names: []string{"Print", "Printf", "Println", "Fatal", "Fatalf", "Fatalln", "Panic", "Panicf", "Panicln"},
			rooms: []string{"internal"},
			why:   "logs are lines of log/slog with named fields, never loose text",
		},
		{
			pkg: "os", names: []string{"Exit"}, rooms: []string{"cmd/portico", "internal"}, called: true,
			why: "only the program's entrance ends the program; everybody else returns an error",
		},
	}
}

// emptyNames are package names that say nothing of what is inside.
func emptyNames() []string {
	return []string{"base", "common", "core", "helper", "helpers", "lib", "misc", "shared", "util", "utils"}
}
