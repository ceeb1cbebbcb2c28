package branding

// Brand is what the pages of a client look like, beside Portico's own look. It never changes.
type Brand struct {
	CSS      string // to follow the base sheet; empty where only pictures differ
	Scheme   string // "light" or "dark" overrides the person's setting; empty leaves it to them
	Logo     *Logo
	Header   *Logo // of the bar at the top of the page; nil draws an empty bar, if there is one
	Bar      bool  // there is a bar at the top of the page
	Favicon  string
	NoSigns  bool // displayGraphics is off: the lock-up stands where steps have their sign
	Pictures []*Picture

	PasswordFirst bool              // the form comes before the providers
	Providers     []string          // federation.order: these first
	Icons         map[string]string // addresses of providers' icons, by provider
}

// Logo is a picture in its place, with the size it is drawn at, so that nothing moves when it arrives.
type Logo struct {
	Href          string
	DarkHref      string // for people who prefer dark colours; empty where there is one for all
	Width, Height int    // CSS pixels
}

// Report is what was found on the way. A brand with faults is not to be used; a brand with warnings is.
type Report struct{ Faults, Warnings []Fault }

// Sizes of a logo in CSS pixels: in the lock-up 60 % of the card and 48 high, classic as in Cognito's guide.
const (
	logoWidth     = 205
	logoHeight    = 48
	classicWidth  = 350
	classicHeight = 178
	headerWidth   = 240
	headerHeight  = 32
)

// fit is a picture in a box: never enlarged, never out of shape.
func fit(p *Picture, folder string, width, height int) *Logo {
	scale := min(1, float64(width)/float64(p.Width), float64(height)/float64(p.Height))
	if p.MediaType == "image/svg+xml" { // a drawing may grow
		scale = min(float64(width)/float64(p.Width), float64(height)/float64(p.Height))
	}
	return &Logo{
		Href: folder + p.Name, Width: max(int(float64(p.Width)*scale+.5), 1), Height: max(int(float64(p.Height)*scale+.5), 1),
	}
}
