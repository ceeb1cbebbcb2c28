//go:build system

package pgtest

import (
	"database/sql"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestDatabaseIsFreshEachTime(t *testing.T) {
	first, second := Database(t), Database(t)
	for _, address := range []string{first, second} {
		db, err := sql.Open("pgx", address)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if _, err := db.Exec(`CREATE TABLE person (name TEXT)`); err != nil {
			t.Errorf("a fresh database has a table already: %v", err)
		}
	}
}

func TestServerListensOnItsSocketOnly(t *testing.T) {
	db, err := sql.Open("pgx", Start(t))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var addresses, sockets string
	if err := db.QueryRow(`SELECT current_setting('listen_addresses'), current_setting('unix_socket_directories')`).Scan(&addresses, &sockets); err != nil {
		t.Fatal(err)
	}
	if addresses != "" || !strings.HasPrefix(sockets, "/tmp/portico-pg-") {
		t.Errorf("listens on addresses %q and sockets in %q", addresses, sockets)
	}
}

// TestClusterEndsWithItsProcess starts a second test process that is killed
// with a cluster running, and waits for the keeper to have cleared up.
func TestClusterEndsWithItsProcess(t *testing.T) {
	child := exec.Command(os.Args[0], "-test.run", "^TestChild$", "-test.v")
	child.Env = append(os.Environ(), "PGTEST_CHILD=1")
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	dir := readFolder(t, out)
	if _, err := os.Stat(filepath.Join(dir, "data", "postmaster.pid")); err != nil {
		t.Fatalf("the child has no cluster running: %v", err)
	}
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = child.Wait() // killed, as intended
	for deadline := time.Now().Add(30 * time.Second); ; {
		if _, err := os.Stat(dir); os.IsNotExist(err) {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s is still there half a minute after its process was killed", dir)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// TestChild is the process TestClusterEndsWithItsProcess kills; on its own it
// does nothing.
func TestChild(t *testing.T) {
	if os.Getenv("PGTEST_CHILD") == "" {
		return
	}
	Start(t)
	os.Stdout.WriteString("folder " + shared.cluster.dir + "\n")
	time.Sleep(time.Minute)
}

// readFolder waits for the line in which the child names its folder.
func readFolder(t *testing.T, out interface{ Read([]byte) (int, error) }) string {
	t.Helper()
	var text strings.Builder
	buffer := make([]byte, 1024)
	for {
		n, err := out.Read(buffer)
		text.Write(buffer[:n])
		if _, rest, found := strings.Cut(text.String(), "folder "); found {
			if dir, _, whole := strings.Cut(rest, "\n"); whole {
				return dir
			}
		}
		if err != nil {
			t.Fatalf("the child said %q: %v", text.String(), err)
		}
	}
}
