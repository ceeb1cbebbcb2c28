package endpoint

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"portico/userpool/oauth"
)

// FuzzBearer: a token is read from one place, and as it stands there; everything else is no token, or invalid_request.
func FuzzBearer(f *testing.F) {
	f.Add("Bearer abc", "", true)
	f.Add("", "access_token=abc", true)
	f.Add("bearer  abc ", "access_token=abc&access_token=d", true)
	f.Add("Basic YTpi", "access_token=abc", true)
	f.Add("Bearer", "%zz", true)
	f.Add("Bearer a\r\nb", "access_token=", false)
	f.Fuzz(func(t *testing.T, header, body string, post bool) {
		method := http.MethodGet
		if post {
			method = http.MethodPost
		}
		r := httptest.NewRequest(method, "/oauth2/userInfo?access_token=of-the-address", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if header != "" {
			r.Header.Set("Authorization", header)
		}
		token, err := bearer(r)
		if told := (*oauth.Error)(nil); err != nil {
			if !errors.As(err, &told) || told.Code != oauth.InvalidRequest || token != "" {
				t.Fatalf("token %q, error %v", token, err)
			}
			return
		}
		if token == "" {
			return
		}
		form, _ := url.ParseQuery(body)
		posted := post && len(form["access_token"]) == 1 && form.Get("access_token") == token && header == ""
		scheme, rest, _ := strings.Cut(header, " ")
		if inHeader := strings.EqualFold(scheme, "bearer") && strings.TrimSpace(rest) == token; !posted && !inHeader {
			t.Errorf("header %q, body %q: token %q", header, body, token)
		}
	})
}
