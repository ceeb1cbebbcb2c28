package userpool

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// Each look gives the faults listed and no others.
func TestCheckBrandings(t *testing.T) {
	const radius = `{"components":{"form":{"borderRadius":8}}}`
	for name, c := range map[string]struct {
		classic []UICustomization
		managed []ManagedLoginBranding
		want    string
	}{
		"sound": {[]UICustomization{{ClientId: "ALL", CSS: ".label-customizable{color:#111}"}, {ClientId: "web", CSS: " "}}, []ManagedLoginBranding{{ClientId: "webclient", Settings: []byte(radius)}, {ClientId: "job", UseCognitoProvidedValues: true}}, ""},
		"nobody's": {[]UICustomization{{CSS: " "}, {ClientId: "nosuch", CSS: " "}}, []ManagedLoginBranding{{Settings: []byte(radius)}},
			"UICustomizations[0].ClientId: is missing: write a client's ID or name, or ALL\nUICustomizations[1].ClientId: there is no app client of this ID or name\nManagedLoginBrandings[0].ClientId: is missing: write a client's ID or name, or ALL"},
		"two of a client": {[]UICustomization{{ClientId: "web", CSS: " "}, {ClientId: "webclient", CSS: " "}}, []ManagedLoginBranding{{ClientId: "ALL", Settings: []byte(radius)}, {ClientId: "ALL", Settings: []byte(radius)}},
			"UICustomizations[1].ClientId: the look of this client is taken by UICustomizations[0].ClientId: choose another\nManagedLoginBrandings[1].ClientId: the look of this client is taken by ManagedLoginBrandings[0].ClientId: choose another"},
		"nothing":    {[]UICustomization{{ClientId: "ALL"}}, nil, "UICustomizations[0]: sets nothing: give CSS, ImageFile or both"},
		"bad CSS":    {[]UICustomization{{ClientId: "ALL", CSS: "@import 'x'"}}, nil, "UICustomizations[0].CSS: line 1: @import is not allowed: write rules of Cognito's classes only"},
		"bad member": {nil, []ManagedLoginBranding{{ClientId: "ALL", Settings: []byte(`{"components":{"alert":{"borderRadius":"x"}}}`)}}, "ManagedLoginBrandings[0].Settings.components.alert.borderRadius: is no radius: write a whole number of pixels, from 0 to 32"},
		"bad asset": {nil, []ManagedLoginBranding{{ClientId: "ALL", Assets: []types.AssetType{{Category: "FORM_LOGO", ColorMode: "LIGHT", Extension: "PNG", Bytes: []byte("<html>")}}}},
			"ManagedLoginBrandings[0].Assets[0].Bytes: are not a picture of that kind: Extension and the file do not agree"},
		"both":   {nil, []ManagedLoginBranding{{ClientId: "ALL", UseCognitoProvidedValues: true, Settings: []byte(radius)}}, "ManagedLoginBrandings[0].UseCognitoProvidedValues: stands alone: remove it, or Settings and Assets"},
		"bad ID": {nil, []ManagedLoginBranding{{ClientId: "ALL", ManagedLoginBrandingId: "7", Settings: []byte(radius)}}, "ManagedLoginBrandings[0].ManagedLoginBrandingId: is not a UUID of version 4: leave it out, and one is made"},
	} {
		d := sound()
		d.UICustomizations, d.ManagedLoginBrandings = c.classic, c.managed
		var lines []string
		for _, f := range d.Check() {
			lines = append(lines, f.Error())
		}
		if got := strings.Join(lines, "\n"); got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, c.want)
		}
	}
	d := sound()
	for range maxStyles + 1 {
		d.ManagedLoginBrandings = append(d.ManagedLoginBrandings, ManagedLoginBranding{})
	}
	if got := d.Check()[0].Error(); got != "ManagedLoginBrandings: has 21 entries: at most 20 are allowed" {
		t.Error(got)
	}
}

// A style that cannot be read is told at validate, with both numbers, and a classic look that is never shown is too.
func TestWarningsOfBrandings(t *testing.T) {
	d := sound()
	d.UICustomizations = []UICustomization{{ClientId: "web", CSS: ".label-customizable{color:#eee}"}}
	d.ManagedLoginBrandings = []ManagedLoginBranding{{ClientId: "web", Settings: []byte(`{"components":{"pageText":{"lightMode":{"bodyColor":"ccccccff"}}}}`)}}
	var got strings.Builder
	for _, f := range d.Warnings() {
		got.WriteString(f.Error() + "\n")
	}
	for _, want := range []string{
		"UICustomizations[0].CSS: .label-customizable: color #eeeeee has a contrast of 1.16 on #ffffff, and 4.5 is the least",
		"ManagedLoginBrandings[0].Settings.components.pageText.lightMode.bodyColor: #cccccc has a contrast of 1.", "and 4.5 is the least: it is drawn as #",
		"UICustomizations[0]: is not shown: ManagedLoginBrandings has a style for the same client",
	} {
		if !strings.Contains(got.String(), want) {
			t.Errorf("no %q in\n%s", want, got.String())
		}
	}
}

// A client's own look goes before that of all, managed login before classic, and Cognito's own values are Portico's own look.
func TestWhoLooksHow(t *testing.T) {
	square, round := []byte(`{"components":{"form":{"borderRadius":0}}}`), []byte(`{"components":{"form":{"borderRadius":30}}}`)
	classic := func(client string) UICustomization {
		return UICustomization{ClientId: client, CSS: ".label-customizable{font-weight:700}"}
	}
	for name, c := range map[string]struct {
		classic []UICustomization
		managed []ManagedLoginBranding
		want    string // what the sheet of the client webclient holds
	}{
		"nothing":                {nil, nil, ""},
		"of all":                 {nil, []ManagedLoginBranding{{ClientId: AllClients, Settings: square}}, "--radius-card:0rem"},
		"own before all":         {nil, []ManagedLoginBranding{{ClientId: AllClients, Settings: square}, {ClientId: "webclient", Settings: round}}, "--radius-card:1.875rem"},
		"own classic before all": {[]UICustomization{classic("webclient")}, []ManagedLoginBranding{{ClientId: AllClients, Settings: square}}, "font-weight:700"},
		"managed before classic": {[]UICustomization{classic("webclient")}, []ManagedLoginBranding{{ClientId: "webclient", Settings: square}}, "--radius-card:0rem"},
		"classic of all":         {[]UICustomization{classic(AllClients)}, nil, "font-weight:700"},
		"Cognito's own values":   {[]UICustomization{classic(AllClients)}, []ManagedLoginBranding{{ClientId: "webclient", UseCognitoProvidedValues: true}}, ""},
	} {
		d := sound()
		d.UICustomizations, d.ManagedLoginBrandings = c.classic, c.managed
		look := Assemble(d, Addresses{}).Look("webclient")
		if got := look != nil; got != (c.want != "") || got && !strings.Contains(look.CSS, c.want) {
			t.Errorf("%s: %+v", name, look)
		}
	}
	if Assemble(sound(), Addresses{}).Look("nosuch") != nil {
		t.Error("a stranger has a look")
	}
}
