package workbench

import (
	"net/http"

	"portico/static"
	"portico/templates"
	"portico/userpool"
	"portico/userpool/notify"
	"portico/web/browser"
)

// Bench is the home page, the inbox, the traces and the workshop of looks, at the server's own address.
type Bench struct {
	Files  *static.Files
	Inbox  *notify.Inbox
	Traces Traces
	Facts  Facts
	Look   *browser.Look
	Pools  func() *userpool.Catalog

	drafts drafts
}

// Facts are what the home page shows.
type Facts struct {
	Home      string // address of the home page
	Demo      string // address of the demo app
	User      string
	Password  string
	Addresses []templates.Detail
	People    []templates.HomePerson
	Providers []templates.HomeProvider
	Commands  []string
}

// Handler serves the pages.
func (b *Bench) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", b.home)
	mux.HandleFunc("GET /inbox", b.inbox)
	mux.HandleFunc("GET /inbox/{id}", b.inbox)
	mux.HandleFunc("GET /inbox/{id}/html", b.letter)
	mux.HandleFunc("GET /traces", b.traces)
	mux.HandleFunc("GET /traces/{reference}", b.trace)
	mux.HandleFunc("GET /branding", b.branding)
	mux.Handle("POST /branding", http.NewCrossOriginProtection().Handler(http.HandlerFunc(b.brandingPost)))
	mux.HandleFunc("GET /branding/preview", b.brandingPreview)
	mux.HandleFunc("GET "+draftFile+"{name}", b.brandingFile)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		view := templates.ErrorView{
			Frame: b.frame("").Frame, Heading: "There is no page here", Text: "The address may be mistyped.",
			Button: &templates.Link{Text: "Portico home", Href: "/"},
		}
		b.draw(w, r, http.StatusNotFound, templates.Error(view))
	})
	return mux
}

// frame is the frame of a developer page; current is the path of the tab it stands under.
func (b *Bench) frame(current string) templates.BenchFrame {
	return benchFrame(b.Files, b.Facts, b.Inbox.Count(), current)
}

func benchFrame(files *static.Files, facts Facts, messages int, current string) templates.BenchFrame {
	return templates.BenchFrame{
		Frame: templates.Frame{
			Stylesheet: files.Path("portico.css"), BenchStylesheet: files.Path("bench.css"),
			Script: files.Path("portico.js"), Favicon: files.Path("favicon.svg"),
		},
		HomeHref: facts.Home,
		Nav: []templates.NavItem{
			{Text: "Home", Href: facts.Home + "/", Current: current == "home"},
			{Text: "Demo app", Href: facts.Demo + "/", Current: current == "demo"},
			{Text: "Inbox", Href: facts.Home + "/inbox", Current: current == "inbox", Count: messages},
			{Text: "Traces", Href: facts.Home + "/traces", Current: current == "traces"},
			{Text: "Branding", Href: facts.Home + "/branding", Current: current == "branding"},
		},
	}
}

func (b *Bench) draw(w http.ResponseWriter, r *http.Request, status int, page component) {
	w.Header().Set("Content-Security-Policy", browser.Policy())
	b.drawAs(w, r, status, page)
}

// drawAs is draw under a policy that is set already.
func (b *Bench) drawAs(w http.ResponseWriter, r *http.Request, status int, page component) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Frame-Options", "DENY")
	b.show(w, r, status, page)
}

// show draws a page whose headers are set.
func (b *Bench) show(w http.ResponseWriter, r *http.Request, status int, page component) {
	if err := browser.Draw(w, r, status, page); err != nil {
		http.Error(w, "The page could not be drawn.", http.StatusInternalServerError)
	}
}

func (b *Bench) home(w http.ResponseWriter, r *http.Request) {
	b.draw(w, r, http.StatusOK, templates.Home(templates.HomeView{
		BenchFrame: b.frame("home"), DemoHref: b.Facts.Demo + "/", User: b.Facts.User, Password: b.Facts.Password,
		Addresses: b.Facts.Addresses, People: b.Facts.People, Providers: b.Facts.Providers, Commands: b.Facts.Commands,
	}))
}
