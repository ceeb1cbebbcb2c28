package branding

import (
	"os"
	"strings"
	"testing"
)

// A brand is compiled whenever the settings of a server change, so it must not take long: the whole of Cognito's document here.
func BenchmarkCompileManaged(b *testing.B) {
	data, err := os.ReadFile("testdata/cognito.json")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		CompileManaged(data, nil, "/brand/")
	}
}

// The worst that a classic sheet can ask for: as many rules as are taken, each with a colour that gives way.
func BenchmarkCompileClassicWorst(b *testing.B) {
	sheet := strings.Repeat(".label-customizable:hover{color:#fefefe;font-size:12px}", maxRules)
	for b.Loop() {
		CompileClassic(sheet, nil, "/brand/")
	}
}
