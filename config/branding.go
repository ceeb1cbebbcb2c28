package config

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"portico/userpool"
	"portico/userpool/branding"
)

// classicDocument is an entry of UICustomizations: the request of SetUICustomization.
type classicDocument struct {
	ClientId  string //nolint:staticcheck // the API's name
	CSS       string // text, or a path: brand/classic.css
	ImageFile string // base64, or a path
}

// managedDocument is an entry of ManagedLoginBrandings: the request of CreateManagedLoginBranding, and a short form of it.
type managedDocument struct {
	ManagedLoginBrandingId   string //nolint:staticcheck // the API's name
	ClientId                 string //nolint:staticcheck // the API's name
	UseCognitoProvidedValues bool
	Settings                 settingsTree
	Assets                   []assetDocument

	// The short form. All else is made from it.
	Color    string // of the primary button, as #rrggbb or RRGGBBAA
	Logo     string // a picture: a path, whose ending tells its kind
	LogoDark string // in its place for people who prefer dark colours, likewise
	Image    string // behind the page, likewise
	Radius   *int   // of card, buttons and inputs, in CSS pixels
}

// assetDocument is AssetType, with a path or base64 for its bytes.
type assetDocument struct {
	Category, ColorMode, Extension, Bytes string
	ResourceId                            *string //nolint:staticcheck // the API's name
}

// filesReader reads a picture or a style sheet that the file names.
type filesReader func(path string) ([]byte, error)

// errFar says why a path is not followed.
var errFar = errors.New("must be a path below the folder of this file")

// maxBeside bounds what is read of one file beside the configuration: one byte more than any picture may have.
const maxBeside = branding.MaxAsset + 1

// filesBeside reads regular files below a folder, which no path and no symbolic link leads out of.
func filesBeside(folder string) filesReader {
	return func(name string) ([]byte, error) {
		root, err := os.OpenRoot(folder)
		if err != nil {
			return nil, err
		}
		defer func() { _ = root.Close() }() // read only: nothing can be lost
		info, err := root.Stat(filepath.FromSlash(name))
		if err != nil || !info.Mode().IsRegular() { // a pipe would never end
			return nil, errors.New("is no file that can be read")
		}
		f, err := root.Open(filepath.FromSlash(name))
		if err != nil {
			return nil, err
		}
		defer f.Close()
		return io.ReadAll(io.LimitReader(f, maxBeside))
	}
}

// noFiles is for a text in hand, which lies nowhere.
func noFiles(string) ([]byte, error) {
	return nil, errors.New("cannot be read here: give it as base64")
}

// looksReader turns documents into declarations, reading the files they name.
type looksReader struct {
	files filesReader
	fault report
}

func (r *looksReader) classic(documents []classicDocument) []userpool.UICustomization {
	var made []userpool.UICustomization
	for i, d := range documents {
		path := fmt.Sprintf("UICustomizations[%d]", i)
		u := userpool.UICustomization{ClientId: d.ClientId, CSS: d.CSS, ImageFile: r.bytes(path+".ImageFile", d.ImageFile)}
		if strings.HasSuffix(d.CSS, ".css") { // no rule ends so
			u.CSS = string(r.bytes(path+".CSS", d.CSS))
		}
		made = append(made, u)
	}
	return made
}

func (r *looksReader) managed(documents []managedDocument) []userpool.ManagedLoginBranding {
	var made []userpool.ManagedLoginBranding
	for i, d := range documents {
		path := fmt.Sprintf("ManagedLoginBrandings[%d]", i)
		m := userpool.ManagedLoginBranding{
			ManagedLoginBrandingId: d.ManagedLoginBrandingId, ClientId: d.ClientId, UseCognitoProvidedValues: d.UseCognitoProvidedValues,
			Settings: d.Settings.json(), Assets: r.assets(path, d.Assets),
		}
		r.short(path, d, &m)
		made = append(made, m)
	}
	return made
}

func (r *looksReader) assets(path string, documents []assetDocument) []types.AssetType {
	var made []types.AssetType
	for i, a := range documents {
		made = append(made, types.AssetType{
			Category: types.AssetCategoryType(a.Category), ColorMode: types.ColorSchemeModeType(a.ColorMode), Extension: types.AssetExtensionType(a.Extension),
			Bytes: r.bytes(fmt.Sprintf("%s.Assets[%d].Bytes", path, i), a.Bytes), ResourceId: a.ResourceId,
		})
	}
	return made
}

// bytes reads a path or base64. A path has a dot in it, for its ending; base64 has none (RFC 4648 §4).
func (r *looksReader) bytes(at, written string) []byte {
	var data []byte
	var err error
	switch {
	case written == "":
		return nil
	case !strings.Contains(written, "."):
		if data, err = base64.StdEncoding.DecodeString(written); err != nil {
			r.fault(at, "is neither base64 nor a path with an ending, as in brand/logo.png")
		}
	case path.IsAbs(written) || !filepath.IsLocal(filepath.FromSlash(written)):
		r.fault(at, "%s", errFar)
	default:
		if data, err = r.files(written); err != nil {
			r.fault(at, "cannot be read: it is a path below the folder of this file, or base64")
		}
	}
	return data
}
