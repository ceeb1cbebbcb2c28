package compromised

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// list writes a file of lines.
func list(t testing.TB, lines []string, end string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "list.txt")
	if err := os.WriteFile(path, []byte(strings.Join(lines, end)+end), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func open(t testing.TB, path string) *File {
	t.Helper()
	f, err := OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

// Every line of a file is found, the first and the last included, whatever its form; what is not there is not.
func TestFileFindsWhatItHolds(t *testing.T) {
	source := rand.New(rand.NewPCG(1, 2))
	for _, c := range []struct {
		name, end string
		write     func(sum string) string
	}{
		{"bare", "\n", func(s string) string { return s }},
		{"counts of all lengths", "\r\n", func(s string) string { return fmt.Sprintf("%s:%d", s, 1<<source.IntN(27)) }},
		{"small letters", "\n", strings.ToLower},
	} {
		for _, n := range []int{1, 2, 3, 64, 65, 1000} {
			var sums []string
			for i := range n {
				s := sumOf(fmt.Sprint("password", i))
				sums = append(sums, string(s[:]))
			}
			slices.Sort(sums)
			lines := make([]string, n)
			for i := range sums {
				lines[i] = c.write(sums[i])
			}
			path := list(t, lines, c.end)
			f := open(t, path)
			for i := range n {
				if ok, err := f.Contains(t.Context(), sumOf(fmt.Sprint("password", i))); !ok || err != nil {
					t.Errorf("%s, %d lines: password%d: %v, %v", c.name, n, i, ok, err)
				}
				if ok, err := f.Contains(t.Context(), sumOf(fmt.Sprint("another", i))); ok || err != nil {
					t.Errorf("%s, %d lines: another%d: %v, %v", c.name, n, i, ok, err)
				}
			}
			for _, edge := range []string{strings.Repeat("0", 40), strings.Repeat("F", 40)} {
				if ok, err := f.Contains(t.Context(), Sum([]byte(edge))); ok || err != nil {
					t.Errorf("%s, %d lines: %s: %v, %v", c.name, n, edge, ok, err)
				}
			}
		}
	}
}

// A last line without an end is a line.
func TestFileWithoutLastEnd(t *testing.T) {
	a, b := strings.Repeat("1", 40), strings.Repeat("2", 40)
	path := filepath.Join(t.TempDir(), "list.txt")
	if err := os.WriteFile(path, []byte(a+":3\n"+b), 0o600); err != nil {
		t.Fatal(err)
	}
	f := open(t, path)
	for _, sum := range []string{a, b} {
		if ok, err := f.Contains(t.Context(), Sum([]byte(sum))); !ok || err != nil {
			t.Errorf("%.4s: %v, %v", sum, ok, err)
		}
	}
}

// counted counts what is read.
type counted struct {
	f     *os.File
	reads int
	bytes int
}

func (c *counted) ReadAt(p []byte, at int64) (int, error) {
	c.reads++
	c.bytes += len(p)
	return c.f.ReadAt(p, at)
}

// A look-up reads little, however large the file is.
func TestFileReadsLittle(t *testing.T) {
	var sums []string
	for i := range 100_000 {
		s := sumOf(fmt.Sprint(i))
		sums = append(sums, string(s[:])+":1")
	}
	slices.Sort(sums)
	f := open(t, list(t, sums, "\n"))
	c := &counted{f: f.file}
	f.data = c
	if ok, err := f.Contains(t.Context(), sumOf("77777")); !ok || err != nil {
		t.Fatal(ok, err)
	}
	if c.reads > 24 || c.bytes > 24*(2*maxLine+1) { // 4.3 MB: 23 halvings
		t.Errorf("%d reads of %d bytes", c.reads, c.bytes)
	}
}

// A file in which nothing would ever be found is refused when it is opened.
func TestFileThatIsNoListIsRefused(t *testing.T) {
	var byPrevalence []string
	for i := range 1000 {
		s := sumOf(fmt.Sprint(i))
		byPrevalence = append(byPrevalence, fmt.Sprintf("%s:%d", s[:], 1000-i))
	}
	if _, err := OpenFile(list(t, byPrevalence, "\n")); !errors.Is(err, ErrNotSorted) {
		t.Errorf("ordered by prevalence: %v", err)
	}
	for name, lines := range map[string][]string{
		"empty": nil, "passwords": {"password", "123456"}, "NTLM": {strings.Repeat("A", 32) + ":4"}, "a long line": {strings.Repeat("A", 4000)},
	} {
		if _, err := OpenFile(list(t, lines, "\n")); err == nil {
			t.Errorf("%s: is taken for a list", name)
		}
	}
	if _, err := OpenFile(t.TempDir()); err == nil {
		t.Error("a folder is taken for a list")
	}
}

// Damage inside a file is an error, not an answer.
func TestFileDamaged(t *testing.T) {
	var sums []string
	for i := range 200 {
		s := sumOf(fmt.Sprint(i))
		sums = append(sums, string(s[:]))
	}
	slices.Sort(sums)
	f := open(t, list(t, sums, "\n"))
	sums[100] = "<html>"
	damaged, err := os.ReadFile(list(t, sums, "\n"))
	if err != nil {
		t.Fatal(err)
	}
	f.data, f.size = strings.NewReader(string(damaged)), int64(len(damaged))
	failed := 0
	for i := range 200 {
		if _, err := f.Contains(t.Context(), sumOf(fmt.Sprint(i))); err != nil {
			failed++
		}
	}
	if failed == 0 {
		t.Error("nobody stumbled over the damage")
	}
}

func BenchmarkFile(b *testing.B) {
	var sums []string
	for i := range 1_000_000 {
		s := sumOf(fmt.Sprint(i))
		sums = append(sums, string(s[:])+":1")
	}
	slices.Sort(sums)
	f := open(b, list(b, sums, "\n"))
	for i := 0; b.Loop(); i++ {
		if _, err := f.Contains(b.Context(), sumOf(fmt.Sprint(i))); err != nil {
			b.Fatal(err)
		}
	}
}
