package config

import (
	"fmt"
	"slices"
	"strings"
)

// Fault is one thing wrong with the file. Message never holds a value that may be secret.
type Fault struct {
	File    string // where it is another file than the configuration itself
	Line    int    // from 1; 0 where the fault has no place in the file
	Path    string // of the key, as in pools[0].Clients[1].CallbackURLs[0]; empty for the file as a whole
	Message string
}

// Faults is the error of a file with faults: all of them, by line.
type Faults struct {
	File string
	List []Fault
}

// Error prints one fault per line, as "portico.yaml:12: server.listen: …", which editors and CI systems can follow.
func (f *Faults) Error() string {
	lines := make([]string, len(f.List))
	for i, fault := range f.List {
		lines[i] = fault.In(f.File)
	}
	return strings.Join(lines, "\n")
}

// In prints the fault with the name of its file.
func (f Fault) In(file string) string {
	if f.File != "" {
		file = f.File
	}
	if f.Line > 0 {
		file = fmt.Sprintf("%s:%d", file, f.Line)
	}
	if f.Path == "" {
		return file + ": " + f.Message
	}
	return file + ": " + f.Path + ": " + f.Message
}

// faults collects what is found on the way.
type faults struct {
	list    []Fault  // found while reading
	checked []Fault  // found in what was read
	meant   []string // paths of settings that stand in the file misspelt
	stopped bool     // reading stopped before the end, so nothing can be said about the rest
}

// maxFaults is where a report stops helping, and where reading stops.
const maxFaults = 500

func (f *faults) full() bool { return len(f.list) >= maxFaults }

func (f *faults) any() bool { return len(f.list)+len(f.checked) > 0 }

func (f *faults) add(line int, path, format string, args ...any) {
	if !f.full() {
		f.list = append(f.list, Fault{Line: line, Path: path, Message: fmt.Sprintf(format, args...)})
	}
}

// covers reports whether a fault was found at the path or at something that holds it. What is checked later is then
// about a value that was never read.
func (f *faults) covers(path string) bool {
	holds := func(known string) bool {
		rest, ok := strings.CutPrefix(path, known)
		return ok && known != "" && (rest == "" || rest[0] == '.' || rest[0] == '[')
	}
	return slices.ContainsFunc(f.list, func(known Fault) bool { return holds(known.Path) }) || slices.ContainsFunc(f.meant, holds)
}

// sorted returns the faults by line, in the order found within a line.
func (f *faults) sorted() []Fault {
	all := slices.Concat(f.list, f.checked)
	slices.SortStableFunc(all, func(a, b Fault) int { return a.Line - b.Line })
	if len(all) < maxFaults {
		return all
	}
	return append(all[:maxFaults], Fault{Message: "more faults follow: mend these first"})
}

// join names a member of an object; the file itself has no name.
func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}
