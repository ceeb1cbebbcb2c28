package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// devFolder is a folder that `portico dev` has served from once, as files in memory. Its first start makes eight keys and
// hashes passwords; whoever starts it again finds them, as at an operator's desk. testdata/dev.txtar starts in empty folders.
var devFolder = sync.OnceValues(func() (map[string][]byte, error) {
	folder, err := os.MkdirTemp("", "portico-test")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	read, write := io.Pipe()
	log := &lockedBuffer{}
	exit := make(chan int, 1)
	go func() {
		exit <- run(ctx, []string{"dev", "--json", "--listen", "127.0.0.1:0", "--data", folder}, surroundings{
			env: os.LookupEnv, stdout: write, stderr: log, configDir: func() (string, error) { return folder, nil },
		})
		_ = write.Close()
	}()
	var ready announcement
	if err := json.NewDecoder(read).Decode(&ready); err != nil {
		return nil, fmt.Errorf("no announcement: %w\n%s", err, log)
	}
	go func() { _, _ = io.Copy(io.Discard, read) }()
	stop()
	if code := <-exit; code != 0 {
		return nil, fmt.Errorf("it ended with %d\n%s", code, log)
	}
	return readFolder(folder)
})

func readFolder(folder string) (map[string][]byte, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for _, entry := range entries {
		if files[entry.Name()], err = os.ReadFile(filepath.Join(folder, entry.Name())); err != nil {
			return nil, err
		}
	}
	return files, nil
}

// preparedFolder is a copy of it for one test.
func preparedFolder(t *testing.T) string {
	t.Helper()
	files, err := devFolder()
	if err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(t.TempDir(), "data")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}
