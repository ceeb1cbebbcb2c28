package hostedui

import (
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"portico/templates"
	"portico/userpool"
	"portico/userpool/login"
	"portico/web/visit"
)

func downloadSection(r *http.Request, v *login.Visitor) templates.Section {
	s := said(r)
	return templates.Section{
		ID: "download", Heading: s.Say("account.download.heading"), Text: s.Say("account.download.text"),
		Buttons: []templates.RowButton{{Text: s.Say("account.download"), Href: v.ToPage(login.PageDownload, "")}},
	}
}

// ownData is what is kept of a person, as they download it. Times are RFC 3339, in UTC.
type ownData struct {
	Exported   time.Time         `json:"exported"`
	UserPool   userpool.ID       `json:"userPool"`
	Sub        userpool.Sub      `json:"sub"`
	Username   string            `json:"username"`
	Status     userpool.Status   `json:"status"`
	Created    time.Time         `json:"created"`
	Modified   time.Time         `json:"modified"`
	Attributes map[string]string `json:"attributes"`
	Pending    map[string]string `json:"pendingAttributes,omitempty"`
	Groups     []string          `json:"groups,omitempty"`
	Identities []ownIdentity     `json:"identities,omitempty"`
	Password   *ownPassword      `json:"password,omitempty"`
	Passkeys   []ownPasskey      `json:"passkeys,omitempty"`
	Factors    []userpool.Factor `json:"secondFactors,omitempty"`
	Preferred  userpool.Factor   `json:"preferredSecondFactor,omitempty"`
	App        *ownAuthenticator `json:"authenticatorApp,omitempty"`
	Sessions   []ownSession      `json:"sessions,omitempty"`
	Apps       []ownApp          `json:"apps,omitempty"`
	Devices    []ownDevice       `json:"devices,omitempty"`
}

type ownIdentity struct {
	Provider string    `json:"provider"`
	UserID   string    `json:"userId"`
	Primary  bool      `json:"primary"`
	Linked   time.Time `json:"linked"`
}

type ownPassword struct {
	Changed time.Time `json:"changed"`
}

type ownPasskey struct {
	Name     string     `json:"name"`
	Domain   string     `json:"domain"`
	Added    time.Time  `json:"added"`
	LastUsed *time.Time `json:"lastUsed,omitempty"`
	Synced   bool       `json:"synced"` // a password manager keeps it on several devices
}

type ownAuthenticator struct {
	Name  string    `json:"name,omitempty"`
	Added time.Time `json:"added"`
}

type ownSession struct {
	Browser    string            `json:"browser,omitempty"`
	System     string            `json:"system,omitempty"`
	App        userpool.ClientID `json:"app"`
	Provider   string            `json:"provider,omitempty"`
	Factor     userpool.Factor   `json:"factor,omitempty"`
	SignedIn   time.Time         `json:"signedIn"`
	LastActive time.Time         `json:"lastActive"`
	Expires    time.Time         `json:"expires"`
	This       bool              `json:"thisBrowser"`
}

type ownApp struct {
	App        userpool.ClientID `json:"app"`
	SignedIn   time.Time         `json:"signedIn"`
	LastActive time.Time         `json:"lastActive"`
}

type ownDevice struct {
	Key        string    `json:"key"`
	Browser    string    `json:"browser,omitempty"`
	System     string    `json:"system,omitempty"`
	Remembered time.Time `json:"remembered"`
	LastUsed   time.Time `json:"lastUsed"`
}

