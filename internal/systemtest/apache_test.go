//go:build system

package systemtest

import (
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"text/template"
	"time"
)

const (
	apacheProgram = "/usr/sbin/apache2" // not in everybody's PATH
	apacheModules = "/usr/lib/apache2/modules"
)

// apacheSite is a virtual host with a port of its own, protected as a whole
// but for /signed-out.html.
type apacheSite struct {
	Listen     string // 127.0.0.1:port
	Directives []string
}

func (s apacheSite) origin() string { return "https://" + s.Listen }

// apache is Debian's Apache with mod_auth_openidc, running.
type apache struct {
	t      *testing.T
	folder string
	cmd    *exec.Cmd
	said   lockedBuffer // what it says before it has its log
	ended  chan struct{}
	err    error
}

// startApache serves the sites from a folder of its own, with the certificate
// files of another, until the test ends.
func startApache(t *testing.T, certificates string, sites ...apacheSite) *apache {
	t.Helper()
	for _, file := range []string{apacheProgram, filepath.Join(apacheModules, "mod_auth_openidc.so")} {
		if _, err := os.Stat(file); err != nil {
			t.Fatalf("%v; make test installs it", err)
		}
	}
	a := &apache{t: t, folder: t.TempDir(), ended: make(chan struct{})}
	a.furnish(certificates, sites)
	a.cmd = exec.Command(apacheProgram, "-f", filepath.Join(a.folder, "apache.conf"), "-D", "FOREGROUND")
	a.cmd.Stderr = &a.said
	if err := a.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(a.ended)
		a.err = a.cmd.Wait()
	}()
	t.Cleanup(a.stop)
	for _, site := range sites {
		a.waitFor(site.Listen)
	}
	return a
}

// furnish writes all that Apache reads into its folder.
func (a *apache) furnish(certificates string, sites []apacheSite) {
	a.t.Helper()
	settings := struct {
		Folder, Modules string
		Nobody          *user.User
		Sites           []apacheSite
	}{Folder: a.folder, Modules: apacheModules, Sites: sites}
	a.must(os.CopyFS(filepath.Join(a.folder, "pages"), os.DirFS("testdata/apache")))
	for _, name := range []string{"cert.pem", "key.pem"} {
		a.must(os.Link(filepath.Join(certificates, name), filepath.Join(a.folder, name)))
	}
	cache := filepath.Join(a.folder, "cache")
	a.must(os.Mkdir(cache, 0o700))
	if os.Geteuid() == 0 {
		settings.Nobody = a.lend(cache)
	}
	a.must(os.Chmod(filepath.Join(a.folder, "cert.pem"), 0o644))
	configuration, err := template.ParseFiles("testdata/apache.conf")
	a.must(err)
	file, err := os.OpenFile(filepath.Join(a.folder, "apache.conf"), os.O_CREATE|os.O_WRONLY, 0o600) // client secrets
	a.must(err)
	defer file.Close()
	a.must(configuration.Execute(file, settings))
}

// lend lets the children, who are nobody, reach the folder and write to the
// cache: Apache refuses to serve as root.
func (a *apache) lend(cache string) *user.User {
	a.t.Helper()
	nobody, err := user.Lookup("nobody")
	a.must(err)
	uid, err := strconv.Atoi(nobody.Uid)
	a.must(err)
	a.must(os.Chown(cache, uid, -1))
	a.must(os.Chmod(a.folder, 0o711))
	a.must(os.Chmod(filepath.Dir(a.folder), 0o711)) // testing makes it for this test alone, with 0700
	return nobody
}

func (a *apache) must(err error) {
	a.t.Helper()
	if err != nil {
		a.t.Fatal(err)
	}
}

func (a *apache) waitFor(address string) {
	a.t.Helper()
	for deadline := time.Now().Add(patience); ; {
		conn, err := net.Dial("tcp", address)
		if err == nil {
			conn.Close()
			return
		}
		select {
		case <-a.ended:
			a.t.Fatalf("apache ended before it was ready: %v\n%s\n%s", a.err, &a.said, a.log())
		case <-time.After(20 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			a.t.Fatalf("nobody at %s after %s: %v\n%s", address, patience, err, a.log())
		}
	}
}

// log is Apache's error log.
func (a *apache) log() string {
	text, err := os.ReadFile(filepath.Join(a.folder, "error.log"))
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// stop ends Apache and its children, which must end in good order.
func (a *apache) stop() {
	if err := a.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		a.t.Errorf("stop apache: %v", err)
	}
	select {
	case <-a.ended:
	case <-time.After(patience):
		a.t.Errorf("apache is still there %s after SIGTERM", patience)
		_ = a.cmd.Process.Kill()
		<-a.ended
	}
	if a.err != nil {
		a.t.Errorf("apache's end: %v\n%s", a.err, &a.said)
	}
	if a.t.Failed() {
		a.t.Logf("apache's log:\n%s", a.log())
	}
}
