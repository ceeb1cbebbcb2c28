package userpool

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/go-json-experiment/json/jsontext"

	"portico/userpool/branding"
)

// AllClients stands for every client that has no look of its own, as in SetUICustomization.
const AllClients = "ALL"

// UICustomization is the classic look of a client: the request of SetUICustomization, with the dates of its answer. ClientId is a
// client's ID, its name (in the file), or ALL.
type UICustomization struct {
	ClientId         string //nolint:staticcheck // the API's name
	CSS              string
	ImageFile        []byte
	CreationDate     time.Time
	LastModifiedDate time.Time
}

// ManagedLoginBranding is a style of managed login and the client it is for: the request of CreateManagedLoginBranding, with what
// its answer adds. Beside Cognito, ClientId may be ALL. UseCognitoProvidedValues means Portico's own look, and stands alone.
type ManagedLoginBranding struct {
	ManagedLoginBrandingId   string //nolint:staticcheck // the API's name
	ClientId                 string //nolint:staticcheck // the API's name
	UseCognitoProvidedValues bool
	Settings                 jsontext.Value
	Assets                   []types.AssetType
	CreationDate             time.Time
	LastModifiedDate         time.Time
}

// compile makes the style; nil is Portico's own look.
func (m ManagedLoginBranding) compile() (*branding.Brand, branding.Report) {
	if m.UseCognitoProvidedValues {
		return nil, branding.Report{}
	}
	assets := make([]branding.Asset, len(m.Assets))
	for i, a := range m.Assets {
		assets[i] = branding.Asset{
			Category: string(a.Category), ColorMode: string(a.ColorMode), Extension: string(a.Extension), Bytes: a.Bytes, ResourceID: deref(a.ResourceId),
		}
	}
	return branding.CompileManaged(m.Settings, assets, PathBrand)
}

func (u UICustomization) compile() (*branding.Brand, branding.Report) {
	return branding.CompileClassic(u.CSS, u.ImageFile, PathBrand)
}

// looks finds who looks how. A client's own look goes before that of all, and managed login before classic: a domain of Cognito's
// shows one of the two, and managed login is the newer.
type looks struct {
	own map[ClientID]*branding.Brand
	all *branding.Brand
}

func assembleLooks(d Declaration) looks {
	l := looks{own: map[ClientID]*branding.Brand{}}
	wear := func(client string, brand *branding.Brand) {
		if client == AllClients {
			l.all = brand
		} else if i, err := findClient(d.Clients, client); err == nil {
			l.own[ClientID(deref(d.Clients[i].ClientId))] = brand
		}
	}
	for _, u := range d.UICustomizations {
		brand, _ := u.compile()
		wear(u.ClientId, brand)
	}
	for _, m := range d.ManagedLoginBrandings {
		brand, _ := m.compile()
		wear(m.ClientId, brand)
	}
	return l
}

// of is a client's look; nil is Portico's own.
func (l looks) of(client ClientID) *branding.Brand {
	if own, set := l.own[client]; set {
		return own
	}
	return l.all
}

// Look is what the pages of a client look like; nil is Portico's own look. Pages that belong to no client have the look of all.
func (p *Pool) Look(client ClientID) *branding.Brand {
	if c, known := p.Clients[client]; known {
		return c.Look
	}
	return p.Brand
}
