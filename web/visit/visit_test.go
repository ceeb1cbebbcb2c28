package visit

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/quick"
)

func TestReferences(t *testing.T) {
	seen, letters := map[string]bool{}, map[rune]bool{}
	for range 5000 {
		reference := NewReference()
		if !IsReference(reference) {
			t.Fatalf("%q is no reference", reference)
		}
		if seen[reference] {
			t.Fatalf("%q came twice", reference)
		}
		seen[reference] = true
		for _, r := range reference {
			letters[r] = true
		}
	}
	if len(letters) != len(alphabet)+1 {
		t.Errorf("%d letters are used, want all %d and the dash", len(letters), len(alphabet))
	}
	if strings.ContainsAny(alphabet, "01OILUolu") {
		t.Error("the alphabet has letters that are misread aloud")
	}
}

// A reference from an address is shown on a page, so nothing but a reference may pass.
func TestIsReference(t *testing.T) {
	for text, want := range map[string]bool{
		"ABCD-2345": true, "2222-2222": true,
		"": false, "ABCD2345": false, "abcd-2345": false, "ABCD-234": false, "ABCD-23456": false, "ABC-D2345": false,
		"ABCD-2340": false, "ABCI-2345": false, "ABCD_2345": false, "ABCD-234\n": false, "<b>D-2345": false, "ÄBC-2345": false,
	} {
		if got := IsReference(text); got != want {
			t.Errorf("IsReference(%q) is %v", text, got)
		}
	}
	if err := quick.Check(func(text string) bool {
		return !IsReference(text) || (len(text) == 9 && strings.Trim(text, alphabet+"-") == "")
	}, nil); err != nil {
		t.Error(err)
	}
}

func TestFrom(t *testing.T) {
	if From(context.Background()) == nil {
		t.Error("a request without a visit has none to write to")
	}
	v := &Visit{Reference: NewReference()}
	if From(With(httptest.NewRequest(http.MethodGet, "/", nil).Context(), v)) != v {
		t.Error("the visit is another one")
	}
}
