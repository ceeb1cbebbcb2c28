package config

import (
	"cmp"
	"path/filepath"
	"slices"
	"strings"

	"portico/userpool"
	"portico/userpool/notify"
	"portico/words"
)

// maxMessages bounds how many files of messages are read: every kind, part and language of a few pools.
const maxMessages = 5000

// readMessages reads an operator's messages: FOLDER/<pool>/<language>/<kind>.<part>, with default for every pool and every
// language. What is wrong with them is among the faults, each with its file and line. Names that begin with a dot are nobody's.
func readMessages(folder string) (notify.Texts, []Fault) {
	r := &messagesReader{folderReader: folderReader{setting: "server.messages"}, texts: notify.Texts{}}
	for _, entry := range r.list(folder) {
		path := filepath.Join(folder, entry.Name())
		if !entry.IsDir() {
			r.fault(path, 0, "", "is no folder named by a user pool's name or ID, or default")
			continue
		}
		r.texts[entry.Name()] = map[string]map[notify.Kind]notify.Template{}
		r.pool(entry.Name(), path)
	}
	slices.SortStableFunc(r.faults, func(a, b Fault) int { return cmp.Or(strings.Compare(a.File, b.File), a.Line-b.Line) })
	return r.texts, r.faults
}

type messagesReader struct {
	folderReader
	texts notify.Texts
	files int
}

func (r *messagesReader) pool(name, folder string) {
	for _, entry := range r.list(folder) {
		path := filepath.Join(folder, entry.Name())
		_, known := words.Find(entry.Name())
		if !entry.IsDir() || (!known && entry.Name() != notify.Default) {
			r.fault(path, 0, "", "is no folder named by a language: it is one of "+strings.Join(words.Codes(), " ")+", or default")
			continue
		}
		r.texts[name][entry.Name()] = r.language(path)
	}
}

func (r *messagesReader) language(folder string) map[notify.Kind]notify.Template {
	found := map[notify.Kind]notify.Template{}
	for _, entry := range r.list(folder) {
		path := filepath.Join(folder, entry.Name())
		kind, part, wrong := messageOf(entry.Name())
		if wrong != "" || entry.IsDir() {
			r.fault(path, 0, "", cmp.Or(wrong, "is a folder"))
			continue
		}
		if r.files++; r.files > maxMessages {
			r.fault(path, 0, "", "is one too many: 5000 files are the limit")
			return found
		}
		data, err := readAtMost(path, notify.MaxHTML+1)
		if err != nil {
			r.fault(path, 0, "", "cannot be read")
			continue
		}
		text, faults := notify.ParsePart(kind, part, data)
		for _, f := range faults {
			r.fault(path, f.Line, "", f.Message)
		}
		if found[kind] == nil {
			found[kind] = notify.Template{}
		}
		found[kind][part] = text
	}
	return found
}

// messageOf takes the name of a file apart: sign-up-code.subject.txt is the subject of sign-up codes.
func messageOf(file string) (kind notify.Kind, part notify.Part, wrong string) {
	name, ending, _ := strings.Cut(file, ".")
	kind, known := notify.FindKind(name)
	if !known {
		var kinds []string
		for _, k := range notify.Kinds() {
			kinds = append(kinds, k.FileName())
		}
		return 0, "", "is not named by a message: it is one of " + strings.Join(kinds, ", ")
	}
	part = notify.Part(ending)
	if parts := notify.PartsOf(kind); !slices.Contains(parts, part) {
		var endings []string
		for _, p := range parts {
			endings = append(endings, "."+string(p))
		}
		return 0, "", "is no part of this message: its files end in " + strings.Join(endings, ", ")
	}
	return kind, part, ""
}

// warnOfMessages reports messages that no pool of the file reads. Pools of the database are known to the server alone.
func warnOfMessages(texts notify.Texts, pools []Pool, warning report) {
	for _, whose := range texts.Whose() {
		if _, err := userpool.ParseID(whose); err == nil {
			continue
		}
		named := func(p Pool) bool { return value(p.Declaration.Pool.Name) == whose }
		if !slices.ContainsFunc(pools, named) {
			warning("server.messages", "holds a folder %q, which is the name of no pool of this file", whose)
		}
	}
}
