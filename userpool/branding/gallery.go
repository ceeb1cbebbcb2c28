package branding

import "fmt"

// gallery holds the pictures of a style by their place.
type gallery struct {
	folder   string
	pictures []*Picture
	places   map[[2]string]*Picture // by category and colour mode
	icons    map[string]*Picture    // of providers
	warnings []Fault
}

func newGallery(folder string) *gallery {
	return &gallery{folder: folder, places: map[[2]string]*Picture{}, icons: map[string]*Picture{}}
}

// hang checks assets and puts them in their places; used is what the rest of the request has taken of MaxRequest already.
func (g *gallery) hang(assets []Asset, used int) []Fault {
	var wrong faults
	if len(assets) > MaxAssets {
		return []Fault{{"Assets", fmt.Sprintf("are %d; %d are the limit", len(assets), MaxAssets)}}
	}
	for i, a := range assets {
		path := fmt.Sprintf("Assets[%d]", i)
		p, found := a.picture()
		for _, f := range below(path, found) {
			wrong.add(f.Path, "%s", f.Message)
		}
		if used += len(a.Bytes); used > MaxRequest {
			wrong.add(path, "is too much: settings and assets together may have %d bytes", MaxRequest)
			return wrong
		}
		if len(found) > 0 {
			continue
		}
		g.place(path, a, p, &wrong)
	}
	return wrong
}

func (g *gallery) place(path string, a Asset, p *Picture, wrong *faults) {
	if !drawn(a.Category) {
		g.warnings = append(g.warnings, Fault{path, "is kept and not drawn: no page shows a " + a.Category})
		return
	}
	if a.Category == "IDP_BUTTON_ICON" {
		g.icons[a.ResourceID] = p
	} else {
		key := [2]string{a.Category, a.ColorMode}
		if g.places[key] != nil {
			wrong.add(path, "is a second %s for %s", a.Category, a.ColorMode)
		}
		g.places[key] = p
	}
	g.pictures = append(g.pictures, p)
}

// find is the picture of a place in a scheme (LIGHT or DARK): its own, or the one for both.
func (g *gallery) find(category, mode string) *Picture {
	if p := g.places[[2]string{category, mode}]; p != nil {
		return p
	}
	return g.places[[2]string{category, "DYNAMIC"}]
}

// logo is a picture with its dark sister. scheme is the style's colorSchemeMode. One that is there for the other scheme only is
// better than none.
func (g *gallery) logo(category, scheme string, width, height int) *Logo {
	light, dark := g.find(category, "LIGHT"), g.find(category, "DARK")
	if light == nil {
		light = dark
	}
	if scheme == "DARK" && dark != nil {
		light = dark
	}
	if light == nil {
		return nil
	}
	made := fit(light, g.folder, width, height)
	if scheme != "LIGHT" && scheme != "DARK" && dark != nil && dark != light {
		made.DarkHref = g.folder + dark.Name
	}
	return made
}
