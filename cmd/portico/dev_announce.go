package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"portico/templates"
	"portico/userpool"
	"portico/web/workbench"
)

// announcement is the line of JSON that --json prints. domain and api are origins; nothing need listen at callback_url or
// logout_url.
type announcement struct {
	Issuer            string              `json:"issuer"`
	Domain            string              `json:"domain"`
	API               string              `json:"api"`
	CAFile            string              `json:"ca_file,omitempty"`
	UserPoolID        string              `json:"user_pool_id"`
	ClientID          string              `json:"client_id"`
	ClientSecret      string              `json:"client_secret"`
	PublicClientID    string              `json:"public_client_id"`
	MachineClientID   string              `json:"machine_client_id"`
	MachineSecret     string              `json:"machine_client_secret"`
	CallbackURL       string              `json:"callback_url"`
	LogoutURL         string              `json:"logout_url"`
	Username          string              `json:"username"`
	Password          string              `json:"password"`
	SecondUsername    string              `json:"second_factor_username"` // whose authenticator app has second_factor_secret
	SecondSecret      string              `json:"second_factor_secret"`
	Home              string              `json:"home"`
	DemoApp           string              `json:"demo_app"`
	Inbox             string              `json:"inbox"`
	Data              string              `json:"data"`
	IdentityProviders []announcedProvider `json:"providers"`
}

type announcedProvider struct {
	Name    string `json:"name"`
	Type    string `json:"type"`
	Address string `json:"address"`
}

func (d *development) announcement(svc *service) announcement {
	catalog := svc.live.Catalog()
	app, machine := devClient(catalog, devClientID), devClient(catalog, devMachineClientID)
	a := announcement{
		Issuer: d.home + "/" + devPool, Domain: d.home, API: d.home, UserPoolID: devPool,
		ClientID: devClientID, ClientSecret: app.Secrets[0].Reveal(), PublicClientID: devPublicClientID,
		MachineClientID: devMachineClientID, MachineSecret: machine.Secrets[0].Reveal(),
		CallbackURL: devCallback, LogoutURL: devLogout, Username: devUser, Password: devPassword, SecondUsername: devSecondUser, SecondSecret: devSecondSecret,
		Home: d.home + "/", DemoApp: d.demo + "/", Inbox: d.home + "/inbox", Data: d.folder,
	}
	for _, p := range d.twins {
		a.IdentityProviders = append(a.IdentityProviders, announcedProvider{*p.declared.ProviderName, string(p.declared.ProviderType), p.address})
	}
	if d.cert != nil {
		a.CAFile = d.cert.caFile
	}
	return a
}

// announce waits until everything answers, then prints every address and credential.
func (d *development) announce(ctx context.Context, out io.Writer, asJSON bool, svc *service) error {
	addresses := []string{d.home + "/healthz", d.demo + "/static/none"}
	for _, p := range d.twins {
		addresses = append(addresses, p.address+"/")
	}
	for _, address := range addresses {
		if err := d.answers(ctx, address); err != nil {
			return err
		}
	}
	a := d.announcement(svc)
	if asJSON {
		return json.NewEncoder(out).Encode(a)
	}
	_, err := io.WriteString(out, d.words(a))
	return err
}

// answers tries an address until any HTTP answer comes.
func (d *development) answers(ctx context.Context, address string) error {
	client := &http.Client{Timeout: 2 * time.Second}
	if d.cert != nil {
		client = d.cert.client()
	}
	var err error
	for range 50 {
		var request *http.Request
		if request, err = http.NewRequestWithContext(ctx, http.MethodGet, address, nil); err != nil {
			return err
		}
		var response *http.Response
		if response, err = client.Do(request); err == nil {
			return response.Body.Close()
		}
		select {
		case <-ctx.Done():
			return nil // told to stop before it had begun
		case <-time.After(50 * time.Millisecond):
		}
	}
	return fmt.Errorf("%s does not answer: %w", address, err)
}

func (d *development) words(a announcement) string {
	text := "\nPortico is running. Everything is on this machine.\n\n"
	row := func(name, value string) { text += fmt.Sprintf("  %-22s %s\n", name, value) }
	row("Home", a.Home)
	row("Demo app", a.DemoApp)
	row("Inbox", a.Inbox)
	text += "\n  Sign in as\n"
	row("  email", a.Username)
	row("  password", a.Password)
	text += "\n  or, with an authenticator app and the same password, as\n"
	row("  email", a.SecondUsername)
	row("  secret of the app", a.SecondSecret)
	text += "\n  Put these in your app\n"
	row("  issuer", a.Issuer)
	row("  sign-in pages", a.Domain)
	row("  API endpoint", a.API)
	row("  user pool ID", a.UserPoolID)
	row("  client ID", a.ClientID)
	row("  client secret", a.ClientSecret)
	row("  public client ID", a.PublicClientID)
	row("  machine client ID", a.MachineClientID)
	row("  machine secret", a.MachineSecret)
	row("  callback URL", a.CallbackURL)
	row("  sign-out URL", a.LogoutURL)
	if a.CAFile != "" {
		row("  certificate authority", a.CAFile)
	}
	text += "\n  Practice providers\n"
	for _, p := range d.twins {
		row("  "+p.shown+" ("+p.kind+")", p.address)
	}
	return text + "\n  Data is kept in " + a.Data + " (--fresh forgets it). Stop with Ctrl-C.\n\n"
}

// facts are what the home page shows.
func (d *development) facts(svc *service) workbench.Facts {
	a := d.announcement(svc)
	facts := workbench.Facts{
		Home: d.home, Demo: d.demo, User: a.Username, Password: a.Password,
		Addresses: []templates.Detail{
			{Name: "Issuer", Value: a.Issuer}, {Name: "Sign-in pages", Value: a.Domain}, {Name: "API endpoint", Value: a.API},
			{Name: "Discovery", Value: a.Issuer + userpool.PathDiscovery}, {Name: "User pool ID", Value: a.UserPoolID},
			{Name: "App client ID", Value: a.ClientID}, {Name: "App client secret", Value: a.ClientSecret},
			{Name: "Public client ID", Value: a.PublicClientID}, {Name: "Callback URL", Value: a.CallbackURL},
		},
		People: []templates.HomePerson{
			{Name: devUser, Secret: devPassword},
			{Name: devSecondUser, Secret: devPassword, Note: "Authenticator app with the secret " + devSecondSecret},
		},
		Commands: []string{
			"curl " + d.curlFlags() + a.Issuer + userpool.PathDiscovery,
			"curl " + d.curlFlags() + "-u " + a.MachineClientID + ":" + a.MachineSecret + " -d grant_type=client_credentials " + a.Domain + userpool.PathToken,
		},
	}
	for _, p := range d.twins {
		facts.Providers = append(facts.Providers, templates.HomeProvider{Name: p.shown, Note: p.note, Href: p.address, Mark: p.mark})
	}
	if a.CAFile != "" {
		facts.Addresses = append(facts.Addresses, templates.Detail{Name: "Certificate authority", Value: a.CAFile})
	}
	return facts
}

// buttons are the providers that the demo app signs in through.
func (d *development) buttons() []templates.ProviderButton {
	var list []templates.ProviderButton
	for _, p := range d.twins {
		list = append(list, templates.ProviderButton{Name: p.shown, Href: *p.declared.ProviderName, Mark: p.mark})
	}
	return list
}

func (d *development) curlFlags() string {
	if d.cert == nil {
		return ""
	}
	return "--cacert " + d.cert.caFile + " "
}
