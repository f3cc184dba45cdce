// Package gatehouse holds the tests of the repository's own rules.
package gatehouse

import (
	"bufio"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// maxLines is the longest that a file written by hand may be; half of them are under medianLines.
const (
	maxLines    = 400
	medianLines = 120
)

// importRules reads the list in DESIGN.md: package -> packages it may import.
func importRules(t *testing.T) map[string][]string {
	t.Helper()
	text, err := os.ReadFile("DESIGN.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(text), "```imports\n")
	block, _, closed := strings.Cut(rest, "```")
	if !found || !closed {
		t.Fatal("DESIGN.md has no list of imports")
	}
	rules := map[string][]string{}
	for line := range strings.Lines(block) {
		from, to, _ := strings.Cut(line, "->")
		rules[strings.TrimSpace(from)] = strings.Fields(to)
	}
	return rules
}

// part is the name that the list has for a package folder: without internal/, and one
// name for all template packages of areas.
func part(dir string) string {
	dir = strings.TrimPrefix(filepath.ToSlash(dir), "internal/")
	if strings.HasPrefix(dir, "web/templates/") && dir != "web/templates/ui" {
		return "web/templates"
	}
	return dir
}

// free are folders outside the rule: they put the parts together, test them or make files.
func free(dir string) bool {
	for _, p := range []string{"cmd/", "e2e", "internal/tools/", "web/static/gen", "internal/db/dbtest", "bench", "bench/", "."} {
		if dir == strings.TrimSuffix(p, "/") || strings.HasSuffix(p, "/") && strings.HasPrefix(dir+"/", p) {
			return true
		}
	}
	return false
}

func TestImportsPointOneWay(t *testing.T) {
	rules := importRules(t)
	seen := 0
	walk(t, ".go", func(path string) {
		dir := filepath.ToSlash(filepath.Dir(path))
		if free(dir) || strings.HasSuffix(path, "_test.go") {
			return
		}
		allowed, known := rules[part(dir)]
		if !known {
			t.Errorf("%s is not in the list of DESIGN.md", part(dir))
			return
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range f.Imports {
			ours, is := strings.CutPrefix(strings.Trim(i.Path.Value, `"`), "gatehouse/")
			if !is || part(ours) == part(dir) {
				continue
			}
			seen++
			if !slices.Contains(allowed, part(ours)) {
				t.Errorf("%s imports %s: DESIGN.md does not allow %s -> %s", path, ours, part(dir), part(ours))
			}
		}
	})
	if seen == 0 {
		t.Error("no import was checked")
	}
}

func TestFilesStayShort(t *testing.T) {
	var sizes []int
	for _, ext := range []string{".go", ".templ", ".js", ".css"} {
		walk(t, ext, func(path string) {
			n := lines(t, path)
			sizes = append(sizes, n)
			if n > maxLines {
				t.Errorf("%s has %d lines, %d are allowed: split it", path, n, maxLines)
			}
		})
	}
	slices.Sort(sizes)
	if m := sizes[len(sizes)/2]; m > medianLines {
		t.Errorf("half of the files have more than %d lines, %d are allowed", m, medianLines)
	}
}

// walk visits the files written by hand with this ending.
func walk(t *testing.T, ext string, visit func(path string)) {
	t.Helper()
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		slash := filepath.ToSlash(path)
		if d.IsDir() {
			if name := d.Name(); path != "." && (strings.HasPrefix(name, ".") || name == "node_modules" || name == "testdata" || slash == "web/static/dist" || slash == "web/static/vendor") {
				return filepath.SkipDir
			}
			return nil
		}
		if filepath.Ext(path) == ext && !strings.HasSuffix(path, "_templ.go") {
			visit(path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func lines(t *testing.T, path string) int {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	n := 0
	s := bufio.NewScanner(f)
	s.Buffer(nil, 1<<20)
	for s.Scan() {
		n++
	}
	if err := s.Err(); err != nil {
		t.Fatal(err)
	}
	return n
}
