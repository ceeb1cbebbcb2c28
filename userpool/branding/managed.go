package branding

import (
	"fmt"
	"slices"
	"strings"
)

// CompileManaged makes a brand of managed login's settings and assets. folder is where the pictures will be served, with a slash
// at its end. Paths in the report begin with Settings or Assets[…].
func CompileManaged(document []byte, assets []Asset, folder string) (*Brand, Report) {
	var report Report
	settings, wrong := ParseSettings(document)
	report.Faults = append(report.Faults, below("Settings", wrong)...)
	report.Warnings = append(report.Warnings, below("Settings", settings.warnings)...)
	gallery := newGallery(folder)
	report.Faults = append(report.Faults, gallery.hang(assets, len(document))...)
	report.Warnings = append(report.Warnings, gallery.warnings...)
	if len(report.Faults) > 0 {
		return nil, report
	}
	m := &managed{settings: settings, gallery: gallery, brand: &Brand{Icons: map[string]string{}}}
	m.pictures()
	m.order()
	m.brand.CSS = m.sheet()
	report.Warnings = append(report.Warnings, below("Settings", m.warnings)...)
	return m.brand, report
}

func below(path string, list []Fault) []Fault {
	named := make([]Fault, len(list))
	for i, f := range list {
		named[i] = Fault{join(path, f.Path), f.Message}
		if f.Path == "" {
			named[i].Path = path
		}
	}
	return named
}

// managed is a style on its way from settings to a sheet.
type managed struct {
	settings *Settings
	gallery  *gallery
	brand    *Brand
	schemes  []*scheme
	warnings faults
}

// any reports whether something holds in one of the style's schemes.
func (m *managed) any(holds func(*scheme) bool) bool { return slices.ContainsFunc(m.schemes, holds) }

// flag reads a setting, or what stands where there is none.
func (m *managed) flag(path string, otherwise bool) bool {
	if v, set := m.settings.flags[path]; set {
		return v
	}
	return otherwise
}

// order takes over what the pages are made from, beside their sheet.
func (m *managed) order() {
	m.brand.NoSigns = !m.flag("categories.form.displayGraphics", true)
	m.brand.PasswordFirst = m.settings.passwordFirst
	m.brand.Providers = m.settings.names["categories.auth.federation.order"]
	switch m.settings.choices["categories.global.colorSchemeMode"] {
	case "LIGHT":
		m.brand.Scheme = "light"
	case "DARK":
		m.brand.Scheme = "dark"
	}
}

// pictures hangs the assets in their places. An asset that is there is drawn, unless the settings say otherwise.
func (m *managed) pictures() {
	m.brand.Pictures = m.gallery.pictures
	scheme := m.settings.choices["categories.global.colorSchemeMode"]
	if m.flag("components.form.logo.enabled", true) {
		m.brand.Logo = m.gallery.logo("FORM_LOGO", scheme, logoWidth, logoHeight)
	}
	if m.brand.Bar = m.flag("categories.global.pageHeader.enabled", false); m.brand.Bar && m.flag("components.pageHeader.logo.enabled", true) {
		m.brand.Header = m.gallery.logo("PAGE_HEADER_LOGO", scheme, headerWidth, headerHeight)
	}
	for _, kind := range []string{"ICO", "SVG"} {
		enabled, set := m.settings.names["components.favicon.enabledTypes"]
		if p := m.gallery.find("FAVICON_"+kind, "LIGHT"); p != nil && (!set || strings.Contains(strings.Join(enabled, " "), kind)) {
			m.brand.Favicon = m.gallery.folder + p.Name
		}
	}
	for provider, p := range m.gallery.icons {
		m.brand.Icons[provider] = m.gallery.folder + p.Name
	}
}

// modes are the schemes a style is drawn in.
func (m *managed) modes() []*scheme {
	light := &scheme{managed: m, mode: "lightMode"}
	dark := &scheme{managed: m, mode: "darkMode", dark: true}
	switch m.brand.Scheme {
	case "light":
		return []*scheme{light}
	case "dark":
		return []*scheme{dark}
	}
	return []*scheme{light, dark}
}

