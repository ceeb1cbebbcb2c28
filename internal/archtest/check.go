package archtest

import (
	"fmt"
	"go/ast"
	"maps"
	"path"
	"slices"
	"strings"
)

// importsOfRooms complains of imports between our own rooms that the floors and
// annexes do not allow. Tests may import what they like.
func importsOfRooms(files []*file) []string {
	var complaints []string
	for _, f := range files {
		if f.test {
			continue
		}
		for _, pkg := range slices.Sorted(maps.Values(f.imports)) {
			to, ours := strings.CutPrefix(pkg, module+"/")
			if !ours {
				continue
			}
			if why := refusal(f.dir, to); why != "" {
				complaints = append(complaints, fmt.Sprintf("%s imports %s: %s", f.path, to, why))
			}
		}
	}
	return complaints
}

// refusal is the reason why the folder from may not import the folder to, or
// nothing when it may.
func refusal(from, to string) string {
	source, sourceIsAnnexe := annexeOf(from)
	target, targetIsAnnexe := annexeOf(to)
	switch {
	case sourceIsAnnexe && targetIsAnnexe && source.room == target.room:
		return ""
	case sourceIsAnnexe && !withinAny(to, source.imports):
		return source.why
	case targetIsAnnexe && !sourceIsAnnexe && !withinAny(from, target.importers):
		return target.why
	case sourceIsAnnexe || targetIsAnnexe:
		return ""
	}
	return refusalByFloor(from, to)
}

func refusalByFloor(from, to string) string {
	fromRoom, fromFloor := roomOf(from)
	toRoom, toFloor := roomOf(to)
	switch {
	case fromFloor < 0:
		return from + " is a room that the table of floors does not know; give it a floor and a reason"
	case toFloor < 0:
		return to + " is a room that the table of floors does not know; give it a floor and a reason"
	case fromRoom == toRoom, fromFloor < toFloor:
		return ""
	}
	for _, p := range neighbours() {
		if p.from == fromRoom && p.to == toRoom {
			return ""
		}
	}
	return floors()[toFloor].why
}

// roomOf finds the room a folder belongs to and the number of its floor, the
// roof being 0; the longest name wins, so userpool/login is not userpool.
func roomOf(dir string) (room string, number int) {
	number = -1
	for i, level := range floors() {
		for _, candidate := range level.rooms {
			if within(dir, candidate) && len(candidate) > len(room) {
				room, number = candidate, i
			}
		}
	}
	return room, number
}

func annexeOf(dir string) (found annexe, ok bool) {
	for _, a := range annexes() {
		if within(dir, a.room) {
			return a, true
		}
	}
	return annexe{}, false
}

// importsOfOthers complains of other people's packages outside the rooms that
// are made for them.
func importsOfOthers(files []*file) []string {
	var complaints []string
	for _, f := range files {
		if f.test || within(f.dir, "internal") {
			continue
		}
		for _, rule := range confinements() {
			for _, pkg := range slices.Sorted(maps.Values(f.imports)) {
				if within(pkg, rule.pkg) && !withinAny(f.path, rule.rooms) {
					complaints = append(complaints, fmt.Sprintf("%s imports %s: %s", f.path, pkg, rule.why))
				}
			}
		}
	}
	return complaints
}

// forbiddenCalls complains of names of a package where they have no business.
func forbiddenCalls(files []*file) []string {
	var complaints []string
	for _, f := range files {
		if f.test || f.generated {
			continue
		}
		for _, rule := range calls() {
			if withinAny(f.path, rule.rooms) || len(rule.where) > 0 && !withinAny(f.path, rule.where) {
				continue
			}
			complaints = append(complaints, rule.uses(f)...)
		}
	}
	return complaints
}

// uses finds the rule's names in the file.
func (c call) uses(f *file) []string {
	var complaints []string
	called := map[*ast.SelectorExpr]bool{}
	ast.Inspect(f.syntax, func(n ast.Node) bool {
		if expr, ok := n.(*ast.CallExpr); ok {
			if sel, ok := expr.Fun.(*ast.SelectorExpr); ok {
				called[sel] = true
			}
		}
		sel, ok := n.(*ast.SelectorExpr)
		if !ok || c.called && !called[sel] {
			return true
		}
		local, ok := sel.X.(*ast.Ident)
		if ok && f.imports[local.Name] == c.pkg && slices.Contains(c.names, sel.Sel.Name) {
			complaints = append(complaints, fmt.Sprintf("%s: %s.%s: %s", f.at(sel.Pos()), c.pkg, sel.Sel.Name, c.why))
		}
		return true
	})
	return complaints
}

// emptyPackageNames complains of packages whose name says nothing.
func emptyPackageNames(files []*file) []string {
	var complaints []string
	for _, f := range files {
		for _, name := range []string{f.syntax.Name.Name, path.Base(f.dir)} {
			if slices.Contains(emptyNames(), name) {
				complaints = append(complaints, fmt.Sprintf("%s: package %s: a room is named for its idea, or the code stays where it is used", f.path, name))
				break
			}
		}
	}
	return complaints
}

// packageComments complains of packages that have no package comment, or two.
func packageComments(files []*file) []string {
	comments := map[string][]string{}
	for _, f := range files {
		if f.test || f.generated {
			continue
		}
		comments[f.dir] = append(comments[f.dir], nil...)
		if f.syntax.Doc != nil {
			comments[f.dir] = append(comments[f.dir], f.path)
		}
	}
	var complaints []string
	for _, dir := range slices.Sorted(maps.Keys(comments)) {
		switch where := comments[dir]; {
		case len(where) == 0:
			complaints = append(complaints, dir+": no package comment: say in doc.go what the room holds and what it must not know")
		case len(where) > 1:
			complaints = append(complaints, fmt.Sprintf("%s: more than one package comment: %s", dir, strings.Join(where, ", ")))
		}
	}
	return complaints
}

// initFunctions complains of functions that run before main.
func initFunctions(files []*file) []string {
	var complaints []string
	for _, f := range files {
		for _, decl := range f.syntax.Decls {
			if fn, ok := decl.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
				complaints = append(complaints, f.at(fn.Pos())+": init: what must happen first is called by main, where a reader sees it")
			}
		}
	}
	return complaints
}
