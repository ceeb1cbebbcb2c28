package store_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"portico/store"
	"portico/userpool"
	"portico/userpool/seal"
)

// The child of a crash test finds its orders in these.
const (
	crashURL = "STORE_TEST_CRASH_URL"
	crashKey = "STORE_TEST_CRASH_KEY"
)

// crashWriters write at the same time in the child, so that it dies in the middle of a batch.
const crashWriters = 16

func crashUser(writer, n int) (username string, sub userpool.Sub) {
	return fmt.Sprintf("user-%d-%d", writer, n), userpool.Sub(fmt.Sprintf("sub-%d-%d", writer, n))
}

// acknowledgedWritesSurviveAKill kills a process (SIGKILL) in the middle of its writes, several times over, and finds
// every write that it was told is durable.
func acknowledgedWritesSurviveAKill(t *testing.T, at database) {
	key := seal.NewMasterKey()
	db, err := store.Open(t.Context(), store.Options{URL: at.url, Key: key})
	must(t, err)
	must(t, db.CreatePool(t.Context(), userpool.Declaration{Pool: types.UserPoolType{Id: new(string(poolA))}}, nil))
	must(t, db.Close())
	acknowledged := map[string]userpool.Sub{}
	for round := range 3 {
		for _, line := range killInTheMiddle(t, at.url, key, round) {
			writer, n := parseAcknowledgement(t, line)
			username, sub := crashUser(writer, n)
			acknowledged[username] = sub
		}
	}
	db = open(t, store.Options{URL: at.url, Key: key})
	for username, sub := range acknowledged {
		if u, err := db.UserByUsername(t.Context(), poolA, username); err != nil || u.Sub != sub {
			t.Errorf("%s was acknowledged: %v", username, err)
		}
		if _, err := db.UserByAlias(t.Context(), poolA, userpool.AliasEmail, username); err != nil {
			t.Errorf("alias of %s was acknowledged: %v", username, err)
		}
	}
	t.Logf("%d acknowledged writes were found", len(acknowledged))
}

// killInTheMiddle starts a child that writes, kills it after some acknowledgements, and returns all that it made.
func killInTheMiddle(t *testing.T, url string, key seal.MasterKey, round int) (acknowledged []string) {
	t.Helper()
	child := exec.Command(os.Args[0], "-test.run=^TestCrashChild$", "-test.v=false")
	child.Env = append(os.Environ(), crashURL+"="+url, crashKey+"="+key.Encode(), fmt.Sprint("STORE_TEST_CRASH_ROUND=", round))
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	must(t, err)
	must(t, child.Start())
	lines := bufio.NewReader(out)
	for {
		line, err := lines.ReadString('\n')
		if errors.Is(err, io.EOF) {
			break // an acknowledgement cut off by the kill was not made
		}
		must(t, err)
		acknowledged = append(acknowledged, strings.TrimSpace(line))
		if len(acknowledged) == 50+17*round {
			must(t, child.Process.Kill())
		}
	}
	if err := child.Wait(); err == nil {
		t.Fatal("the child ended by itself")
	}
	if len(acknowledged) < 50 {
		t.Fatalf("the child died after %d acknowledgements: %v", len(acknowledged), acknowledged)
	}
	return acknowledged
}

func parseAcknowledgement(t *testing.T, line string) (writer, n int) {
	t.Helper()
	if _, err := fmt.Sscanf(line, "durable %d %d", &writer, &n); err != nil {
		t.Fatalf("the child said %q", line)
	}
	return writer, n
}

// TestCrashChild is the process that is killed; run without orders it has nothing to do.
func TestCrashChild(t *testing.T) {
	url := os.Getenv(crashURL)
	if url == "" {
		return
	}
	key, err := seal.ParseMasterKey(os.Getenv(crashKey))
	must(t, err)
	round, err := strconv.Atoi(os.Getenv("STORE_TEST_CRASH_ROUND"))
	must(t, err)
	db, err := store.Open(t.Context(), store.Options{URL: url, Key: key})
	must(t, err)
	var writing sync.WaitGroup
	for writer := range crashWriters {
		writing.Go(func() { writeUntilKilled(db, round*crashWriters+writer) })
	}
	writing.Wait()
}

func writeUntilKilled(db *store.DB, writer int) {
	for n := range 100_000 {
		username, sub := crashUser(writer, n)
		err := db.CreateUser(context.Background(), username, userpool.NewUser{
			User:    userpool.User{Pool: poolA, Sub: sub, Username: username, Status: userpool.Confirmed},
			Aliases: []userpool.Alias{{Kind: userpool.AliasEmail, Key: username}},
		})
		if err != nil {
			fmt.Println("failed", err)
			return
		}
		os.Stdout.WriteString(fmt.Sprintf("durable %d %d\n", writer, n)) // one write call, so lines do not mix
	}
}
