package config

import (
	"path"
	"slices"
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
	pictures := shortPictures(d)
	if d.Color == "" && len(pictures) == 0 && d.Radius == nil {
		return
	}
	if d.Settings.tree != nil || d.UseCognitoProvidedValues {
		r.fault(at, "has both forms: keep Color, Logo, LogoDark, Image and Radius, or Settings and UseCognitoProvidedValues")
		return
	}
	m.Settings = given.Settings()
	for _, p := range pictures {
		kind := strings.ToUpper(strings.TrimPrefix(path.Ext(p.file), "."))
		if kind == "JPG" {
			kind = "JPEG"
		}
		if kind == "" {
			r.fault(at+"."+p.member, "is a path with an ending, as in brand/logo.svg")
			continue
		}
		m.Assets = append(m.Assets, types.AssetType{
			Category: p.category, ColorMode: p.mode, Extension: types.AssetExtensionType(kind), Bytes: r.bytes(at+"."+p.member, p.file),
		})
	}
}

type shortPicture struct {
	member, file string
	category     types.AssetCategoryType
	mode         types.ColorSchemeModeType
}

// shortPictures are the pictures that the short form names. A logo is for both schemes, unless there is one for the dark.
func shortPictures(d managedDocument) []shortPicture {
	mode := types.ColorSchemeModeTypeDynamic
	if d.LogoDark != "" {
		mode = types.ColorSchemeModeTypeLight
	}
	list := []shortPicture{
		{"Logo", d.Logo, types.AssetCategoryTypeFormLogo, mode},
		{"LogoDark", d.LogoDark, types.AssetCategoryTypeFormLogo, types.ColorSchemeModeTypeDark},
		{"Image", d.Image, types.AssetCategoryTypePageBackground, types.ColorSchemeModeTypeDynamic},
	}
	return slices.DeleteFunc(list, func(p shortPicture) bool { return p.file == "" })
}
