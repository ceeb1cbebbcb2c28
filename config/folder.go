package config

import (
	"io"
	"os"
	"slices"
	"strings"
)

// folderReader reads a folder of texts that a setting names, and collects what is wrong with them.
type folderReader struct {
	setting string
	faults  []Fault
}

func (r *folderReader) fault(file string, line int, key, message string) {
	if len(r.faults) < maxFaults {
		r.faults = append(r.faults, Fault{File: file, Line: line, Path: key, Message: message})
	}
}

func (r *folderReader) list(folder string) []os.DirEntry {
	entries, err := os.ReadDir(folder)
	if err != nil {
		r.fault(folder, 0, r.setting, "cannot be read: it is the folder of your texts")
	}
	return slices.DeleteFunc(entries, func(e os.DirEntry) bool { return strings.HasPrefix(e.Name(), ".") })
}

func readAtMost(path string, limit int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, limit))
}
