package main

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"portico/userpool"
)

// TestEveryRouteIsInTheStories keeps testdata/http whole: a path of ours that no story asks is not held to anything.
func TestEveryRouteIsInTheStories(t *testing.T) {
	all := allStories(t)
	for path, methods := range endpointsOfStories() {
		for _, method := range methods {
			asked := strings.Contains(all, method+" "+path) || strings.Contains(all, method+" https://id.example"+path)
			if !asked && path != "/static/portico.css" {
				t.Errorf("no story asks %s %s", method, path)
			}
		}
	}
}

// endpointsOfStories are those of the reference, and the pages a sign-in by password comes to; the other pages are walked through by
// tests of their own.
func endpointsOfStories() map[string][]string {
	get, post := []string{http.MethodGet}, []string{http.MethodPost}
	both := []string{http.MethodGet, http.MethodPost}
	return map[string][]string{
		userpool.PathAuthorize: both, userpool.PathEndSession: both, userpool.PathSignOut: both, userpool.PathToken: post, userpool.PathUserInfo: both, userpool.PathRevoke: post,
		userpool.PathIDPResponse: both, userpool.PathSAMLResponse: post, userpool.PathSAMLMetadata: get, userpool.PathLogin: both,
		userpool.PathLogout: get, userpool.PathSignUp: both, userpool.PathConfirm: both, userpool.PathResend: post,
		userpool.PathForgot: both, userpool.PathConfirmForgot: both, userpool.PathLink: both, userpool.PathError: get,
		userpool.PathSAMLLogout: both, userpool.PathIDPLogout: get, userpool.PathTestIDP: get, userpool.PathTestResult: get, "/": post, "/healthz": get,
		"/static/portico.css": get, "/" + acmePool + userpool.PathDiscovery: get, "/" + acmePool + userpool.PathKeys: get,
		"/" + acmePool + userpool.PathMetadata: get,
	}
}

// TestEverySectionIsInTheStories: a reader with the reference at hand finds each section that says how the domain answers.
func TestEverySectionIsInTheStories(t *testing.T) {
	var heads strings.Builder
	for text := range strings.SplitSeq(allStories(t), storyBreak) {
		head, _, _ := strings.Cut(text, "\n")
		if !sectionsPattern.MatchString(head) {
			t.Errorf("%q does not say which sections it holds", head)
		}
		heads.WriteString(head + "\n")
	}
	for _, section := range []string{
		"1.1", "2", "3.1", "3.2", "3.3", "3.4", "3.5", "3.6", "3.7", "3.8", "3.9", "4.1", "4.2", "4.3", "4.4", "5", "6", "7.1", "7.2", "7.3", "7.4",
		"7.5", "8", "9", "10", "11", "12.1", "12.2", "12.3", "12.4", "13.1", "13.2", "14", "15", "16", "17",
	} {
		if !regexp.MustCompile(`(?m)^# oauth-endpoints ([0-9.]+, )*` + regexp.QuoteMeta(section) + `[,:]`).MatchString(heads.String()) {
			t.Errorf("no story holds section %s", section)
		}
	}
}

// sectionsPattern is the head of a story: sections of the reference, or the standard or page that it is about instead.
var sectionsPattern = regexp.MustCompile(`^# (oauth-endpoints [0-9.]+(, [0-9.]+)*|hosted-ui|RP-Initiated Logout|portico:dialect): `)

const storyBreak = "\x00"

// allStories are the texts of testdata/http, with storyBreak between them.
func allStories(t *testing.T) string {
	t.Helper()
	stories, err := filepath.Glob("testdata/http/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, story := range stories {
		text, err := os.ReadFile(story)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, string(text))
	}
	return strings.Join(all, storyBreak)
}

// TestEveryStoryIsInTheDocuments: docs/oauth.md says which story holds what, and what no story can hold yet.
func TestEveryStoryIsInTheDocuments(t *testing.T) {
	text, err := os.ReadFile("../../docs/oauth.md")
	if err != nil {
		t.Fatal(err)
	}
	stories, err := filepath.Glob("testdata/http/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, story := range stories {
		if name := "`" + filepath.Base(story) + "`"; !strings.Contains(string(text), name) {
			t.Errorf("docs/oauth.md does not name %s", name)
		}
	}
	for _, name := range regexp.MustCompile("`([a-z_]+\\.txt)`").FindAllStringSubmatch(string(text), -1) {
		if _, err := os.Stat(filepath.Join("testdata/http", name[1])); err != nil {
			t.Errorf("docs/oauth.md names a story that is none: %v", err)
		}
	}
	waiting := regexp.MustCompile(`(?m)^- \[[ x]\] .*$`).FindAllString(string(text), -1)
	for _, row := range waiting {
		if !regexp.MustCompile(`\((oauth-endpoints|tokens) [0-9.]+.*\): waits? for `).MatchString(row) {
			t.Errorf("a row that waits says neither where it stands nor for what: %s", row)
		}
	}
	if len(waiting) == 0 {
		t.Error("no row waits")
	}
}
