package branding

import (
	"os"
	"strings"
	"testing"
)

// template is Cognito's own, as its guide prints it.
func template(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile("testdata/cognito.css")
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// Whoever comes from Cognito brings its template along; it is taken as it is, and its colours that cannot be read give way.
func TestCognitosTemplate(t *testing.T) {
	brand, report := CompileClassic(template(t), nil, "/brand/")
	for _, f := range report.Faults {
		t.Error(f)
	}
	if brand == nil {
		t.FailNow()
	}
	for _, want := range []string{
		".submitButton-customizable{font-size:14px;font-weight:bold;margin:20px 0px 10px 0px;min-height:40px;width:100%;background-color:#337ab7;border-color:#337ab7",
		".label-customizable{font-weight:400}", "@media (pointer:coarse)", ".inputField-customizable:focus:not(.code *){border-color:#",
	} {
		if !strings.Contains(brand.CSS, want) {
			t.Errorf("no %s in\n%s", want, brand.CSS)
		}
	}
	if strings.Contains(brand.CSS, "#19bf00") {
		t.Error("#19BF00 on white is drawn, with 2.4")
	}
	for _, want := range []string{
		".passwordCheck-valid-customizable: color #19bf00 has a contrast of 2.47 on #ffffff, and 4.5 is the least: it is drawn as #",
		".idpButton-customizable: color #ffffff has a contrast of 2.09 on #5bc0de",
		".inputField-customizable: border-color #cccccc has a contrast of 1.60 on #ffffff, and 3.0 is the least",
	} {
		if !strings.Contains(lined(report.Warnings), want) {
			t.Errorf("no warning %q in\n%s", want, lined(report.Warnings))
		}
	}
	if brand.Scheme != "light" {
		t.Error("classic pages have a dark scheme")
	}
}

func lined(list []Fault) string {
	var lines []string
	for _, f := range list {
		lines = append(lines, f.Error())
	}
	return strings.Join(lines, "\n")
}

func TestClassicValues(t *testing.T) {
	for given, want := range map[string]string{
		".label-customizable{font-weight:350}":                                 "",
		".label-customizable{font-weight:1000}":                                "",
		".label-customizable{font-weight:700;}":                                ".label-customizable{font-weight:700}",
		".submitButton-customizable{font-weight:italic}":                       ".submitButton-customizable{font-style:italic}",
		".banner-customizable { PADDING : 25px 0 25px 0px }":                   ".banner-customizable{padding:25px 0 25px 0px}",
		".banner-customizable{padding:1px 1px 1px 1px 1px}":                    "",
		".banner-customizable{padding:1}":                                      "",
		".label-customizable{color:rgb(20, 30 40/50%)}":                        "color:#72777c",
		".label-customizable{color:rgba(0,0,0,.8)}":                            "color:#333333",
		".label-customizable{color:#12345678}":                                 "color:#",
		".label-customizable{color:rebeccapurple}":                             "",
		".label-customizable{color:Navy}":                                      "color:#000080",
		".label-customizable{color:rgb(1,2)}":                                  "",
		".label-customizable{color:rgb(1,2,3,4,5)}":                            "",
		".label-customizable{color:rgb(1px,2,3)}":                              "",
		".label-customizable{color:red blue}":                                  "",
		".errorMessage-customizable{border:2px solid #D64958}":                 "border-width:2px;border-style:solid;border-color:#d64958",
		".errorMessage-customizable{border:solid}":                             "border-style:solid",
		".errorMessage-customizable{border:2px dashed red}":                    "",
		".errorMessage-customizable{border:none}":                              "border-style:none",
		".idpButton-customizable{height:40px}":                                 "min-height:40px",
		".idpButton-customizable{height:40%}":                                  "",
		".idpButton-customizable{width:100px}":                                 "",
		".textDescription-customizable{display:inline}":                        "display:inline",
		".idpDescription-customizable{display:block;font-size:16px}":           ".idpDescription-customizable{font-size:16px}",
		".redirect-customizable,.legalText-customizable:hover{text-align:end}": ".redirect-customizable{text-align:end}.legalText-customizable:hover{text-align:end}",
		".label-customizable:visited{color:red}":                               "",
		"/* a */.label-customizable/* b */{/* c */color/* d */:/* e */#123}":   "color:#112233",
		".label-customizable{color:}":                                          "",
		".label-customizable{color}":                                           "",
		".label-customizable{;;}":                                              "",
	} {
		brand, report := CompileClassic(given, nil, "/brand/")
		switch {
		case want == "" && brand != nil && brand.CSS != "":
			t.Errorf("%s becomes %s", given, brand.CSS)
		case want != "" && (brand == nil || !strings.Contains(brand.CSS, want)):
			t.Errorf("%s: %v %v, want %s", given, brand, report.Faults, want)
		}
	}
}

// A fault names its line, and one fault does not hide the next.
func TestClassicFaultsHaveLines(t *testing.T) {
	_, report := CompileClassic("/* one\ntwo */\n.label-customizable {\n  color: nosuch;\n  float: left;\n}\n.nosuch { }\n@media x { a { b: c } }\n.label-customizable { color: #111 }\n", nil, "/brand/")
	var lines []string
	for _, f := range report.Faults {
		lines = append(lines, strings.SplitN(f.Message, ":", 2)[0])
	}
	if got := strings.Join(lines, ", "); got != "line 4, line 5, line 7, line 8" {
		t.Errorf("%s: %v", got, report.Faults)
	}
}

// A ground that a sheet gives the card changes every text on it; a button's text is held against each of its states.
func TestClassicGrounds(t *testing.T) {
	brand, _ := CompileClassic(".background-customizable{background-color:#101010}", nil, "/brand/")
	if !strings.Contains(brand.CSS, "--surface:#101010") || !strings.Contains(brand.CSS, "--ink:#f0eeea") {
		t.Errorf("a dark card keeps its dark text: %s", brand.CSS)
	}
	brand, report := CompileClassic(".submitButton-customizable{color:#111}", nil, "/brand/")
	if strings.Contains(brand.CSS, "color:#111111") || len(report.Warnings) != 1 {
		t.Errorf("black on our own blue: %s %v", brand.CSS, report.Warnings)
	}
	brand, _ = CompileClassic(".banner-customizable{background-color:#000}", nil, "/brand/")
	if !strings.Contains(brand.CSS, ".banner-customizable{background-color:#000000;color:#") || !strings.Contains(brand.CSS, ".banner-customizable :is(a,b,.i,.app,.quiet){color:inherit}") {
		t.Errorf("the app's name is lost on a black banner: %s", brand.CSS)
	}
}

// FuzzClassic: whatever is taken is safe by its letters, and is taken again.
func FuzzClassic(f *testing.F) {
	for _, seed := range []string{
		".label-customizable{color:red}", ".banner-customizable:hover{padding:1px 2px;border:1px solid #fff}", "@import 'x';", ".inputField-customizable{background:url(x)}",
		".label-customizable{color:rgb(1,2,3)}", ".label-customizable{color:expression(1)}", "/*", "{}", ".x{", "\\", "<!--", ".logo-customizable{max-width:60%}",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, sheet string) {
		brand, report := CompileClassic(sheet, nil, "/brand/")
		if (brand == nil) != (len(report.Faults) > 0) {
			t.Fatal("neither taken nor refused")
		}
		if brand == nil {
			return
		}
		lower := strings.ToLower(brand.CSS)
		for _, never := range []string{"url(", "@import", "expression", "javascript", "position", "outline", "\\", "<", "\"", "'", "[value", "!important", "content:"} {
			if strings.Contains(lower, never) {
				t.Fatalf("%q becomes %q, with %q", sheet, brand.CSS, never)
			}
		}
		if strings.Count(brand.CSS, "{") != strings.Count(brand.CSS, "}") {
			t.Fatalf("%q becomes %q", sheet, brand.CSS)
		}
	})
}
