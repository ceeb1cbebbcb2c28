package config

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"

	"portico/userpool"
	"portico/userpool/notify"
	"portico/words"
)

// File is portico.yaml, read and free of faults.
type File struct {
	Server   Server
	Pools    []Pool
	Words    map[string]map[string]words.Own // the operator's texts, by pool ID and language
	Messages notify.Texts                    // the operator's e-mails and text messages, from files
	Warnings []Fault                         // settings without effect, and what is hardly meant; to be shown once at start
}

// Pool is one declared pool. What the file leaves out is left out here too: Id, ClientId and ClientSecret are made when
// the pool is created.
type Pool struct {
	Declaration userpool.Declaration
	// GenerateSecret tells, by index into Declaration.Clients, which clients want a secret made for them.
	GenerateSecret map[int]bool
}

// document is the file as it is written.
type document struct {
	Server Server         `yaml:"server"`
	Pools  []poolDocument `yaml:"pools"`
}

// Load reads a file of at most 1 MiB, and the operator's texts that it names. env looks an environment variable up, as
// os.LookupEnv does. A file that can be read but has faults gives a *Faults with all of them; those of the texts come when the
// file itself has none.
func Load(path string, env func(string) (string, bool)) (*File, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read configuration: %w", err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxFileSize+1))
	if err != nil {
		return nil, fmt.Errorf("read configuration: %w", err)
	}
	file, err := parseFile(path, data, env, filesBeside(filepath.Dir(path)))
	if err != nil {
		return nil, err
	}
	if wrong := file.readTexts(); len(wrong) > 0 {
		return nil, &Faults{File: filepath.Base(path), List: wrong}
	}
	return file, nil
}

// readTexts reads the texts that stand beside the file.
func (f *File) readTexts() []Fault {
	var wrong []Fault
	if f.Server.Words != "" {
		f.Words, wrong = readWords(f.Server.Words)
	}
	if f.Server.Messages != "" {
		texts, faults := readMessages(f.Server.Messages)
		f.Messages, wrong = texts, append(wrong, faults...)
		warnOfMessages(texts, f.Pools, func(path, format string, args ...any) {
			f.Warnings = append(f.Warnings, Fault{Path: path, Message: fmt.Sprintf(format, args...)})
		})
	}
	return wrong
}

// Parse is Load for a text in hand, without the operator's texts, and without the pictures and style sheets that it names. Relative
// paths in it start at the folder of name.
func Parse(name string, data []byte, env func(string) (string, bool)) (*File, error) {
	return parseFile(name, data, env, noFiles)
}

func parseFile(name string, data []byte, env func(string) (string, bool), files filesReader) (*File, error) {
	found, warned := &faults{}, &faults{}
	read, root := readDocument(data, env, found)
	if found.stopped {
		return nil, &Faults{File: filepath.Base(name), List: found.sorted()}
	}
	read.Server.takeKey(env)
	read.Server.check(root.reporter("", found))
	pools := assemblePools(read.Pools, root, files, found, warned)
	checkTogether(read.Server, pools, root.reporter("", found))
	if found.any() {
		return nil, &Faults{File: filepath.Base(name), List: found.sorted()}
	}
	read.Server.setDefaults(filepath.Dir(name))
	read.Server.warn(root.reporter("", warned))
	read.Server.SMS.warnOfPhones(pools, root.reporter("", warned))
	return &File{Server: read.Server, Pools: pools, Warnings: warned.sorted()}, nil
}

// readDocument fills the document as far as it can; what it cannot read is among the faults. Where there is no tree at
// all, the checks would only say that everything is missing.
func readDocument(data []byte, env func(string) (string, bool), found *faults) (document, *node) {
	var read document
	root := &node{kind: isObject}
	if len(data) > maxFileSize {
		found.add(0, "", "the file is too large: %d bytes are the limit", maxFileSize)
		found.stopped = true
		return read, root
	}
	body := parse(data, found)
	if body == nil {
		found.stopped = found.any()
		return read, root
	}
	b := &builder{found: found, env: env, anchors: map[string]*node{}}
	root = b.build(body, "", 0)
	d := &decoder{found: found, left: maxValues}
	d.into(reflect.ValueOf(&read).Elem(), root, "", false)
	return read, root
}

// reporter files what a check finds below a path of the file: with its line, with its path as the file writes it, and
// only where the value itself could be read.
func (n *node) reporter(below string, into *faults) report {
	return func(path, format string, args ...any) {
		line, written := n.locate(join(below, path), 0)
		if !into.covers(written) {
			into.checked = append(into.checked, Fault{Line: line, Path: written, Message: fmt.Sprintf(format, args...)})
		}
	}
}
