package branding

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"
)

func pngOf(t testing.TB, width, height int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, width, height))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func jpegOf(t testing.TB, width, height int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, width, height)), nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// icoOf wraps a PNG in an icon of one picture.
func icoOf(t testing.TB) []byte {
	t.Helper()
	picture := pngOf(t, 16, 16)
	head := []byte{0, 0, 1, 0, 1, 0, 16, 16, 0, 0, 1, 0, 32, 0}
	head = binary.LittleEndian.AppendUint32(head, uint32(len(picture)))
	head = binary.LittleEndian.AppendUint32(head, 22)
	return append(head, picture...)
}

// webpOf is the smallest lossless picture, of one pixel.
func webpOf() []byte {
	return []byte("RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00\x2f\x00\x00\x00\x10\x07\x10\x11\x11\x88\x88\xfe\x07\x00")
}

func svgOf(inside string) []byte {
	return []byte(`<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 120 40">` + inside + `</svg>`)
}

func asset(extension string, data []byte) Asset {
	return Asset{Category: "FORM_LOGO", ColorMode: "DYNAMIC", Extension: extension, Bytes: data}
}

func TestPicturesThatAreFine(t *testing.T) {
	for extension, data := range map[string][]byte{
		"PNG": pngOf(t, 120, 40), "JPEG": jpegOf(t, 120, 40), "WEBP": webpOf(), "ICO": icoOf(t),
		"SVG": svgOf(`<title>Acme</title><defs><linearGradient id="a"><stop offset="0" stop-color="red"/></linearGradient></defs><style>.a{fill:url(#a)}</style><g style="fill:#123"><path class="a" d="M0 0h9"/><use href="#a"/><use xlink:href="#a"/></g>`),
	} {
		p, wrong := asset(extension, data).picture()
		if len(wrong) > 0 {
			t.Errorf("%s: %v", extension, wrong)
			continue
		}
		if !bytes.Equal(p.Bytes, data) || !strings.HasSuffix(p.Name, "."+strings.ToLower(extension)) {
			t.Errorf("%s: %s", extension, p.Name)
		}
		if (extension == "PNG" || extension == "SVG" || extension == "JPEG") && (p.Width != 120 || p.Height != 40) {
			t.Errorf("%s: %d by %d", extension, p.Width, p.Height)
		}
	}
}

// refusedPicture complains of a picture that is taken.
func refusedPicture(t *testing.T, what string, a Asset, because string) {
	t.Helper()
	_, wrong := a.picture()
	if len(wrong) == 0 {
		t.Errorf("%s is taken", what)
	} else if !strings.Contains(lined(wrong), because) {
		t.Errorf("%s: %s, want %q", what, lined(wrong), because)
	}
}

