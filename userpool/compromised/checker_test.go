package compromised

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
)

type broken struct{}

func (broken) Contains(context.Context, Sum) (bool, error) { return true, errors.New("out of reach") }

// SHA-1 as everybody else computes it: the digest of "password" is the best known of all.
func TestSum(t *testing.T) {
	sum := sumOf("password")
	if string(sum[:]) != "5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8" {
		t.Errorf("%s", sum)
	}
}

// A list that is out of reach stops nobody, is counted, and the log does not tell the password.
func TestUnreachableListLetsPass(t *testing.T) {
	var log bytes.Buffer
	c := &Checker{Source: broken{}, Log: slog.New(slog.NewTextHandler(&log, nil))}
	for range 2 {
		if c.Known(t.Context(), "secret-in-clear") {
			t.Error("a list that cannot answer refuses a password")
		}
	}
	if got := c.Counts(); got != (Counts{Asked: 2, Unchecked: 2}) {
		t.Errorf("counted %+v", got)
	}
	sum := sumOf("secret-in-clear")
	if text := log.String(); strings.Count(text, "not checked") != 2 || strings.Contains(text, "secret-in-clear") || strings.Contains(strings.ToUpper(text), string(sum[:5])) {
		t.Errorf("the log says %s", text)
	}
}
