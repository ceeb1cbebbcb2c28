package store

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/quick"
	"time"

	"portico/userpool/seal"
)

func TestAddress(t *testing.T) {
	for text, want := range map[string]address{
		"":                          {path: DefaultPath},
		"data/portico.db":           {path: "data/portico.db"},
		"/var/lib/portico.db":       {path: "/var/lib/portico.db"},
		"sqlite:portico.db":         {path: "portico.db"},
		"sqlite:/var/lib/p.db":      {path: "/var/lib/p.db"},
		"sqlite:///var/lib/p.db":    {path: "/var/lib/p.db"},
		`C:\portico\portico.db`:     {path: `C:\portico\portico.db`},
		"postgres://u:p@host/db":    {postgres: "postgres://u:p@host/db"},
		"postgresql:///db?host=/rn": {postgres: "postgresql:///db?host=/rn"},
	} {
		got, err := parseAddress(text)
		if err != nil || got != want {
			t.Errorf("%q: %+v, %v", text, got, err)
		}
	}
	for _, text := range []string{"mysql://u:s3cr3t@host/db", "sqlite:", "sqlite://", ":memory:", "sqlite::memory:", "file:x.db?mode=memory"} {
		_, err := parseAddress(text)
		if err == nil {
			t.Errorf("%q was accepted", text)
		} else if strings.Contains(err.Error(), "s3cr3t") {
			t.Errorf("the error tells the password: %v", err)
		}
	}
}

func TestWrongPostgresURLTellsNoPassword(t *testing.T) {
	_, err := Open(t.Context(), Options{URL: "postgres://u:s3cr3t@host:notaport/db", Key: seal.NewMasterKey()})
	if err == nil || strings.Contains(err.Error(), "s3cr3t") {
		t.Error(err)
	}
}

// TestDatabaseFileIsPrivate: other users of the machine must not read password hashes.
func TestDatabaseFileIsPrivate(t *testing.T) {
	if runtime.GOOS == "windows" {
		return // rights are inherited from the folder there
	}
	dir := filepath.Join(t.TempDir(), "made", "by open")
	db, err := Open(t.Context(), Options{URL: filepath.Join(dir, "p.db"), Key: seal.NewMasterKey()})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, name := range []string{".", "p.db", "p.db-wal", "p.db-shm"} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: %v %v", name, info.Mode(), err)
		}
	}
}

// TestPathIsNoURI: what looks like a parameter in a path is part of the name.
func TestPathIsNoURI(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a b?mode=memory&_pragma=synchronous(0)#%41.db")
	db, err := Open(t.Context(), Options{URL: path, Key: seal.NewMasterKey()})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if info, err := os.Stat(path); err != nil || info.Size() == 0 {
		t.Errorf("the file is not where it should be: %v", err)
	}
}

func TestOpenFailsCleanly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "p.db")
	if err := os.WriteFile(path, []byte(strings.Repeat("this is no database\n", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), Options{URL: path, Key: seal.NewMasterKey()}); err == nil {
		t.Error("a file that is no database was opened")
	}
	if _, err := Open(t.Context(), Options{URL: path + "/below/a/file", Key: seal.NewMasterKey()}); err == nil {
		t.Error("a path below a file was opened")
	}
}

func TestIndexedTextsStayApart(t *testing.T) {
	long := strings.Repeat("x", maxIndexed+1)
	hashed := indexed(long)
	seen := map[string]string{}
	for _, text := range []string{"", "a", "A", long, long + "y", hashed, indexed(hashed), "a\x00", "a\xff", "a\ufffd", long[:maxIndexed]} {
		k := indexed(text)
		if other, taken := seen[k]; taken {
			t.Errorf("%q and %q share the key %q", text, other, k)
		}
		seen[k] = text
		if len(k) > maxIndexed || !wellFormed(k) {
			t.Errorf("key %q cannot be indexed", k)
		}
	}
	if indexed("zoe@example.com") != "zoe@example.com" {
		t.Error("a short text is not indexed as it is")
	}
}

func TestMomentReversesMicros(t *testing.T) {
	if err := quick.Check(func(n int64) bool { return micros(moment(n)) == n }, nil); err != nil {
		t.Error(err)
	}
	if got := moment(micros(time.Time{})); !got.IsZero() {
		t.Errorf("the zero time became %v", got)
	}
}

// TestTransientErrorsOnly: repeating anything but an undone transaction could do things twice.
func TestTransientErrorsOnly(t *testing.T) {
	if isTransient(errors.New("any")) || isTransient(nil) {
		t.Error("an unknown error counts as transient")
	}
}
