package store_test

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"portico/store"
	"portico/store/storetest"
)

// TestCostIsFlat runs the conformance suite and then asks SQLite how it carries out each statement that was run: none
// may go through a whole table, so that an operation costs the same with a thousand users and with a million.
func TestCostIsFlat(t *testing.T) {
	statements := map[string]bool{}
	storetest.Run(t, func(t *testing.T) *store.DB {
		db := open(t, store.Options{URL: sqliteFile(t)})
		t.Cleanup(func() {
			for _, text := range store.Statements(db) {
				statements[text] = true
			}
		})
		return db
	})
	path := sqliteFile(t)
	open(t, store.Options{URL: path})
	outside := raw(t, database{driver: "sqlite", source: path})
	placeholders := regexp.MustCompile(`\$\d+`)
	verbs := regexp.MustCompile(`^\s*(SELECT|INSERT|UPDATE|DELETE)`)
	explained := 0
	for _, text := range slices.Sorted(maps.Keys(statements)) {
		if !verbs.MatchString(text) || strings.Contains(text, "FROM signing_keys") || strings.Contains(text, "FROM saml_keys\n") { // all keys are loaded at once
			continue
		}
		explained++
		args := make([]any, len(distinct(placeholders.FindAllString(text, -1)))) // their values do not matter
		plan := string(planOf(t, outside, "EXPLAIN QUERY PLAN "+text, args...))
		plan = strings.ReplaceAll(plan, "USE TEMP B-TREE FOR LAST TERM OF ORDER BY", "") // sorts what is equal up to there: a few rows
		if strings.Contains(plan, "SCAN") || strings.Contains(plan, "TEMP B-TREE") && !strings.Contains(text, "FROM identities") {
			t.Errorf("%s\nis carried out as\n%s", text, plan)
		}
	}
	if explained < 30 {
		t.Errorf("only %d statements were seen", explained)
	}
}

func distinct(texts []string) []string {
	slices.Sort(texts)
	return slices.Compact(texts)
}
