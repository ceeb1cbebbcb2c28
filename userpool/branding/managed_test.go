package branding

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// compiled is the brand of a document without faults.
func compiled(t *testing.T, document string, assets ...Asset) (*Brand, Report) {
	t.Helper()
	brand, report := CompileManaged([]byte(document), assets, "/brand/")
	if brand == nil {
		t.Fatalf("%s\n%v", document, report.Faults)
	}
	return brand, report
}

// Cognito's whole default document is taken: whoever comes from there pastes what describe-managed-login-branding prints.
func TestCognitosDefaults(t *testing.T) {
	data, err := os.ReadFile("testdata/cognito.json")
	if err != nil {
		t.Fatal(err)
	}
	brand, report := compiled(t, string(data))
	for _, want := range []string{"--accent:#0972d3", "--radius:.5rem", "--radius-card:.5rem", "--radius-notice:.75rem", "--link-hover:#033160"} {
		if !strings.Contains(strings.ReplaceAll(brand.CSS, "0.", "."), want) {
			t.Errorf("no %s in %s", want, brand.CSS)
		}
	}
	if brand.Scheme != "light" || strings.Contains(brand.CSS, "prefers-color-scheme") || brand.PasswordFirst || brand.NoSigns {
		t.Errorf("%+v", brand)
	}
	for _, w := range report.Warnings {
		if !strings.Contains(w.Message, "no effect") && !strings.Contains(w.Message, "contrast") {
			t.Error(w)
		}
	}
}

func TestSettingsThatAreWrong(t *testing.T) {
	for document, want := range map[string]string{
		`[]`: "Settings: is no JSON object", `{`: "Settings: is no JSON object", `{} x`: "after its end", `null`: "no JSON object",
		`{"components":{"form":{"borderRadios":8}}}`: "Settings.components.form.borderRadios: is not a member of the settings; there are: backgroundImage, borderRadius, darkMode, lightMode, logo",
		`{"nosuch":1}`:                                                                 "Settings.nosuch: is not a member of the settings; there are: categories, componentClasses, components",
		`{"components":{"form":8}}`:                                                    "Settings.components.form: is an object with",
		`{"components":{"form":{"borderRadius":"8"}}}`:                                 "Settings.components.form.borderRadius: is no radius",
		`{"components":{"form":{"borderRadius":-1}}}`:                                  "is no radius",
		`{"components":{"form":{"borderRadius":8.5}}}`:                                 "is no radius",
		`{"components":{"pageBackground":{"lightMode":{"color":"#fff"}}}}`:             "Settings.components.pageBackground.lightMode.color: is no colour: write RRGGBBAA",
		`{"components":{"pageBackground":{"lightMode":{"color":"red"}}}}`:              "is no colour",
		`{"components":{"pageBackground":{"lightMode":{"color":"url(x)ff"}}}}`:         "is no colour",
		`{"components":{"pageBackground":{"lightMode":{"color":"ffffffff;"}}}}`:        "is no colour",
		`{"components":{"pageBackground":{"image":{"enabled":"true"}}}}`:               "is true or false",
		`{"categories":{"global":{"colorSchemeMode":"BLUE"}}}`:                         "is one of LIGHT, DARK, DYNAMIC",
		`{"categories":{"auth":{"authMethodOrder":"x"}}}`:                              "is a list of lists",
		`{"categories":{"auth":{"authMethodOrder":[[{"display":"INPUT","kind":1}]]}}}`: "is a list of lists",
		`{"categories":{"auth":{"federation":{"order":[1]}}}}`:                         "is a list of at most 100 names",
		`{"categories":{},"categories":{}}`:                                            "no JSON object",
	} {
		_, report := CompileManaged([]byte(document), nil, "/brand/")
		if !strings.Contains(lined(report.Faults), want) {
			t.Errorf("%s: %s\nwant %s", document, lined(report.Faults), want)
		}
	}
	_, report := CompileManaged([]byte(strings.Repeat(" ", MaxRequest+1)), nil, "/brand/")
	if !strings.Contains(lined(report.Faults), "larger than") {
		t.Errorf("a huge document: %v", report.Faults)
	}
	_, report = CompileManaged([]byte(strings.Repeat(`{"components":`, 5000)), nil, "/brand/")
	if len(report.Faults) == 0 {
		t.Error("a deep document is taken")
	}
}

