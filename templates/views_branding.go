package templates

// BrandingView feeds Branding: the workshop of looks under "portico dev".
type BrandingView struct {
	BenchFrame
	Action   string
	Draft    string // the draft that is shown; empty before the first
	Kinds    []Choice
	Clients  []Choice
	Pages    []Choice
	Schemes  []Choice
	Sizes    []Choice
	Colour   string // #rrggbb
	Radius   string
	Settings string
	CSS      string

	LogoName, ImageName string // of the files that were given; empty where there are none

	PreviewHref string
	PageName    string // what the preview shows, for its title
	Phone       bool
	Faults      []string // why the draft cannot be drawn
	Warnings    []string
	Paste       string // what to write in the pools file
}

// Choice is an option of a list.
type Choice struct {
	Value, Text string
	Current     bool
}
