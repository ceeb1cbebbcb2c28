//go:build system

package pgtest

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"syscall"
)

// superuser is the role of the cluster that tests connect as. It exists in the
// private cluster only.
const superuser = "portico"

// cluster is a running PostgreSQL in a folder of its own.
type cluster struct {
	dir     string    // holds the data and the socket
	binDir  string    // PostgreSQL's programs
	account *account  // whom the server runs as; nil means whoever runs the test
	alive   io.Closer // closing it, or dying, ends the cluster
}

// shared is the one cluster of the test process. Starting takes about a second,
// so tests share it and get databases of their own.
var shared struct {
	once    sync.Once
	cluster *cluster
	err     error
}

func sharedCluster() (*cluster, error) {
	shared.once.Do(func() { shared.cluster, shared.err = startCluster() })
	return shared.cluster, shared.err
}

func startCluster() (*cluster, error) {
	c := &cluster{}
	var err error
	if c.binDir, err = findPrograms(); err != nil {
		return nil, err
	}
	if c.account, err = unprivileged(); err != nil {
		return nil, err
	}
	// A unix socket's path has at most 107 bytes, and the server's account must
	// be able to reach it: /tmp is both short and open, $TMPDIR need not be.
	if c.dir, err = os.MkdirTemp("/tmp", "portico-pg-"); err != nil {
		return nil, fmt.Errorf("make the cluster's folder: %w", err)
	}
	if err := c.fill(); err != nil {
		return nil, errors.Join(err, os.RemoveAll(c.dir))
	}
	return c, nil
}

// fill makes the data folder, starts the server and the keeper that ends it.
func (c *cluster) fill() error {
	if c.account != nil {
		if err := os.Chown(c.dir, int(c.account.uid), int(c.account.gid)); err != nil {
			return fmt.Errorf("give the cluster's folder to %s: %w", c.account.name, err)
		}
	}
	// What the tests write is worth nothing after them: no sync.
	if err := c.run("initdb", "-D", c.data(), "-U", superuser, "-A", "trust",
		"-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions"); err != nil {
		return err
	}
	if err := c.keep(); err != nil {
		return err
	}
	options := "-c listen_addresses='' -c unix_socket_directories='" + c.dir + "'" +
		" -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200"
	return c.run("pg_ctl", "-D", c.data(), "-w", "-t", "60", "-s", "-l", filepath.Join(c.dir, "log"), "-o", options, "start")
}

func (c *cluster) data() string { return filepath.Join(c.dir, "data") }

// run runs one of PostgreSQL's programs as the cluster's account.
func (c *cluster) run(program string, args ...string) error {
	cmd := c.command(filepath.Join(c.binDir, program), args...)
	if out, err := cmd.CombinedOutput(); err != nil {
		log, _ := os.ReadFile(filepath.Join(c.dir, "log")) // no log yet says nothing
		return fmt.Errorf("%s: %w\n%s%s", program, err, out, log)
	}
	return nil
}

func (c *cluster) command(program string, args ...string) *exec.Cmd {
	cmd := exec.Command(program, args...)
	cmd.Dir = c.dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // Ctrl-C is for the test; the keeper does the rest
	if c.account != nil {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: c.account.uid, Gid: c.account.gid}
	}
	return cmd
}

// keep starts a small shell that waits for the test process to end, by reading
// a pipe only that process holds open, and then ends the cluster. A test that
// is killed or panics leaves nothing behind either.
func (c *cluster) keep() error {
	const script = `read -r _; "$1/pg_ctl" -D "$2/data" -m immediate -s -w stop; cd /; rm -rf "$2"`
	keeper := c.command("/bin/sh", "-c", script, "keeper", c.binDir, c.dir)
	stdin, err := keeper.StdinPipe()
	if err != nil {
		return fmt.Errorf("keeper: %w", err)
	}
	if err := keeper.Start(); err != nil {
		return fmt.Errorf("keeper: %w", err)
	}
	c.alive = stdin
	return nil
}

// findPrograms is the folder of initdb, pg_ctl and postgres. Debian keeps them
// out of PATH, one folder a version.
func findPrograms() (string, error) {
	candidates, err := filepath.Glob("/usr/lib/postgresql/*/bin")
	if err != nil {
		return "", fmt.Errorf("look for PostgreSQL: %w", err)
	}
	slices.SortFunc(candidates, func(a, b string) int { return version(b) - version(a) })
	if initdb, err := exec.LookPath("initdb"); err == nil {
		if target, err := filepath.EvalSymlinks(initdb); err == nil {
			candidates = append(candidates, filepath.Dir(target))
		}
	}
	for _, dir := range candidates {
		if hasPrograms(dir) {
			return dir, nil
		}
	}
	return "", errors.New("no PostgreSQL server programs (initdb, pg_ctl, postgres) here; make test installs them")
}

// version is the number in /usr/lib/postgresql/<number>/bin.
func version(dir string) int {
	n, err := strconv.Atoi(filepath.Base(filepath.Dir(dir)))
	if err != nil {
		return 0
	}
	return n
}

func hasPrograms(dir string) bool {
	for _, program := range []string{"initdb", "pg_ctl", "postgres"} {
		if _, err := exec.LookPath(filepath.Join(dir, program)); err != nil {
			return false
		}
	}
	return true
}

type account struct {
	name     string
	uid, gid uint32
}

// unprivileged is the account the server runs as: PostgreSQL refuses root.
func unprivileged() (*account, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		found, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, uidErr := strconv.ParseUint(found.Uid, 10, 32)
		gid, gidErr := strconv.ParseUint(found.Gid, 10, 32)
		if err := errors.Join(uidErr, gidErr); err != nil {
			return nil, fmt.Errorf("account %s: %w", name, err)
		}
		return &account{name, uint32(uid), uint32(gid)}, nil
	}
	return nil, errors.New("running as root, and there is no account postgres or nobody to run PostgreSQL as")
}
