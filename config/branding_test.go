package config

import (
	"encoding/base64"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"portico/userpool"
)

// looksOf reads the looks of a pool from lines that stand below it.
func looksOf(t *testing.T, lines string) (userpool.Declaration, error) {
	t.Helper()
	folder := t.TempDir()
	if err := os.CopyFS(filepath.Join(folder, "brand"), os.DirFS("testdata/brand")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/etc/passwd", filepath.Join(folder, "brand", "far.png")); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(filepath.Join(folder, "brand", "pipe.png"), 0o600); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(folder, "portico.yaml")
	head := "server:\n  url: https://sign-in.example.com\n  key_file: /etc/key\npools:\n- Name: Shop\n  Clients:\n  - ClientName: web\n"
	if err := os.WriteFile(file, []byte(head+lines), 0o600); err != nil {
		t.Fatal(err)
	}
	read, err := Load(file, testEnv)
	if err != nil {
		return userpool.Declaration{}, err
	}
	return read.Pools[0].Declaration, nil
}

func picture(t *testing.T) []byte {
	t.Helper()
	data, err := os.ReadFile("testdata/brand/logo.png")
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestLooks(t *testing.T) {
	d, err := looksOf(t, `
  UICustomizations:
  - ClientId: ALL
    CSS: brand/classic.css
    ImageFile: brand/logo.png
  ManagedLoginBrandings:
  - ClientId: web
    Settings:
      components:
        form: {borderRadius: 12}
        pageBackground: {lightMode: {color: 12345678}, darkMode: {color: 00071600}}
        pageText: {lightMode: {headingColor: 12e45678}}
    Assets:
    - {Category: FORM_LOGO, ColorMode: LIGHT, Extension: PNG, Bytes: `+base64.StdEncoding.EncodeToString(picture(t))+`}
`)
	if err != nil {
		t.Fatal(err)
	}
	if u := d.UICustomizations[0]; u.CSS != ".label-customizable {\n  font-weight: 700;\n}\n" || string(u.ImageFile) != string(picture(t)) {
		t.Errorf("%+v", u)
	}
	m := d.ManagedLoginBrandings[0]
	want := `{"components":{"form":{"borderRadius":12},"pageBackground":{"lightMode":{"color":"12345678"},"darkMode":{"color":"00071600"}},"pageText":{"lightMode":{"headingColor":"12e45678"}}}}`
	if string(m.Settings) != want || string(m.Assets[0].Bytes) != string(picture(t)) {
		t.Errorf("%s", m.Settings)
	}
}

// The simplest look is a colour and a logo.
func TestShortFormOfALook(t *testing.T) {
	d, err := looksOf(t, "  ManagedLoginBrandings:\n  - ClientId: ALL\n    Color: \"#b3400f\"\n    Logo: brand/logo.png\n    Image: brand/logo.png\n    Radius: 4\n")
	if err != nil {
		t.Fatal(err)
	}
	m := d.ManagedLoginBrandings[0]
	want := `{"componentClasses":{"buttons":{"borderRadius":4},"dropDown":{"borderRadius":4},"input":{"borderRadius":4}},"components":{"form":{"borderRadius":4},"primaryButton":{"lightMode":{"defaults":{"backgroundColor":"b3400fff"}}}}}`
	if string(m.Settings) != want || len(m.Assets) != 2 || m.Assets[0].Category != "FORM_LOGO" || m.Assets[1].Category != "PAGE_BACKGROUND" || m.Assets[0].Extension != "PNG" {
		t.Errorf("%s, %d assets", m.Settings, len(m.Assets))
	}
}

// Every fault of a look has the line it stands on; no path leads out of the folder, and no pipe is waited for.
func TestFaultsOfLooksHaveLines(t *testing.T) {
	for lines, want := range map[string]string{
		"  UICustomizations:\n  - ClientId: ALL\n    CSS: |\n      @import 'x';\n":                                            "portico.yaml:10: pools[0].UICustomizations[0].CSS: line 1: @import is not allowed",
		"  UICustomizations:\n  - ClientId: nosuch\n    CSS: brand/classic.css\n":                                             "portico.yaml:9: pools[0].UICustomizations[0].ClientId: there is no app client",
		"  ManagedLoginBrandings:\n  - ClientId: ALL\n    Settings:\n      components:\n        form:\n          colour: 1\n": "portico.yaml:13: pools[0].ManagedLoginBrandings[0].Settings.components.form.colour: is not a member",
		"  ManagedLoginBrandings:\n  - ClientId: ALL\n    Settings: x\n":                                                      "portico.yaml:10: pools[0].ManagedLoginBrandings[0].Settings: wants an object and is text",
		"  ManagedLoginBrandings:\n  - ClientId: ALL\n    Color: red\n":                                                       "portico.yaml:10: pools[0].ManagedLoginBrandings[0].Color: is no colour",
		"  ManagedLoginBrandings:\n  - ClientId: ALL\n    Color: \"#123\"\n    Settings: {}\n":                                "portico.yaml:9: pools[0].ManagedLoginBrandings[0]: has both forms",
		"  ManagedLoginBrandings:\n  - ClientId: ALL\n    Logo: brand/nosuch.png\n":                                           "portico.yaml:10: pools[0].ManagedLoginBrandings[0].Logo: cannot be read",
		"  ManagedLoginBrandings:\n  - ClientId: ALL\n    Logo: ../../etc/passwd.png\n":                                       "Logo: must be a path below the folder",
		"  ManagedLoginBrandings:\n  - ClientId: ALL\n    Logo: /etc/passwd.png\n":                                            "Logo: must be a path below the folder",
		"  ManagedLoginBrandings:\n  - ClientId: ALL\n    Logo: brand/far.png\n":                                              "Logo: cannot be read",
		"  ManagedLoginBrandings:\n  - ClientId: ALL\n    Logo: brand/pipe.png\n":                                             "Logo: cannot be read",
		"  ManagedLoginBrandings:\n  - ClientId: ALL\n    Logo: brand\n":                                                      "Logo: is a path with an ending",
		"  UICustomizations:\n  - ClientId: ALL\n    ImageFile: \"!!\"\n":                                                     "portico.yaml:10: pools[0].UICustomizations[0].ImageFile: is neither base64 nor a path",
	} {
		_, err := looksOf(t, lines)
		var faults *Faults
		if !errors.As(err, &faults) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s\n%v\nwant %s", lines, err, want)
		}
	}
}

// Aliases that stand for much are counted before they are written out.
func TestAttackSettingsOfManyAliases(t *testing.T) {
	lines := "  ManagedLoginBrandings:\n  - ClientId: ALL\n    Settings:\n      a: &a [1,1,1,1,1,1,1,1,1,1]\n      b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\n      c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\n      d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\n      e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\n      f: [*e,*e,*e,*e,*e,*e,*e,*e,*e,*e]\n"
	if _, err := looksOf(t, lines); err == nil || !strings.Contains(err.Error(), "too many values: 2000 are the limit") {
		t.Error(err)
	}
}
