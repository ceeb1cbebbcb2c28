package store

import "slices"

// Statements returns the text of every statement a SQLite store has run since it was opened, but for those of
// Declarations.
func Statements(db *DB) []string {
	e := db.engine.(*embedded)
	var texts []string
	for _, p := range []*prepared{e.readQuerier, e.writeQuerier} {
		p.mu.RLock()
		for text := range p.statements {
			texts = append(texts, text)
		}
		p.mu.RUnlock()
	}
	slices.Sort(texts)
	return slices.Compact(texts)
}
