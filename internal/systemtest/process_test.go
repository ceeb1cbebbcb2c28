//go:build system

package systemtest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// program is the built portico, set by TestMain before any test runs.
var program string

func TestMain(m *testing.M) {
	os.Exit(runTests(m))
}

func runTests(m *testing.M) int {
	dir, err := os.MkdirTemp("", "portico-system-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	program = filepath.Join(dir, "portico")
	build := exec.Command("go", "build", "-o", program, "portico/cmd/portico")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build the program: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}

// process is the program, running.
type process struct {
	t     *testing.T
	args  []string
	cmd   *exec.Cmd
	log   *lockedBuffer // standard error
	first chan string   // the first line of standard output
	ended chan struct{} // closed once it is gone; err is set then
	err   error
}

// run starts the program with an environment ("NAME=value"), the test's own if
// it is nil. It is stopped with the test, and must then end cleanly.
func run(t *testing.T, environment []string, args ...string) *process {
	t.Helper()
	p := &process{t: t, args: args, log: &lockedBuffer{}, first: make(chan string, 1), ended: make(chan struct{})}
	p.cmd = exec.Command(program, args...)
	p.cmd.Env = environment
	p.cmd.Stderr = p.log
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(p.ended)
		for scanner, first := newLineScanner(out), true; scanner.Scan(); first = false {
			if first {
				p.first <- scanner.Text()
			}
		}
		p.err = p.cmd.Wait()
	}()
	t.Cleanup(func() {
		p.stop()
		if secret := indiscreet.FindString(p.log.String()); secret != "" {
			t.Errorf("the log holds %.40q", secret)
		}
		if t.Failed() {
			t.Logf("the log of portico %s:\n%s", strings.Join(args, " "), p.log)
		}
	})
	return p
}

// indiscreet is what a log must never hold: a JWT, an address of a person of the
// tests, or one of their passwords.
var indiscreet = regexp.MustCompile(`eyJ[\w-]+\.[\w-]+|[\w.+-]+(@|%40)[\w-]+\.[\w.]+|[Dd]oorway-[Ll]antern|(correct|temporary|chosen)-Horse|(first|second)-Password|company-secret`)

// firstLine is the first line the program writes to standard output.
func (p *process) firstLine() string {
	p.t.Helper()
	select {
	case line := <-p.first:
		return line
	case <-p.ended:
		p.t.Fatalf("portico %v ended before it was ready:\n%s", p.args, p.log)
	case <-time.After(patience):
		p.t.Fatalf("portico %v is not ready after %s:\n%s", p.args, patience, p.log)
	}
	return ""
}

// waitReady waits until the program serves.
func (p *process) waitReady() {
	p.t.Helper()
	p.waitLogFor(p.t, patience, "msg=ready")
}

// waitLog waits until a line of the log contains all the texts, and gives it. A
// request's line is written just after its answer.
func (p *process) waitLog(t *testing.T, texts ...string) string {
	t.Helper()
	return p.waitLogFor(t, 5*time.Second, texts...)
}

func (p *process) waitLogFor(t *testing.T, limit time.Duration, texts ...string) string {
	t.Helper()
	for deadline := time.Now().Add(limit); ; {
		if line, found := p.findLog(texts...); found {
			return line
		}
		select {
		case <-p.ended:
			if line, found := p.findLog(texts...); found {
				return line
			}
			t.Fatalf("portico %v ended without a line about %q:\n%s", p.args, texts, p.log)
		case <-time.After(10 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			t.Fatalf("portico %v has no line about %q after %s:\n%s", p.args, texts, limit, p.log)
		}
	}
}

func (p *process) findLog(texts ...string) (line string, found bool) {
	for line := range strings.Lines(p.log.String()) {
		missing := func(text string) bool { return !strings.Contains(line, text) }
		if !slices.ContainsFunc(texts, missing) {
			return strings.TrimSpace(line), true
		}
	}
	return "", false
}

// stop asks the program to end and demands that it does so in good order. A
// process that is gone, because it was stopped or killed, is left alone.
func (p *process) stop() {
	p.t.Helper()
	select {
	case <-p.ended:
		return
	default:
	}
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		p.t.Errorf("stop the program: %v", err)
	}
	select {
	case <-p.ended:
	case <-time.After(patience):
		p.t.Errorf("the program is still there %s after SIGTERM", patience)
		p.kill()
	}
	if p.err != nil {
		p.t.Errorf("the program's end: %v", p.err)
	}
}

// kill ends the program as a power cut would: no signal it could act on.
func (p *process) kill() {
	p.t.Helper()
	if err := p.cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		p.t.Fatalf("kill the program: %v", err)
	}
	<-p.ended
}
