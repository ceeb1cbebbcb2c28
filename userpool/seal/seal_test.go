package seal

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestSealAndOpen(t *testing.T) {
	s := NewMasterKey().For(AuthorizationCode)
	for _, plain := range []string{"", "x", strings.Repeat("long ", 10_000)} {
		for _, context := range [][]string{nil, {"pool"}, {"pool", "client", ""}} {
			text := s.Seal([]byte(plain), context...)
			got, err := s.Open(text, context...)
			if err != nil || string(got) != plain {
				t.Errorf("%.20q with %q: %v", plain, context, err)
			}
			if len(plain) > 1 && strings.Contains(text, plain) {
				t.Error("the text shows the value")
			}
			if again := s.Seal([]byte(plain), context...); again == text {
				t.Error("two seals of one value are equal: their nonces repeat")
			}
		}
	}
}

// TestSealBinds: a value sealed for one purpose, context or server opens for no other.
func TestSealBinds(t *testing.T) {
	key := NewMasterKey()
	s := key.For(RefreshToken)
	text := s.Seal([]byte("value"), "pool", "client")
	for _, context := range [][]string{nil, {"pool"}, {"client", "pool"}, {"poolclient"}, {"pool", "client", ""}, {"", "pool", "client"}, {"poolc", "lient"}, {"4:pool6:client"}} {
		if _, err := s.Open(text, context...); !errors.Is(err, ErrOpen) {
			t.Errorf("opens with context %q: %v", context, err)
		}
	}
	for _, p := range []Purpose{Attempt, AuthorizationCode, PageState, Session, AtRest, Digest, Check} {
		if _, err := key.For(p).Open(text, "pool", "client"); !errors.Is(err, ErrOpen) {
			t.Errorf("opens for %s: %v", p, err)
		}
	}
	if _, err := NewMasterKey().For(RefreshToken).Open(text, "pool", "client"); !errors.Is(err, ErrOpen) {
		t.Errorf("opens with another key: %v", err)
	}
	if got, err := key.For(RefreshToken).Open(text, "pool", "client"); err != nil || string(got) != "value" {
		t.Errorf("does not open with the same key derived again: %v", err)
	}
}

// TestOneValueHasOneText: base64 that is decoded leniently would give a spent code a second form that is not on the list
// of the spent.
func TestOneValueHasOneText(t *testing.T) {
	s := NewMasterKey().For(AuthorizationCode)
	text := s.Seal([]byte("code!")) // 45 bytes in all, so that the last character has spare bits
	for _, other := range []string{
		text + "\n", "\r\n" + text, text[:5] + "\n" + text[5:], text + "=", text + "==", text + " ", " " + text, text + "A", text[:len(text)-1],
		strings.ToUpper(text), strings.NewReplacer("-", "+", "_", "/").Replace(text) + "\x00",
	} {
		if _, err := s.Open(other); !errors.Is(err, ErrOpen) {
			t.Errorf("%q opens as well: %v", other, err)
		}
	}
	short := s.Seal([]byte("co"))
	for c := range 256 {
		if other := short[:len(short)-1] + string([]byte{byte(c)}); other != short {
			if _, err := s.Open(other); !errors.Is(err, ErrOpen) {
				t.Errorf("the last character may be %q as well", byte(c))
			}
		}
	}
}

func TestTruncated(t *testing.T) {
	s := NewMasterKey().For(Attempt)
	sealed := s.SealBytes([]byte("value"))
	for i := range sealed {
		if _, err := s.OpenBytes(sealed[:i]); !errors.Is(err, ErrOpen) {
			t.Errorf("the first %d bytes open: %v", i, err)
		}
	}
}

func TestMasterKey(t *testing.T) {
	key := NewMasterKey()
	for _, text := range []string{key.Encode(), strings.TrimRight(key.Encode(), "="), " " + key.Encode() + "\n"} {
		got, err := ParseMasterKey(text)
		if err != nil || !bytes.Equal(got.raw, key.raw) {
			t.Errorf("%q: %v", text, err)
		}
	}
	for _, text := range []string{"", "hunter2", key.Encode()[:40], key.Encode() + "AAAA", base64.StdEncoding.EncodeToString(make([]byte, 31)), "ü"} {
		if _, err := ParseMasterKey(text); err == nil || (text != "" && strings.Contains(err.Error(), text)) {
			t.Errorf("%q: %v", text, err)
		}
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		if got := fmt.Sprintf(verb, key); got != "[redacted]" {
			t.Errorf("%s prints %q", verb, got)
		}
	}
}

func TestMAC(t *testing.T) {
	s := NewMasterKey().For(Digest)
	code := s.MAC("123456", "pool", "sub")
	if !bytes.Equal(code, s.MAC("123456", "pool", "sub")) {
		t.Error("the same code has two MACs")
	}
	for _, other := range [][]byte{s.MAC("123457", "pool", "sub"), s.MAC("123456", "pool", "other"), s.MAC("6", "pool", "sub", "12345"), NewMasterKey().For(Digest).MAC("123456", "pool", "sub")} {
		if bytes.Equal(code, other) {
			t.Error("another code has the same MAC")
		}
	}
}

// FuzzOpen: a changed text does not open, and no text opens that was not sealed.
func FuzzOpen(f *testing.F) {
	s := NewMasterKey().For(RefreshToken)
	text := s.Seal([]byte("a sealed value"), "pool")
	for _, seed := range []string{text, text[:len(text)-1], text + "\n", text[:9] + "A" + text[10:], ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, changed string) {
		got, err := s.Open(changed, "pool")
		switch {
		case changed == text:
			if err != nil || string(got) != "a sealed value" {
				t.Fatalf("the sealed text does not open: %v", err)
			}
		case !errors.Is(err, ErrOpen) || got != nil:
			t.Fatalf("%q opens as %q, %v", changed, got, err)
		}
	})
}
