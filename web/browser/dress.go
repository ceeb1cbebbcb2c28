package browser

import (
	"portico/templates"
	"portico/userpool"
	"portico/userpool/branding"
)

// Dress puts an operator's look on a page: sheet is the address of its style sheet, or empty for Portico's own.
func Dress(f *templates.Frame, brand *branding.Brand, sheet string) {
	if brand == nil {
		return
	}
	if sheet != "" {
		f.Stylesheet = sheet
	}
	if brand.Favicon != "" {
		f.Favicon = brand.Favicon
	}
	f.Theme = brand.Scheme
	f.Brand = templates.Brand{
		Logo: logo(brand.Logo), Bar: brand.Bar, BarLogo: logo(brand.Header), NoSigns: brand.NoSigns, PasswordFirst: brand.PasswordFirst,
		Icons: map[string]string{},
	}
	for provider, address := range brand.Icons {
		f.Brand.Icons[ProviderLabel(provider)] = address
	}
}

func logo(l *branding.Logo) *templates.Logo {
	if l == nil {
		return nil
	}
	return &templates.Logo{Src: l.Href, DarkSrc: l.DarkHref, Width: l.Width, Height: l.Height}
}

// ProviderLabel is what people call a provider. The API makes Apple's and Amazon's bear the name of their type.
func ProviderLabel(name string) string {
	switch name {
	case string(userpool.TypeApple):
		return "Apple"
	case string(userpool.TypeAmazon):
		return "Amazon"
	}
	return name
}
