package config

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"portico/words"
)

// An operator's texts are read from the folder beside the file, and stand in place of ours.
func TestWords(t *testing.T) {
	f, err := Load("testdata/good/words.yaml", noEnv)
	if err != nil {
		t.Fatal(err)
	}
	w := words.NewBook(f.Words).For("us-east-1_Example01", "de")
	if got := w.Say("signin.heading"); got != "Willkommen bei Acme" {
		t.Errorf("the heading is %q", got)
	}
	if got := w.Count("resend.wait", 1); got != "Gleich, in einer Sekunde" {
		t.Errorf("a plural form is %q", got)
	}
	if f, err := Load("testdata/good/everything.yaml", testEnv); err != nil || f.Words != nil {
		t.Errorf("without a folder there are texts: %v, %v", f, err)
	}
}

// A folder that is not there is a fault, not silence.
func TestWordsOfNoFolder(t *testing.T) {
	_, wrong := readWords(filepath.Join(t.TempDir(), "nothing"))
	if len(wrong) != 1 || !strings.Contains(wrong[0].Message, "cannot be read") {
		t.Errorf("%+v", wrong)
	}
}

// Each fault of a text names its own file, which editors can follow.
func TestWordsFaultsNameTheirFile(t *testing.T) {
	_, err := Load("testdata/bad/words.yaml", noEnv)
	var found *Faults
	if !errors.As(err, &found) {
		t.Fatal(err)
	}
	want := "testdata/bad/words/us-east-1_Example01/de.properties:4: signin.haeding: "
	if !strings.Contains(found.Error(), want) {
		t.Errorf("no line begins %q:\n%s", want, found)
	}
}
