package trace

import (
	"bytes"
	"compress/flate"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// Stored is a packed trace on its way to the store or back.
type Stored struct {
	Pool      string
	Reference string
	Failed    bool // it did not end in a sign-in; kept in a share of its own, which successes cannot push out
	Began     time.Time
	Expires   time.Time
	Packed    []byte // at most MaxSize; the store seals it
}

// Pack packs a trace, leaving out details until it fits MaxSize.
func Pack(t Trace) (Stored, error) {
	out := Stored{Pool: t.Pool, Reference: t.Reference, Failed: t.Outcome != Succeeded, Began: t.Began, Expires: t.Began.Add(Life)}
	for _, leave := range []func(*Trace){
		func(*Trace) {},
		func(t *Trace) { t.Claims, t.Cut = nil, true },
		func(t *Trace) { t.Mapping = nil },
		func(t *Trace) { t.Checks = nil },
		func(t *Trace) { t.Steps = nil },
	} {
		leave(&t)
		packed, err := encode(t)
		if err != nil {
			return Stored{}, fmt.Errorf("pack a trace: %w", err)
		}
		if len(packed) <= MaxSize {
			out.Packed = packed
			return out, nil
		}
	}
	return Stored{}, errors.New("pack a trace: too large")
}

// Pack packs what was recorded; nil for a nil recorder, or when there is nothing to keep.
func (r *Recorder) Pack() (*Stored, error) {
	if r == nil {
		return nil, nil
	}
	t := r.Finished()
	if t.Reference == "" || t.Pool == "" || t.Outcome == "" {
		return nil, nil
	}
	stored, err := Pack(t)
	if err != nil {
		return nil, err
	}
	return &stored, nil
}

// The first byte of a packed trace.
const (
	isPlain    = 'j' // JSON follows
	isDeflated = 'd' // JSON follows, deflated
)

// plainSize is up to where a trace is not deflated: making a compressor costs more than everything else about a trace, and
// ordinary ones are smaller.
const plainSize = MaxSize / 2

func encode(t Trace) ([]byte, error) {
	plain, err := json.Marshal(t)
	if err != nil {
		return nil, err
	}
	if len(plain) < plainSize {
		return append([]byte{isPlain}, plain...), nil
	}
	var b bytes.Buffer
	b.WriteByte(isDeflated)
	w, err := flate.NewWriter(&b, flate.BestSpeed)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(plain); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// Unpack reverses Pack. Only we can have packed what the store opened, but its size is bounded all the same.
func Unpack(packed []byte) (Trace, error) {
	if len(packed) == 0 {
		return Trace{}, errors.New("unpack a trace: it is empty")
	}
	kind, plain := packed[0], packed[1:]
	if kind == isDeflated {
		var err error
		if plain, err = io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(plain)), maxUnpacked)); err != nil {
			return Trace{}, fmt.Errorf("unpack a trace: %w", err)
		}
	}
	var t Trace
	if err := json.Unmarshal(plain, &t); err != nil {
		return Trace{}, fmt.Errorf("unpack a trace: %w", err)
	}
	return t, nil
}
