package workbench

import (
	"cmp"
	"io"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"

	"portico/templates"
	"portico/userpool"
	"portico/userpool/branding"
	"portico/web/browser"
)

// maxDraft bounds a posted draft: two pictures of the largest size, the settings and the style sheet.
const maxDraft = 2 * branding.MaxRequest

// shown is what the preview shows.
type shown struct{ client, page, scheme, size string }

func readShown(get func(string) string) shown {
	return shown{client: get("client"), page: get("page"), scheme: get("scheme"), size: get("size")}
}

// address is a page of the workshop with what is shown.
func (s shown) address(path, draft string) string {
	return path + "?" + url.Values{"draft": {draft}, "client": {s.client}, "page": {s.page}, "scheme": {s.scheme}, "size": {s.size}}.Encode()
}

// branding is the workshop of looks.
func (b *Bench) branding(w http.ResponseWriter, r *http.Request) {
	s := readShown(r.URL.Query().Get)
	d := b.drafts.find(r.URL.Query().Get("draft"))
	if d == nil {
		d = &draft{kind: kindSimple, colour: ownColour()}
	}
	client := b.client(s.client)
	view := templates.BrandingView{
		BenchFrame: b.frame("branding"), Action: "/branding", Draft: d.id, Colour: d.colour, Radius: d.radius, LogoName: d.logo.name, ImageName: d.image.name,
		Settings: d.settings, CSS: d.css, Phone: s.size == "phone",
		PreviewHref: s.address("/branding/preview", d.id),
		Kinds:       choices(d.kind, [2]string{kindSimple, "One colour and a logo"}, [2]string{kindManaged, "Settings of managed login"}, [2]string{kindClassic, "Classic CSS"}),
		Pages:       choices(s.page, pageNames()...), Clients: b.clients(client),
		Schemes: choices(s.scheme, [2]string{"", "Device"}, [2]string{"light", "Light"}, [2]string{"dark", "Dark"}),
		Sizes:   choices(s.size, [2]string{"desk", "Desk"}, [2]string{"phone", "Phone"}),
	}
	view.PageName = pageNames()[0][1]
	for _, name := range pageNames() {
		if name[0] == s.page {
			view.PageName = name[1]
		}
	}
	for _, f := range d.report.Faults {
		view.Faults = append(view.Faults, f.Error())
	}
	for _, f := range d.report.Warnings {
		view.Warnings = append(view.Warnings, f.Error())
	}
	if d.id != "" && d.brand != nil && client != nil {
		view.Paste = d.paste(client.Name)
	}
	status := http.StatusOK
	if len(view.Faults) > 0 {
		status = http.StatusUnprocessableEntity
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Security-Policy", browser.Policy()+"; frame-src 'self'")
	w.Header().Set("X-Frame-Options", "DENY")
	b.show(w, r, status, templates.Branding(view))
}

// brandingPost keeps a draft and shows it. A picture stays until another is chosen or it is taken away:
// browsers do not send a file twice.
func (b *Bench) brandingPost(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxDraft)
	if err := r.ParseMultipartForm(maxDraft); err != nil { //nolint:gosec // bounded by the line above
		http.Error(w, "The draft is too large, or no form.", http.StatusRequestEntityTooLarge)
		return
	}
	d := &draft{
		kind: cmp.Or(r.PostFormValue("kind"), kindSimple), colour: cmp.Or(r.PostFormValue("colour"), ownColour()),
		radius: strings.TrimSpace(r.PostFormValue("radius")), settings: r.PostFormValue("settings"), css: r.PostFormValue("css"),
	}
	if before := b.drafts.find(r.PostFormValue("draft")); before != nil {
		d.logo, d.image = before.logo, before.image
	}
	d.logo, d.image = posted(r, "logo", d.logo), posted(r, "image", d.image)
	d.name()
	d.compile(b.Files)
	b.drafts.keep(d)
	http.Redirect(w, r, readShown(r.PostFormValue).address("/branding", d.id), http.StatusSeeOther)
}

// posted is a picture of the form; none, where its box says so; or the one of before.
func posted(r *http.Request, field string, before upload) upload {
	if r.PostFormValue("no-"+field) != "" {
		before = upload{}
	}
	file, header, err := r.FormFile(field)
	if err != nil {
		return before
	}
	defer file.Close()
	data, err := io.ReadAll(file)
	if err != nil || len(data) == 0 {
		return before
	}
	return upload{path.Base(header.Filename), data}
}

// brandingFile serves the style sheet and the pictures of drafts, as the pools' own are served.
func (b *Bench) brandingFile(w http.ResponseWriter, r *http.Request) {
	document := b.drafts.file(r.PathValue("name"))
	if document == nil {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Cache-Control", "private, max-age=3600")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	document.Send(w, r)
}

// choices marks the one that is chosen, or the first.
func choices(chosen string, list ...[2]string) []templates.Choice {
	var made []templates.Choice
	for _, c := range list {
		made = append(made, templates.Choice{Value: c[0], Text: c[1], Current: c[0] == chosen})
	}
	return made
}

// clients lists the apps whose pages people see.
func (b *Bench) clients(chosen *userpool.AppClient) []templates.Choice {
	var list []templates.Choice
	for _, c := range b.apps() {
		list = append(list, templates.Choice{Value: string(c.ID), Text: c.Name, Current: c == chosen})
	}
	return list
}

// client is the app of an ID, or the first.
func (b *Bench) client(id string) *userpool.AppClient {
	list := b.apps()
	for _, c := range list {
		if string(c.ID) == id {
			return c
		}
	}
	if len(list) > 0 {
		return list[0]
	}
	return nil
}

// apps are the clients that have pages, by name and ID.
func (b *Bench) apps() []*userpool.AppClient {
	var list []*userpool.AppClient
	for _, pool := range b.Pools().Pools() {
		for _, c := range pool.Clients {
			if c.OAuth && (c.Flows.Code || c.Flows.Implicit) {
				list = append(list, c)
			}
		}
	}
	slices.SortFunc(list, func(a, b *userpool.AppClient) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(string(a.ID), string(b.ID)))
	})
	return list
}
