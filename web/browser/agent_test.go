package browser

import (
	"strings"
	"testing"

	"portico/userpool/login"
)

func TestAgent(t *testing.T) {
	for header, want := range map[string]login.Browser{
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:148.0) Gecko/20100101 Firefox/148.0":                                                        {Name: "Firefox", System: "Windows"},
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_3 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.3 Mobile/15E148 Safari/604.1": {Name: "Safari", System: "iPhone"},
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0":     {Name: "Edge", System: "macOS"},
		"Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36":     {Name: "Samsung Internet", System: "Android"},
		"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36":                          {Name: "Chrome", System: "ChromeOS"},
		"curl/8.5.0": {}, "": {}, "<script>alert(1)</script>": {},
		strings.Repeat("x", maxAgent) + "Firefox/1": {},
	} {
		if got := Agent(header); got != want {
			t.Errorf("%q is %v, want %v", header, got, want)
		}
	}
}

// A passkey is called by the device it was made on.
func TestDevice(t *testing.T) {
	for header, want := range map[string]string{
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)": "iPhone",
		"Mozilla/5.0 (Linux; Android 15)":                        "Android",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)":        "Mac",
		"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0)":               "Chromebook",
		"curl": "",
	} {
		if got := Device(header); got != want {
			t.Errorf("%q is %q, want %q", header, got, want)
		}
	}
}
