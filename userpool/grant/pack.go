package grant

import (
	"encoding/binary"
	"errors"
	"strings"
	"time"

	"portico/userpool"
	"portico/userpool/seal"
)

// errPacked: a packed value is cut short, runs over or is of another version.
var errPacked = errors.New("packed value is malformed")

// packer writes values one after the other, each text preceded by its length. What is sealed travels in addresses, where
// JSON would be half as long again.
type packer []byte

func (p *packer) text(s string)    { *p = append(binary.AppendUvarint(*p, uint64(len(s))), s...) }
func (p *packer) number(n int64)   { *p = binary.AppendVarint(*p, n) }
func (p *packer) time(t time.Time) { p.number(t.Unix()) }

// unpacker reads what a packer wrote. After a failure it reads zeros.
type unpacker struct {
	rest   []byte
	failed bool
}

func (u *unpacker) text() string {
	size, n := binary.Uvarint(u.rest)
	if n <= 0 || size > uint64(len(u.rest)-n) {
		u.fail()
		return ""
	}
	s := string(u.rest[n : n+int(size)])
	u.rest = u.rest[n+int(size):]
	return s
}

func (u *unpacker) number() int64 {
	value, n := binary.Varint(u.rest)
	if n <= 0 {
		u.fail()
		return 0
	}
	u.rest = u.rest[n:]
	return value
}

func (u *unpacker) time() time.Time { return time.Unix(u.number(), 0) }

func (u *unpacker) fail() { u.rest, u.failed = nil, true }

// end reports whether all was well and nothing is left.
func (u *unpacker) end() error {
	if u.failed || len(u.rest) > 0 {
		return errPacked
	}
	return nil
}

// open unseals what a client of a pool presents. Line breaks are refused here, because Go's base64 skips them even when
// strict, and one code or token should have one spelling.
func open(s seal.Sealer, text string, pool userpool.ID, client userpool.ClientID) ([]byte, error) {
	if len(text) > maxToken || strings.ContainsAny(text, "\r\n") {
		return nil, errPacked
	}
	return s.Open(text, string(pool), string(client))
}