// scheme is the style in light or in dark.
type scheme struct {
	*managed
	mode    string
	dark    bool
	palette Palette
	values  []property // in the order they are written
}

// property is a custom property with its value.
type property struct{ name, value string }

func (s *scheme) path(path string) string { return strings.Replace(path, "{mode}", s.mode, 1) }

// colour is a colour of the settings, as it is seen on what lies behind it.
func (s *scheme) colour(path string, behind Colour) (Colour, bool) {
	c, set := s.settings.colours[s.path(path)]
	return c.over(behind), set
}

// tokenPaths are the settings that are tokens of the contract. The first that is set counts.
func tokenPaths() map[Token][]string {
	const status = "componentClasses.statusIndicator.{mode}."
	return map[Token][]string{
		Ground: {"components.pageBackground.{mode}.color"}, Surface: {"components.form.{mode}.backgroundColor"},
		Line: {"componentClasses.divider.{mode}.borderColor"}, Edge: {"componentClasses.input.{mode}.defaults.borderColor"},
		Ink: {"components.pageText.{mode}.bodyColor"}, Ink2: {"components.pageText.{mode}.descriptionColor"},
		Ink3:   {"componentClasses.input.{mode}.placeholderColor"},
		Accent: {"components.primaryButton.{mode}.defaults.backgroundColor"}, OnAccent: {"components.primaryButton.{mode}.defaults.textColor"},
		AccentHover:  {"components.primaryButton.{mode}.hover.backgroundColor"},
		AccentActive: {"components.primaryButton.{mode}.active.backgroundColor"},
		Link:         {"componentClasses.link.{mode}.defaults.textColor"}, LinkHover: {"componentClasses.link.{mode}.hover.textColor"},
		Focus:  {"componentClasses.focusState.{mode}.borderColor"},
		Danger: {status + "error.indicatorColor"}, Success: {status + "success.indicatorColor"}, Warn: {status + "warning.indicatorColor"},
		DangerTint:  {"components.alert.{mode}.error.backgroundColor", status + "error.backgroundColor"},
		DangerLine:  {"components.alert.{mode}.error.borderColor", status + "error.borderColor"},
		SuccessTint: {status + "success.backgroundColor"}, SuccessLine: {status + "success.borderColor"},
		WarnTint: {status + "warning.backgroundColor"}, WarnLine: {status + "warning.borderColor"},
	}
}

// wishes reads the scheme's tokens. The brand's colour is the primary button's; the dark scheme's is made from the light one's
// where it has none of its own.
func (s *scheme) wishes() wishes {
	w := wishes{dark: s.dark, given: map[Token]Colour{}}
	own := Own(s.dark)
	chosen := map[Token]string{}
	for token, paths := range tokenPaths() {
		for _, path := range paths {
			if c, set := s.colour(path, own[Surface]); set {
				w.given[token], chosen[token] = c, s.path(path)
				break
			}
		}
	}
	w.report = func(token Token, f finding) { s.warn(chosen[token], f) }
	if accent, set := w.given[Accent]; set {
		w.brand = &accent
	} else if c, set := s.settings.colours["components.primaryButton.lightMode.defaults.backgroundColor"]; set && s.dark {
		w.brand = &c.Colour
	}
	return w
}

// warn tells both numbers.
func (m *managed) warn(path string, f finding) {
	m.warnings.add(path, "%s has a contrast of %.2f, and %.1f is the least: it is drawn as %s, with %.2f", f.asked.Hex(), floor(f.had), f.least, f.drawn.Hex(), floor(f.has))
}

// floor cuts a contrast to two places: 4.499 is not told as 4.50.
func floor(v float64) float64 { return float64(int(v*100)) / 100 }

// px writes a length of CSS pixels in rem, so that it grows with the person's type.
func px(n int) string {
	return strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%.4f", float64(n)/16), "0"), ".") + "rem"
}
