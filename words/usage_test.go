package words

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// rooms are those that say texts of the catalogue.
var rooms = []string{"templates", "web", "userpool/notify", "userpool/directory", "words", "cmd/portico"}

// asking are the functions whose argument of that number is a key.
var asking = map[string]int{
	"Say": 0, "Count": 0, "Duration": 0, "Forms": 0, "Parts": 0, "L": 0, "named": 1, "runs": 1, "namedRuns": 1, "thenReset": 2, "bad": 0,
}

// program is what the rooms' code holds of strings, tests aside.
type program struct {
	asked    map[string]string // keys, and where they are asked for
	literals map[string]bool
}

func readProgram(t *testing.T) program {
	t.Helper()
	p := program{map[string]string{}, map[string]bool{}}
	for _, room := range rooms {
		err := filepath.WalkDir(filepath.Join("..", room), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			source, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			set := token.NewFileSet()
			file, err := parser.ParseFile(set, path, source, 0)
			if err != nil {
				return err
			}
			ast.Inspect(file, func(n ast.Node) bool { p.note(set, n); return true })
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return p
}

func (p program) note(set *token.FileSet, n ast.Node) {
	switch n := n.(type) {
	case *ast.BasicLit:
		if text, err := strconv.Unquote(n.Value); err == nil && n.Kind == token.STRING {
			p.literals[text] = true
		}
	case *ast.CallExpr:
		name := ""
		switch f := n.Fun.(type) {
		case *ast.Ident:
			name = f.Name
		case *ast.SelectorExpr:
			name = f.Sel.Name
		}
		i, ok := asking[name]
		if !ok || i >= len(n.Args) {
			return
		}
		if lit, ok := n.Args[i].(*ast.BasicLit); ok && lit.Kind == token.STRING {
			key, _ := strconv.Unquote(lit.Value)
			p.asked[key] = set.Position(n.Pos()).String()
		}
	}
}

// Every key that is asked for is in the catalogue: none is said itself, for people to read.
func TestEveryKeyIsThere(t *testing.T) {
	english := readAll(t)[Default]
	p := readProgram(t)
	if len(p.asked) < 100 {
		t.Fatalf("only %d keys were found in the program", len(p.asked))
	}
	for key, where := range p.asked {
		_, plain := english[key]
		_, plural := english[key+".other"]
		_, duration := english[key+".hours.other"]
		if !plain && !plural && !duration {
			t.Errorf("%s: no text has the key %q", where, key)
		}
	}
}

// Every text of the catalogue is said somewhere: none is translated for nothing.
func TestEveryTextIsSaid(t *testing.T) {
	p := readProgram(t)
	for key := range readAll(t)[Default] {
		stem, _, _ := splitForm(key)
		for _, end := range []string{".unnamed", ".hours", ".minutes", ".seconds"} {
			stem = strings.TrimSuffix(stem, end)
		}
		if !p.literals[key] && !p.literals[stem] && !strings.HasPrefix(key, saidPrefix) {
			t.Errorf("nobody says %s", key)
		}
	}
}
