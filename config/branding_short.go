package config

import (
	"maps"
	"path"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"portico/userpool"
	"portico/userpool/branding"
)

// short writes the short form out. Its members cannot stand beside the settings they stand for.
func (r *looksReader) short(at string, d managedDocument, m *userpool.ManagedLoginBranding) {
	given := branding.Simple{Radius: d.Radius}
	if d.Color != "" {
		c, ok := branding.ParseColour(d.Color)
		if !ok {
			r.fault(at+".Color", "is no colour: write \"#rrggbb\", in quotes, or RRGGBBAA")
			return
		}
		given.Colour = &c
	}
	set := map[string]string{"Color": d.Color, "Logo": d.Logo, "Image": d.Image}
	maps.DeleteFunc(set, func(_, value string) bool { return value == "" })
	if len(set) == 0 && d.Radius == nil {
		return
	}
	if d.Settings.tree != nil || d.UseCognitoProvidedValues {
		r.fault(at, "has both forms: keep Color, Logo, Image and Radius, or Settings and UseCognitoProvidedValues")
		return
	}
	m.Settings = given.Settings()
	for _, p := range []struct {
		member, file string
		category     types.AssetCategoryType
	}{{"Logo", d.Logo, types.AssetCategoryTypeFormLogo}, {"Image", d.Image, types.AssetCategoryTypePageBackground}} {
		if p.file == "" {
			continue
		}
		kind := strings.ToUpper(strings.TrimPrefix(path.Ext(p.file), "."))
		if kind == "JPG" {
			kind = "JPEG"
		}
		if kind == "" {
			r.fault(at+"."+p.member, "is a path with an ending, as in brand/logo.svg")
			continue
		}
		m.Assets = append(m.Assets, types.AssetType{
			Category: p.category, ColorMode: types.ColorSchemeModeTypeDynamic, Extension: types.AssetExtensionType(kind), Bytes: r.bytes(at+"."+p.member, p.file),
		})
	}
}
