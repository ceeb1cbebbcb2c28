package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"portico/config"
	"portico/userpool/seal"
)

// masterKey finds the server's key: in the file's key or PORTICO_KEY, in its key file, or, with SQLite only, in a file of
// the user's configuration folder that is made on first run. It is kept away from the database: whoever copies one does not
// have the other. PostgreSQL needs one that is given, since every replica must have the same.
func masterKey(server config.Server, configDir func() (string, error)) (seal.MasterKey, string, error) {
	if !server.Key.Empty() {
		key, err := seal.ParseMasterKey(server.Key.Reveal())
		return key, "", err
	}
	if server.KeyFile != "" {
		key, err := readKey(server.KeyFile)
		return key, server.KeyFile, err
	}
	if server.Database.Postgres() {
		return seal.MasterKey{}, "", errors.New("PostgreSQL needs a master key, the same for every replica: set PORTICO_KEY (make one with `openssl rand -base64 32`)")
	}
	dir, err := configDir()
	if err != nil {
		return seal.MasterKey{}, "", fmt.Errorf("no place to keep a master key (%w): set PORTICO_KEY or server.key_file", err)
	}
	database, err := filepath.Abs(server.Database.URL.Reveal())
	if err != nil {
		return seal.MasterKey{}, "", err
	}
	sum := sha256.Sum256([]byte(database))
	path := filepath.Join(dir, "portico", filepath.Base(database)+"-"+hex.EncodeToString(sum[:4])+".key")
	key, err := keyFile(path)
	return key, path, err
}

// keyFile reads a key file, or makes it.
func keyFile(path string) (seal.MasterKey, error) {
	key, err := readKey(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return key, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return seal.MasterKey{}, err
	}
	key = seal.NewMasterKey()
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return seal.MasterKey{}, err
	}
	_, err = file.WriteString(key.Encode() + "\n")
	return key, errors.Join(err, file.Sync(), file.Close())
}

func readKey(path string) (seal.MasterKey, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return seal.MasterKey{}, fmt.Errorf("read master key: %w", err)
	}
	key, err := seal.ParseMasterKey(string(text))
	if err != nil {
		return seal.MasterKey{}, fmt.Errorf("%s: %w", path, err)
	}
	return key, nil
}
