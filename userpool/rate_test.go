package userpool

import (
	"testing"
	"time"
)

func TestParseRate(t *testing.T) {
	for text, want := range map[string]Rate{
		"30/1m": {Count: 30, Per: time.Minute}, "1/1s": {Count: 1, Per: time.Second}, "1000000/24h": {Count: 1_000_000, Per: 24 * time.Hour}, "off": {Off: true},
	} {
		if got, err := ParseRate(text); err != nil || got != want {
			t.Errorf("%s: %+v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "30", "/1m", "30/", "0/1m", "-1/1m", "30/0s", "30/999ms", "30/25h", "1000001/1m", "30/m", "1.5/1m", "OFF", "30/1m/1m"} {
		if got, err := ParseRate(text); err == nil {
			t.Errorf("%q passes for %+v", text, got)
		}
	}
}

func TestRatesOr(t *testing.T) {
	off, set, fallback := Rate{Off: true}, Rate{Count: 1, Per: time.Second}, Rate{Count: 2, Per: time.Second}
	got := Rates{SignIn: off, SignUp: set}.Or(Rates{SignIn: fallback, SignUp: fallback, CodeRequest: fallback, CodeGuess: fallback})
	if want := (Rates{SignIn: off, SignUp: set, CodeRequest: fallback, CodeGuess: fallback}); got != want {
		t.Errorf("%+v", got)
	}
}
