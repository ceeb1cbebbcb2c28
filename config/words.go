package config

import (
	"cmp"
	"path/filepath"
	"slices"
	"strings"

	"portico/userpool"
	"portico/words"
)

// readWords reads an operator's texts: FOLDER/<pool ID>/<language>.properties. What is wrong with them is among the faults,
// each with its file and line. Names that begin with a dot are nobody's texts.
func readWords(folder string) (map[string]map[string]words.Own, []Fault) {
	r := &wordsReader{folderReader: folderReader{setting: "server.words"}, own: map[string]map[string]words.Own{}}
	for _, entry := range r.list(folder) {
		path := filepath.Join(folder, entry.Name())
		if _, err := userpool.ParseID(entry.Name()); err != nil || !entry.IsDir() {
			r.fault(path, 0, "", "is no folder named by the ID of a user pool, as in us-east-1_Example01")
			continue
		}
		r.pool(entry.Name(), path)
	}
	slices.SortStableFunc(r.faults, func(a, b Fault) int { return cmp.Or(strings.Compare(a.File, b.File), a.Line-b.Line) })
	return r.own, r.faults
}

type wordsReader struct {
	folderReader
	own map[string]map[string]words.Own
}

func (r *wordsReader) pool(id, folder string) {
	r.own[id] = map[string]words.Own{}
	for _, entry := range r.list(folder) {
		path := filepath.Join(folder, entry.Name())
		code, named := strings.CutSuffix(entry.Name(), words.Extension)
		if _, known := words.Find(code); !named || !known || entry.IsDir() {
			r.fault(path, 0, "", "is not named by a language: it is one of "+strings.Join(words.Codes(), " ")+", and "+words.Extension)
			continue
		}
		data, err := readAtMost(path, words.MaxFile+1)
		if err != nil {
			r.fault(path, 0, "", "cannot be read")
			continue
		}
		own, wrong := words.ParseOwn(code, data)
		for _, f := range wrong {
			r.fault(path, f.Line, f.Key, f.Message)
		}
		r.own[id][code] = own
	}
}
