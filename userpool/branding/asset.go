package branding

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
)

// Limits of pictures, in bytes.
const (
	MaxAsset      = 1_000_000 // of managed login's
	MaxAssets     = 40        // of one style
	MaxClassic    = 100 << 10 // a classic logo, as Cognito's guide has it
	maxDimension  = 4096      // pixels, either way: a small file may unfold to a huge picture
	maxResourceID = 40
)

// Asset is a picture as it was given.
type Asset struct {
	Category   string // FORM_LOGO, PAGE_BACKGROUND, …
	ColorMode  string // LIGHT, DARK or DYNAMIC
	Extension  string // ICO, JPEG, PNG, SVG or WEBP
	Bytes      []byte
	ResourceID string // of IDP_BUTTON_ICON: the provider's name
}

// Picture is an asset that was found harmless, ready to be served.
type Picture struct {
	Name          string // hash and extension, as in 0f1e2d3c4b5a6978.png
	MediaType     string
	Bytes         []byte
	Width, Height int // in pixels; 0 where the file does not tell
}

// Categories are those of Cognito's assets; what has no page of its own to stand on is kept and shown again.
func categories() []string {
	return []string{
		"FAVICON_ICO", "FAVICON_SVG", "EMAIL_GRAPHIC", "SMS_GRAPHIC", "AUTH_APP_GRAPHIC", "PASSWORD_GRAPHIC", "PASSKEY_GRAPHIC",
		"PAGE_HEADER_LOGO", "PAGE_HEADER_BACKGROUND", "PAGE_FOOTER_LOGO", "PAGE_FOOTER_BACKGROUND", "PAGE_BACKGROUND", "FORM_BACKGROUND",
		"FORM_LOGO", "IDP_BUTTON_ICON",
	}
}

// drawn are the categories that a page shows.
func drawn(category string) bool {
	switch category {
	case "FAVICON_ICO", "FAVICON_SVG", "PAGE_HEADER_LOGO", "PAGE_BACKGROUND", "FORM_BACKGROUND", "FORM_LOGO", "IDP_BUTTON_ICON":
		return true
	}
	return false
}

// picture checks an asset and makes a picture of it; where there are faults it is of no use.
func (a Asset) picture() (*Picture, []Fault) {
	var wrong faults
	if !slices.Contains(categories(), a.Category) {
		wrong.add("Category", "is one of %s", strings.Join(categories(), ", "))
	}
	if modes := []string{"LIGHT", "DARK", "DYNAMIC"}; !slices.Contains(modes, a.ColorMode) {
		wrong.add("ColorMode", "is one of %s", strings.Join(modes, ", "))
	}
	if want, fixed := map[string]string{"FAVICON_ICO": "ICO", "FAVICON_SVG": "SVG"}[a.Category]; fixed && a.Extension != want {
		wrong.add("Extension", "of %s is %s", a.Category, want)
	}
	if len(a.ResourceID) > maxResourceID {
		wrong.add("ResourceId", "has more than %d bytes", maxResourceID)
	}
	if a.Category == "IDP_BUTTON_ICON" && a.ResourceID == "" {
		wrong.add("ResourceId", "is missing: name the provider whose icon this is")
	}
	if len(a.Bytes) > MaxAsset {
		wrong.add("Bytes", "are %d; %d are the limit", len(a.Bytes), MaxAsset)
		return nil, wrong
	}
	made, err := newPicture(a.Extension, a.Bytes)
	if err != nil {
		wrong.add("Bytes", "%s", err)
	}
	return made, wrong
}

// newPicture looks into the bytes: they are what the extension says, through to their end, and hold nothing that a browser
// might run.
func newPicture(extension string, data []byte) (*Picture, error) {
	media, known := map[string]string{
		"ICO": "image/x-icon", "JPEG": "image/jpeg", "PNG": "image/png", "SVG": "image/svg+xml", "WEBP": "image/webp",
	}[extension]
	if !known {
		return nil, fmt.Errorf("are of no kind that is taken: Extension is ICO, JPEG, PNG, SVG or WEBP")
	}
	p := &Picture{MediaType: media, Bytes: data}
	var err error
	switch extension {
	case "SVG":
		p.Width, p.Height, err = checkSVG(data)
	case "ICO":
		err = checkICO(data)
	default:
		p.Width, p.Height, err = checkRaster(extension, data)
	}
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(data)
	p.Name = hex.EncodeToString(sum[:8]) + "." + strings.ToLower(extension)
	return p, nil
}