// One colour is enough, in both schemes; what is not said stays Portico's own.
func TestOneColour(t *testing.T) {
	c, _ := ParseColour("#b3400f")
	eight := 8
	brand, report := compiled(t, string(Simple{Colour: &c, Radius: &eight}.Settings()))
	if len(report.Warnings) > 0 {
		t.Error(report.Warnings)
	}
	for _, want := range []string{":root{--accent:#b3400f;", "@media (prefers-color-scheme:dark){:root:not([data-theme=light]){--accent:#", "--radius-card:0.5rem"} {
		if !strings.Contains(brand.CSS, want) {
			t.Errorf("no %s in %s", want, brand.CSS)
		}
	}
	for _, never := range []string{"--ground", "--ink", "--danger"} {
		if strings.Contains(brand.CSS, never) {
			t.Errorf("%s is written though nothing asks for it: %s", never, brand.CSS)
		}
	}
	if brand.Scheme != "" {
		t.Error("one colour decides about the scheme")
	}
	brand, _ = compiled(t, "")
	if brand.CSS != "" {
		t.Errorf("no settings: %s", brand.CSS)
	}
}

// What a property's value in light is must not shine through in dark.
func TestSchemesSetTheSameProperties(t *testing.T) {
	for _, document := range []string{
		`{"components":{"pageBackground":{"lightMode":{"color":"000000ff"}}}}`,
		`{"components":{"form":{"darkMode":{"backgroundColor":"ffffffff"}}}}`,
		`{"components":{"primaryButton":{"lightMode":{"defaults":{"backgroundColor":"fffffeff"}}}}}`,
		`{"components":{"secondaryButton":{"darkMode":{"hover":{"textColor":"ffffffff"}}}}}`,
		`{"components":{"alert":{"darkMode":{"error":{"backgroundColor":"ffffffff"}}}}}`,
		`{"componentClasses":{"input":{"lightMode":{"defaults":{"backgroundColor":"222222ff"}}},"dropDown":{"lightMode":{"match":{"itemTextColor":"222222ff"}}}}}`,
	} {
		brand, _ := compiled(t, document)
		blocks := regexp.MustCompile(`:root[^{]*\{([^}]*)\}`).FindAllStringSubmatch(brand.CSS, -1)
		if len(blocks) < 3 {
			t.Fatalf("%s: %s", document, brand.CSS)
		}
		names := func(block string) string {
			return strings.Join(regexp.MustCompile(`--[a-z0-9-]+`).FindAllString(block, -1), " ")
		}
		if light, dark := names(blocks[0][1]), names(blocks[1][1]); light != dark {
			t.Errorf("%s:\n%s\n%s", document, light, dark)
		}
		for _, used := range regexp.MustCompile(`var\((--[a-z0-9-]+)`).FindAllStringSubmatch(brand.CSS, -1) {
			if !strings.Contains(blocks[0][1], used[1]+":") && !knownToken(used[1]) {
				t.Errorf("%s: %s is used and not set", document, used[1])
			}
		}
	}
}

func knownToken(name string) bool {
	_, ok := Own(false)[Token(strings.TrimPrefix(name, "--"))]
	return ok
}