func TestAttackSVGScript(t *testing.T) {
	for inside, because := range map[string]string{
		`<script>alert(1)</script>`:                        "the element script",
		`<SCRIPT>alert(1)</SCRIPT>`:                        "the element SCRIPT",
		`<script xlink:href="https://evil.example/x.js"/>`: "the element script",
		`<g onload="alert(1)"/>`:                           "event handler onload",
		`<g ONLOAD="alert(1)"/>`:                           "event handler ONLOAD",
		`<g xlink:onclick="x"/>`:                           "event handler",
		`<foreignObject><p xmlns="http://www.w3.org/1999/xhtml">x</p></foreignObject>`: "the element foreignObject",
		`<p xmlns="http://www.w3.org/1999/xhtml" />`:                                   "is no SVG",
		`<s xmlns="http://www.w3.org/1999/xhtml"><script/></s>`:                        "is no SVG",
		`<a href="javascript:alert(1)"><path/></a>`:                                    "the element a",
		`<use href="javascript:alert(1)"/>`:                                            "outside the drawing",
		`<use href="https://evil.example/x.svg#a"/>`:                                   "outside the drawing",
		`<use xlink:href="//evil.example/x.svg#a"/>`:                                   "outside the drawing",
		`<image href="https://evil.example/pixel"/>`:                                   "the element image",
		`<feImage href="x"/>`:                                                          "the element feImage",
		`<set attributeName="href" to="javascript:x"/>`:                                "the element set",
		`<animate attributeName="href"/>`:                                              "the element animate",
		`<iframe src="x"/>`:                                                            "the element iframe",
		`<path fill="url(https://evil.example/#x)"/>`:                                  "outside the drawing",
		`<path fill="URL( 'https://evil.example' )"/>`:                                 "outside the drawing",
		`<path fill="u\72l(https://evil.example)"/>`:                                   "outside the drawing",
		`<path style="fill:url(//evil.example)"/>`:                                     "outside the drawing",
		`<path style="behavior:x"/>`:                                                   "outside the drawing",
		`<style>@import "https://evil.example";</style>`:                               "reaches outside",
		`<style>.a{fill:url(https://evil.example)}</style>`:                            "reaches outside",
		`<style><![CDATA[ @import url(x); ]]></style>`:                                 "reaches outside",
		`<style>.a{fill:u\72l(x)}</style>`:                                             "reaches outside",
		`<style>.a{fill:u<!-- -->rl(https://evil.example)}</style>`:                    "reaches outside",
		`<style>.a{fill:ur<![CDATA[l(https://evil.example)]]>}</style>`:                "reaches outside",
		`<style>.a{fill:u<g/>rl(https://evil.example)}</style>`:                        "within a style",
		`<g xml:base="https://evil.example/"/>`:                                        "outside the drawing",
		`<path d="javascript:alert(1)"/>`:                                              "a script in d",
		`<?xml-stylesheet href="https://evil.example/x.css"?>`:                         "processing instruction",
		`<handler type="text/ecmascript"/>`:                                            "the element handler",
		`<path>`:                                                                       "well-formed",
	} {
		refusedPicture(t, inside, asset("SVG", svgOf(inside)), because)
	}
	refusedPicture(t, "a handler on the root", asset("SVG", []byte(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1" onload="x"/>`)), "event handler")
	refusedPicture(t, "an entity bomb", asset("SVG", []byte(`<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><text>&b;</text></svg>`)), "document type")
	refusedPicture(t, "an external entity", asset("SVG", []byte(`<!DOCTYPE svg SYSTEM "file:///etc/passwd"><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>`)), "document type")
	refusedPicture(t, "no namespace", asset("SVG", []byte(`<svg viewBox="0 0 1 1"/>`)), "not a picture of that kind")
	refusedPicture(t, "two roots", asset("SVG", append(svgOf(""), svgOf("<script/>")...)), "")
	refusedPicture(t, "no size", asset("SVG", []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`)), "no size")
	refusedPicture(t, "deep", asset("SVG", svgOf(strings.Repeat("<g>", 100)+strings.Repeat("</g>", 100))), "too large a drawing")
	refusedPicture(t, "wide", asset("SVG", svgOf(strings.Repeat("<g/>", 20_001))), "too large a drawing")
	refusedPicture(t, "another encoding", asset("SVG", []byte("\xff\xfe<\x00s\x00v\x00g\x00")), "well-formed")
}

// A picture to one reader that is a page, a script or an archive to another has its other half behind the picture's end, or says it
// is of another kind.
func TestAttackPolyglotImage(t *testing.T) {
	page := []byte("<html><script>alert(1)</script>")
	for extension, data := range map[string][]byte{"PNG": pngOf(t, 9, 9), "JPEG": jpegOf(t, 9, 9), "WEBP": webpOf(), "ICO": icoOf(t)} {
		refusedPicture(t, extension+" with a page behind", asset(extension, append(bytes.Clone(data), page...)), "after the picture's end")
		refusedPicture(t, extension+" with an archive behind", asset(extension, append(bytes.Clone(data), "PK\x03\x04"...)), "after the picture's end")
		refusedPicture(t, extension+" cut short", asset(extension, data[:len(data)-3]), "")
		for _, other := range []string{"PNG", "JPEG", "WEBP", "ICO", "SVG"} {
			if other != extension {
				refusedPicture(t, extension+" that says it is "+other, asset(other, data), "")
			}
		}
		refusedPicture(t, "a page that says it is "+extension, asset(extension, page), "not a picture of that kind")
		refusedPicture(t, "nothing as "+extension, asset(extension, nil), "not a picture of that kind")
	}
	refusedPicture(t, "GIF", asset("GIF", []byte("GIF89a")), "no kind that is taken")
	refusedPicture(t, "SVG with a page behind", asset("SVG", append(svgOf(""), page...)), "")
}

func TestAttackHugePicture(t *testing.T) {
	refusedPicture(t, "a million and one bytes", asset("PNG", make([]byte, MaxAsset+1)), "1000000 are the limit")
	bomb := pngOf(t, 1, 1)
	binary.BigEndian.PutUint32(bomb[16:], 60_000)
	binary.BigEndian.PutUint32(bomb[20:], 60_000)
	refusedPicture(t, "a picture of 60,000 pixels", asset("PNG", bomb), "")
	refusedPicture(t, "too wide a picture", asset("PNG", pngOf(t, 5000, 1)), "4096 either way")
	if _, report := CompileClassic("", make([]byte, MaxClassic+1), "/brand/"); len(report.Faults) != 1 || report.Faults[0].Path != "ImageFile" {
		t.Errorf("a classic logo of more than 100 KB: %v", report.Faults)
	}
	if _, report := CompileClassic("", svgOf(""), "/brand/"); len(report.Faults) != 1 {
		t.Error("a classic logo is a drawing")
	}
	many := make([]Asset, MaxAssets+1)
	if _, report := CompileManaged(nil, many, "/brand/"); len(report.Faults) != 1 || !strings.Contains(report.Faults[0].Message, "40 are the limit") {
		t.Errorf("41 assets: %v", report.Faults)
	}
	large := append(pngOf(t, 9, 9)[:0:0], svgOf("<desc>"+strings.Repeat("a", 900_000)+"</desc>")...)
	three := []Asset{asset("SVG", large), {Category: "PAGE_BACKGROUND", ColorMode: "DARK", Extension: "SVG", Bytes: large}, {Category: "PAGE_BACKGROUND", ColorMode: "LIGHT", Extension: "SVG", Bytes: large}}
	if _, report := CompileManaged(nil, three, "/brand/"); !strings.Contains(lined(report.Faults), "together") {
		t.Errorf("2.7 MB of assets: %v", report.Faults)
	}
	refusedPicture(t, "a category of nobody's", Asset{Category: "X", ColorMode: "BOTH", Extension: "PNG", Bytes: pngOf(t, 1, 1)}, "Category: is one of")
	refusedPicture(t, "an icon for nobody", Asset{Category: "IDP_BUTTON_ICON", ColorMode: "DYNAMIC", Extension: "PNG", Bytes: pngOf(t, 1, 1)}, "ResourceId: is missing")
	refusedPicture(t, "a favicon of another kind", Asset{Category: "FAVICON_ICO", ColorMode: "DYNAMIC", Extension: "PNG", Bytes: pngOf(t, 1, 1)}, "of FAVICON_ICO is ICO")
}

// FuzzPicture: whatever is taken is what it says through to its end.
func FuzzPicture(f *testing.F) {
	f.Add("PNG", pngOf(f, 2, 2))
	f.Add("JPEG", jpegOf(f, 2, 2))
	f.Add("WEBP", webpOf())
	f.Add("ICO", icoOf(f))
	f.Add("SVG", svgOf(`<g fill="url(#a)"/>`))
	f.Fuzz(func(t *testing.T, extension string, data []byte) {
		p, wrong := asset(extension, data).picture()
		if len(wrong) > 0 {
			return
		}
		if p.MediaType == "image/svg+xml" && bytes.Contains(bytes.ToLower(data), []byte("<script")) && !bytes.Contains(data, []byte("<!--")) {
			t.Fatalf("a script is taken: %q", data)
		}
		if p.Width > maxDimension || p.Height > maxDimension {
			t.Fatalf("%d by %d", p.Width, p.Height)
		}
	})
}
