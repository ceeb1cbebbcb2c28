package config

import (
	"cmp"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"portico/userpool"
	"portico/words"
)

// readWords reads an operator's texts: FOLDER/<pool ID>/<language>.properties. What is wrong with them is among the faults,
// each with its file and line. Names that begin with a dot are nobody's texts.
func readWords(folder string) (map[string]map[string]words.Own, []Fault) {
	r := &wordsReader{own: map[string]map[string]words.Own{}}
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
	own    map[string]map[string]words.Own
	faults []Fault
}

func (r *wordsReader) fault(file string, line int, key, message string) {
	if len(r.faults) < maxFaults {
		r.faults = append(r.faults, Fault{File: file, Line: line, Path: key, Message: message})
	}
}

func (r *wordsReader) list(folder string) []os.DirEntry {
	entries, err := os.ReadDir(folder)
	if err != nil {
		r.fault(folder, 0, "server.words", "cannot be read: it is the folder of your texts")
	}
	return slices.DeleteFunc(entries, func(e os.DirEntry) bool { return strings.HasPrefix(e.Name(), ".") })
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

func readAtMost(path string, limit int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, limit))
}
