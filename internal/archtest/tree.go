package archtest

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"strconv"
	"strings"
)

// file is one Go file of the module.
type file struct {
	path      string // slash-separated, below the module's root
	dir       string // the folder, "." for the root
	test      bool
	generated bool
	syntax    *ast.File
	fset      *token.FileSet
	imports   map[string]string // local name to import path; blank and dot imports under their path
}

// load parses every Go file below the root, whatever its build tags. It leaves
// out testdata, hidden folders and node_modules.
func load(root fs.FS) ([]*file, error) {
	var files []*file
	err := fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && name != "." && skipped(entry.Name()):
			return fs.SkipDir
		case entry.IsDir() || path.Ext(name) != ".go":
			return nil
		}
		text, err := fs.ReadFile(root, name)
		if err != nil {
			return fmt.Errorf("read %s: %w", name, err)
		}
		f, err := parse(name, text)
		if err != nil {
			return err
		}
		files = append(files, f)
		return nil
	})
	return files, err
}

func skipped(folder string) bool {
	return strings.HasPrefix(folder, ".") || strings.HasPrefix(folder, "_") ||
		folder == "testdata" || folder == "node_modules" || folder == "tmp"
}

func parse(name string, text []byte) (*file, error) {
	fset := token.NewFileSet()
	syntax, err := parser.ParseFile(fset, name, text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, fmt.Errorf("parse: %w", err)
	}
	f := &file{
		path: name, dir: path.Dir(name), test: strings.HasSuffix(name, "_test.go"),
		generated: ast.IsGenerated(syntax), syntax: syntax, fset: fset, imports: map[string]string{},
	}
	for _, spec := range syntax.Imports {
		pkg, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return nil, fmt.Errorf("%s: import %s: %w", name, spec.Path.Value, err)
		}
		f.imports[localName(spec, pkg)] = pkg
	}
	return f, nil
}

// localName is the name the file uses for the import. The last element of the
// path is good enough for the packages the rules speak of.
func localName(spec *ast.ImportSpec, pkg string) string {
	switch {
	case spec.Name == nil:
		return path.Base(pkg)
	case spec.Name.Name == "_", spec.Name.Name == ".":
		return pkg
	default:
		return spec.Name.Name
	}
}

// at says where the node stands, for a complaint.
func (f *file) at(pos token.Pos) string {
	return fmt.Sprintf("%s:%d", f.path, f.fset.Position(pos).Line)
}

// within says whether the path is the room, or stands below it.
func within(name, room string) bool {
	return name == room || strings.HasPrefix(name, room+"/")
}

func withinAny(name string, rooms []string) bool {
	for _, room := range rooms {
		if within(name, room) {
			return true
		}
	}
	return false
}
