//go:build system

package systemtest

import (
	"bufio"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// patience is how long a third party or the program may take for one step on a
// small machine that is busy.
const patience = 30 * time.Second

// nodeClient is one of the programs in clients, running.
type nodeClient struct {
	t      *testing.T
	script string
	in     io.WriteCloser
	lines  chan string
	errors *lockedBuffer
}

// startNode starts clients/<script>.mjs with the settings, and environment
// variables besides ("NAME=value"). It is ended with the test.
func startNode(t *testing.T, script string, settings any, environment ...string) *nodeClient {
	t.Helper()
	text, err := json.Marshal(settings)
	if err != nil {
		t.Fatal(err)
	}
	c := &nodeClient{t: t, script: script, lines: make(chan string, 10), errors: &lockedBuffer{}}
	cmd := exec.Command(nodeProgram(t), script+".mjs")
	cmd.Dir = "clients"
	cmd.Env = append(append(os.Environ(), "CLIENT_SETTINGS="+string(text), "NODE_NO_WARNINGS=1"), environment...)
	cmd.Stderr = c.errors
	if c.in, err = cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatalf("%s: %v", script, err)
	}
	read := make(chan struct{})
	go func() {
		defer close(read)
		defer close(c.lines)
		for scanner := newLineScanner(out); scanner.Scan(); {
			c.lines <- scanner.Text()
		}
	}()
	t.Cleanup(func() {
		c.in.Close()
		for range c.lines { // what nobody asked for must not hold the reader up
		}
		<-read
		if err := cmd.Wait(); err != nil && !t.Failed() {
			t.Errorf("%s: %v\n%s", script, err, c.errors)
		}
	})
	return c
}

// hear decodes the next line of the client into value.
func (c *nodeClient) hear(value any) {
	c.t.Helper()
	select {
	case line, open := <-c.lines:
		if !open {
			c.t.Fatalf("%s ended without an answer:\n%s", c.script, c.errors)
		}
		if err := json.Unmarshal([]byte(line), value); err != nil {
			c.t.Fatalf("%s said %q: %v", c.script, line, err)
		}
	case <-time.After(patience):
		c.t.Fatalf("%s said nothing in %s:\n%s", c.script, patience, c.errors)
	}
}

// say sends one line to the client.
func (c *nodeClient) say(value any) {
	c.t.Helper()
	if err := json.NewEncoder(c.in).Encode(value); err != nil {
		c.t.Fatalf("%s: %v\n%s", c.script, err, c.errors)
	}
}

// nodeProgram is the Node that scripts/install-test-deps made sure of: its own
// where the machine's was too old, otherwise the machine's.
func nodeProgram(t *testing.T) string {
	t.Helper()
	if _, err := os.Stat("clients/node_modules"); err != nil {
		t.Fatal("the npm clients are not installed; make test installs them")
	}
	own, err := filepath.Glob("clients/.node/node_modules/node-linux-*/bin/node")
	if err != nil {
		t.Fatal(err)
	}
	if len(own) > 0 {
		path, err := filepath.Abs(own[0])
		if err != nil {
			t.Fatal(err)
		}
		return path
	}
	path, err := exec.LookPath("node")
	if err != nil {
		t.Fatal("no node here; make test installs it")
	}
	return path
}

// newLineScanner reads lines of up to a megabyte: tokens are long.
func newLineScanner(r io.Reader) *bufio.Scanner {
	scanner := bufio.NewScanner(r)
	scanner.Buffer(nil, 1<<20)
	return scanner
}

// lockedBuffer collects what a program says while the test reads it.
type lockedBuffer struct {
	mu   sync.Mutex
	text strings.Builder
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}
