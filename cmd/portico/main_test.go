package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets scripts run this very program as portico, as a process of its own. Tests here wait for the disk, for clocks
// and for other processes more than they compute, so that more of them run at once than there are cores; -parallel on the
// command line has the last word.
func TestMain(m *testing.M) {
	if err := flag.Set("test.parallel", strconv.Itoa(4*runtime.GOMAXPROCS(0))); err != nil {
		panic(err)
	}
	testscript.Main(m, map[string]func(){"portico": main})
}

// TestCommandLine runs the stories of testdata: what an operator types, and what comes of it.
//
//	exits CODE PROGRAM ARG…   runs a program that must end with this code
//	ports NAME                sets $NAME to a free port that has nine free ones after it, for dev
//	await URL                 waits until the address answers with status 200
//	awaitcount URL N TEXT     waits until the answer holds a text so many times
//	fetch URL                 prints what the address answers
//	terminate                 sends SIGTERM to what runs in the background, as service managers do
func TestCommandLine(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("XDG_CONFIG_HOME", filepath.Join(env.WorkDir, "config"))
			example, err := filepath.Abs("../../portico.example.yaml")
			env.Setenv("EXAMPLE", example)
			return err
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "ports": ports, "await": await, "awaitcount": awaitCount, "fetch": fetch, "terminate": terminate,
		},
	})
}

func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM ARG…")
	}
	code := 0
	var ended *exec.ExitError
	if err := ts.Exec(args[1], args[2:]...); errors.As(err, &ended) {
		code = ended.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if strconv.Itoa(code) != args[0] {
		ts.Fatalf("exit code %d, want %s", code, args[0])
	}
}

func ports(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: ports NAME")
	}
	for range 100 {
		if port := tenFree(); port != 0 {
			ts.Setenv(args[0], strconv.Itoa(port))
			return
		}
	}
	ts.Fatalf("there are no ten free ports in a row")
}

// tenFree is the first of ten free ports in a row, or 0.
func tenFree() int {
	first := 0
	for i := range 10 {
		at := "127.0.0.1:0"
		if first != 0 {
			at = fmt.Sprintf("127.0.0.1:%d", first+i)
		}
		l, err := net.Listen("tcp", at)
		if err != nil {
			return 0
		}
		defer l.Close()
		if first == 0 {
			first = l.Addr().(*net.TCPAddr).Port
		}
	}
	return first
}

func await(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: await URL")
	}
	deadline := time.Now().Add(time.Minute)
	for time.Now().Before(deadline) {
		response, err := http.Get(args[0])
		if err == nil {
			_ = response.Body.Close()
			if response.StatusCode == http.StatusOK {
				return
			}
		}
		time.Sleep(10 * time.Millisecond) // a process of its own; there is nothing to be told by
	}
	ts.Fatalf("%s does not answer", args[0])
}

func awaitCount(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: awaitcount URL N TEXT")
	}
	deadline := time.Now().Add(time.Minute)
	var body []byte
	for time.Now().Before(deadline) {
		response, err := http.Get(args[0])
		ts.Check(err)
		body, err = io.ReadAll(response.Body)
		_ = response.Body.Close()
		ts.Check(err)
		if strconv.Itoa(strings.Count(string(body), args[2])) == args[1] {
			return
		}
		time.Sleep(10 * time.Millisecond) // a process of its own; there is nothing to be told by
	}
	ts.Fatalf("%s does not hold %s times %s:\n%s", args[0], args[1], args[2], body)
}

func fetch(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 1 {
		ts.Fatalf("usage: [!] fetch URL")
	}
	response, err := http.Get(args[0])
	if neg {
		if err == nil {
			ts.Fatalf("%s answers", args[0])
		}
		return
	}
	ts.Check(err)
	defer response.Body.Close()
	_, err = io.Copy(ts.Stdout(), response.Body)
	ts.Check(err)
}

func terminate(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) > 0 {
		ts.Fatalf("usage: terminate")
	}
	for _, process := range ts.BackgroundCmds() {
		ts.Check(process.Process.Signal(syscall.SIGTERM))
	}
}
