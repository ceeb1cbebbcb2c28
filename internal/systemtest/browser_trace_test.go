//go:build system

package systemtest

import (
	"os/exec"
	"strings"
	"testing"

	"portico/internal/browser"
)

// TestBrowserFindsOutWhyASignInFailed has the practice provider sign badly: the app shows an error, and two clicks further
// the trace says which check refused it. Then a connection test's link is opened, which signs nobody in.
func TestBrowserFindsOutWhyASignInFailed(t *testing.T) {
	folder := t.TempDir()
	p := startDev(t, "--data", folder)
	page := browser.Start(t)
	page.Open(p.DemoApp + "signin?provider=" + practiceSAML)
	page.WaitURL(p.provider(practiceSAML))
	page.Click("summary") // What should happen?
	page.Click("[value=bad-signature]")
	page.Click("button[value='" + kofiAtNorthwind + "']")
	page.WaitURL(p.DemoApp)
	page.ClickText("See the traces")
	page.WaitURL(p.Home + "traces")
	page.Everywhere("traces")
	page.ClickText("A sign-in with " + practiceSAML + " failed at the check signature")
	page.WaitText("h1", "failed at the check signature")
	page.Everywhere("trace-failed")
	if text := page.Text("main"); !strings.Contains(text, "ProviderDetails.MetadataURL") {
		t.Errorf("nothing says what to do: %s", text)
	}

	link := tryProvider(t, p, folder, practiceOIDC)
	page.Open(link)
	page.WaitURL(p.provider(practiceOIDC))
	page.Click("button[value='" + inesAtHarbor + "']")
	page.WaitURL(p.Domain + "/test/idp/result")
	page.WaitText("h1", "The test with "+practiceOIDC+" succeeded")
	page.Everywhere("trace-test")
	for _, c := range page.Cookies() {
		if strings.Contains(c.Name, "cognito") {
			t.Error("somebody is signed in")
		}
	}
	page.Open(p.Home + "traces")
	page.ClickText("The test with " + practiceOIDC + " succeeded")
	page.WaitText("h1", "succeeded")
	if said := page.Complaints(); len(said) > 0 {
		t.Errorf("Chromium complains: %q", said)
	}
}

// tryProvider runs the connection test beside the server, and returns the link it prints.
func tryProvider(t *testing.T, p *portico, folder, provider string) string {
	t.Helper()
	out, err := exec.Command(program, "idp", "test", provider, "--data", folder).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for word := range strings.FieldsSeq(string(out)) {
		if strings.HasPrefix(word, p.Domain+"/test/idp?link=") {
			return word
		}
	}
	t.Fatalf("no link in\n%s", out)
	return ""
}
