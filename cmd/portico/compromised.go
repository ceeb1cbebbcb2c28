package main

import (
	"fmt"
	"log/slog"
	"time"

	"portico/config"
	"portico/federation"
	"portico/userpool/compromised"
)

// compromisedPasswords opens the list that the file names; nil where it names none. A file stays open as long as the process.
func compromisedPasswords(named config.CompromisedPasswords, outbound federation.OutboundOptions, log *slog.Logger) (*compromised.Checker, error) {
	switch {
	case named.File != "":
		file, err := compromised.OpenFile(named.File)
		if err != nil {
			return nil, fmt.Errorf("server.compromised_passwords.file: %w", err)
		}
		return &compromised.Checker{Source: file, Log: log}, nil
	case named.URL.Host != "":
		return &compromised.Checker{Log: log, Source: &compromised.Range{
			URL: named.URL.String(), Client: federation.NewClient(outbound), Now: time.Now,
		}}, nil
	}
	return nil, nil
}