// A colour that gives way is told with both numbers, at the member that set it.
func TestWarningsTellBothNumbers(t *testing.T) {
	_, report := compiled(t, `{"components":{"primaryButton":{"lightMode":{"defaults":{"backgroundColor":"0972d3ff","textColor":"888888ff"}}},
		"pageText":{"lightMode":{"headingColor":"ddddddff"}}},"componentClasses":{"link":{"lightMode":{"defaults":{"textColor":"ffcc00ff"}}}}}`)
	got := lined(report.Warnings)
	for _, want := range []string{
		"Settings.components.primaryButton.lightMode.defaults.textColor: #888888 has a contrast of 1.3",
		"Settings.components.pageText.lightMode.headingColor: #dddddd has a contrast of 1.35, and 4.5 is the least: it is drawn as #",
		"Settings.componentClasses.link.lightMode.defaults.textColor: #ffcc00 has a contrast of 1.",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}

func TestAssetsInTheirPlaces(t *testing.T) {
	place := func(category, mode, extension string, data []byte) Asset {
		return Asset{Category: category, ColorMode: mode, Extension: extension, Bytes: data}
	}
	icon := place("IDP_BUTTON_ICON", "DYNAMIC", "SVG", svgOf("<g/>"))
	icon.ResourceID = "Northwind"
	assets := []Asset{
		place("FORM_LOGO", "LIGHT", "PNG", pngOf(t, 410, 96)), place("FORM_LOGO", "DARK", "PNG", pngOf(t, 411, 96)),
		place("PAGE_BACKGROUND", "DYNAMIC", "JPEG", jpegOf(t, 30, 20)), place("FAVICON_ICO", "DYNAMIC", "ICO", icoOf(t)),
		place("FORM_BACKGROUND", "LIGHT", "WEBP", webpOf()), place("SMS_GRAPHIC", "DYNAMIC", "SVG", svgOf("")), icon,
	}
	brand, report := compiled(t, `{"categories":{"form":{"location":{"horizontal":"END"},"displayGraphics":false},"global":{"spacingDensity":"COMPACT"},
		"auth":{"authMethodOrder":[[{"display":"INPUT","type":"USERNAME_PASSWORD"},{"display":"BUTTON","type":"FEDERATED"}]],"federation":{"order":["Northwind"]}}}}`, assets...)
	if l := brand.Logo; l == nil || l.Width != 205 || l.Height != 48 || l.DarkHref == "" || l.DarkHref == l.Href {
		t.Errorf("logo %+v", brand.Logo)
	}
	if !strings.HasSuffix(brand.Favicon, ".ico") || brand.Icons["Northwind"] == "" || !brand.PasswordFirst || !brand.NoSigns || brand.Providers[0] != "Northwind" {
		t.Errorf("%+v", brand)
	}
	for _, want := range []string{`--page-image:url("/brand/`, "justify-self:end", ".entry::before,.entry::after{display:none}", "--wash:#ffffffeb", "padding:1.75rem", "#181f26cc"} {
		if !strings.Contains(brand.CSS, want) {
			t.Errorf("no %s in %s", want, brand.CSS)
		}
	}
	if !strings.Contains(lined(report.Warnings), "Assets[5]: is kept and not drawn: no page shows a SMS_GRAPHIC") {
		t.Error(lined(report.Warnings))
	}
	_, report = CompileManaged(nil, []Asset{assets[0], assets[0]}, "/brand/")
	if !strings.Contains(lined(report.Faults), "Assets[1]: is a second FORM_LOGO for LIGHT") {
		t.Error(report.Faults)
	}
	brand, _ = compiled(t, `{"categories":{"global":{"colorSchemeMode":"DARK"}},"components":{"form":{"logo":{"enabled":false}}}}`, assets...)
	if brand.Logo != nil || brand.Scheme != "dark" {
		t.Errorf("%+v", brand)
	}
}

// FuzzSettings: whatever is taken is a sheet that holds nothing but what we write.
func FuzzSettings(f *testing.F) {
	f.Add([]byte(`{"components":{"form":{"borderRadius":8,"lightMode":{"backgroundColor":"00000080"}}}}`))
	f.Add([]byte(`{"categories":{"auth":{"authMethodOrder":[[{"display":"INPUT","type":"x"}]],"federation":{"order":["</style>"]}}}}`))
	f.Add([]byte(`{"componentClasses":{"buttons":{"borderRadius":1e9}}}`))
	data, err := os.ReadFile("testdata/cognito.json")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	written := regexp.MustCompile(`^(@layer brand\{[-a-z0-9 .,:;#%(){}>=*+[\]@"/]*\}\n)?$`)
	f.Fuzz(func(t *testing.T, document []byte) {
		brand, report := CompileManaged(document, nil, "/brand/")
		if (brand == nil) != (len(report.Faults) > 0) {
			t.Fatal("neither taken nor refused")
		}
		if brand != nil && (!written.MatchString(brand.CSS) || strings.Contains(brand.CSS, "url(")) {
			t.Fatalf("%q becomes %q", document, brand.CSS)
		}
	})
}