// Download is GET /account/download: a file that no cache keeps.
func (p *Pages) Download(w http.ResponseWriter, r *http.Request) error {
	visitor, err := p.enterSensitive(w, r, login.PageDownload, userpool.AccountDownload)
	if visitor == nil || err != nil {
		return err
	}
	data, err := p.ownData(r, visitor)
	if err != nil {
		return err
	}
	body, err := json.MarshalIndent(data, "", "  ")
	if err != nil {
		return err
	}
	visit.From(r.Context()).Outcome = "data downloaded"
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="account.json"`)
	_, _ = w.Write(append(body, '\n')) // a browser that is gone is no fault of ours
	return nil
}

func (p *Pages) ownData(r *http.Request, v *login.Visitor) (ownData, error) {
	u := v.User
	data := ownData{
		Exported: p.Now().UTC(), UserPool: v.Pool.ID, Sub: u.Sub, Username: u.Username, Status: u.Status, Created: u.Created.UTC(), Modified: u.Modified.UTC(),
		Attributes: map[string]string{}, Pending: map[string]string{}, Factors: u.MFA.Factors, Preferred: u.MFA.Preferred,
	}
	for name, value := range u.Attributes {
		if !v.Pool.Schema[name].DeveloperOnly { // those are the operator's notes
			data.Attributes[name] = value
		}
	}
	for _, name := range []string{userpool.AliasEmail, userpool.AliasPhone} {
		waits, err := p.Directory.Waiting(r.Context(), v.Pool, u.Sub, name)
		if err != nil {
			return data, err
		}
		if waits != "" {
			data.Pending[name] = waits
		}
	}
	for _, group := range u.Groups {
		data.Groups = append(data.Groups, group.Name)
	}
	for _, i := range u.Identities {
		data.Identities = append(data.Identities, ownIdentity{Provider: i.Provider, UserID: i.UserID, Primary: i.Primary, Linked: i.Attached.UTC()})
	}
	stored, has, err := p.Directory.HasPassword(r.Context(), v.Pool, u.Sub)
	if err != nil {
		return data, err
	}
	if has {
		data.Password = &ownPassword{Changed: stored.Changed.UTC()}
	}
	if err := errors.Join(p.ownWays(r, v, &data), p.ownDevices(r, v, &data)); err != nil {
		return data, err
	}
	return data, p.ownPresences(r, v, &data)
}

// ownWays are the passkeys and the authenticator app: all but what is secret of them.
func (p *Pages) ownWays(r *http.Request, v *login.Visitor, data *ownData) error {
	held, err := p.Directory.Passkeys(r.Context(), v.Pool, v.User.Sub)
	if err != nil {
		return err
	}
	for _, key := range held {
		own := ownPasskey{Name: key.Name, Domain: key.RelyingPartyID, Added: key.Created.UTC(), Synced: key.BackedUp}
		if !key.Used.IsZero() {
			own.LastUsed = new(key.Used.UTC())
		}
		data.Passkeys = append(data.Passkeys, own)
	}
	states, err := p.Directory.Factors(r.Context(), v.Pool, v.User)
	for _, state := range states {
		if state.Factor == userpool.FactorTOTP && state.Ready {
			data.App = &ownAuthenticator{Name: state.Name, Added: state.Added.UTC()}
		}
	}
	return err
}

func (p *Pages) ownDevices(r *http.Request, v *login.Visitor, data *ownData) error {
	list, err := p.Directory.ListDevices(r.Context(), v.Pool, v.User.Sub)
	for _, d := range list {
		data.Devices = append(data.Devices, ownDevice{
			Key: d.Key, Browser: d.Browser, System: d.System, Remembered: d.Created.UTC(), LastUsed: d.Used.UTC(),
		})
	}
	return err
}

func (p *Pages) ownPresences(r *http.Request, v *login.Visitor, data *ownData) error {
	list, err := p.Login.Presences(r.Context(), v)
	for _, presence := range list {
		if app := presence.App; app != nil {
			data.Apps = append(data.Apps, ownApp{App: app.Client, SignedIn: app.Since.UTC(), LastActive: app.Used.UTC()})
			continue
		}
		s := presence.Session
		data.Sessions = append(data.Sessions, ownSession{
			Browser: s.Browser.Name, System: s.Browser.System, App: s.Client, Provider: s.Provider, Factor: s.Factor, SignedIn: s.AuthTime.UTC(),
			LastActive: presence.LastActive().UTC(), Expires: s.Expires.UTC(), This: presence.This,
		})
	}
	return err
}
