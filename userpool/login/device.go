package login

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"slices"
	"strings"

	"github.com/google/uuid"

	"portico/userpool"
)

// A browser holds a secret for each person who had it remembered: each its own, fresh at the time, so that whoever copied a
// browser's secrets before somebody used it has none of that person's.

// What a browser holds of one person: a mark by which the secret is found again, and the secret.
const (
	deviceMark   = 8  // characters: 6 bytes
	deviceSecret = 43 // characters: 32 bytes
	// maxHeld is how many people a browser remembers; the one who was remembered first goes.
	maxHeld = 5
)

// Knowing says what this browser holds of people who had it remembered (Done.Devices); empty for nothing. What is not ours, or
// too much, is not looked at.
func (a *Authorization) Knowing(devices string) { a.held = readHeld(devices) }

func readHeld(text string) []string {
	var held []string
	for entry := range strings.SplitSeq(text, ".") {
		if len(entry) != deviceMark+deviceSecret || len(held) == maxHeld {
			break
		}
		held = append(held, entry)
	}
	return held
}

// markOf finds a person's secret among those of a browser. It is no secret itself, and names nobody to who does not know the sub.
func markOf(pool userpool.ID, sub userpool.Sub) string {
	sum := sha256.Sum256([]byte(string(pool) + "\x00" + string(sub)))
	return base64.RawURLEncoding.EncodeToString(sum[:])[:deviceMark]
}

// hashDevice is what is stored of a secret.
func hashDevice(secret string) []byte {
	sum := sha256.Sum256([]byte("device\x00" + secret))
	return sum[:]
}

// device finds the device that a person uses, if it is remembered; nil where it is not.
func (l *Login) device(ctx context.Context, a *Authorization, sub userpool.Sub) (*userpool.Device, error) {
	mark := markOf(a.Pool.ID, sub)
	i := slices.IndexFunc(a.held, func(entry string) bool { return entry[:deviceMark] == mark })
	if i < 0 || !a.Pool.Devices.Remember {
		return nil, nil
	}
	hash := hashDevice(a.held[i][deviceMark:])
	list, err := l.Storage.Devices(ctx, a.Pool.ID, sub)
	if err != nil {
		return nil, err
	}
	for _, device := range list {
		if subtle.ConstantTimeCompare(device.Secret, hash) == 1 && a.Pool.Devices.Remembers(device, l.Now()) {
			return &device, nil
		}
	}
	return nil, nil
}

// ThisDevice is the key of the device that this browser is to a visitor; empty where it is not remembered.
func (l *Login) ThisDevice(ctx context.Context, v *Visitor) (string, error) {
	device, err := l.device(ctx, v.Authorization, v.User.Sub)
	if device == nil {
		return "", err
	}
	return device.Key, nil
}

// AsksToRemember reports whether the page of a step asks the person whether this device is to be remembered (Remember). Nobody
// is asked where an account is proved to attach a provider: the person signs in with that from then on.
func (l *Login) AsksToRemember(ctx context.Context, w *Waiting) (bool, error) {
	a := w.Authorization
	if !a.Pool.Devices.Remember || !a.Pool.Devices.OnPrompt || w.Linking() {
		return false, nil
	}
	device, err := l.device(ctx, a, w.User.Sub)
	return device == nil, err
}

// openSecond opens the session of somebody who gave a second factor, and has the device remembered: by itself or, where the pool
// wants that, if the person agreed.
func (l *Login) openSecond(ctx context.Context, w Waiting, in SignIn) (*Done, error) {
	a := w.Authorization
	p := proof{user: w.User, by: w.asked.By, second: true}
	device, err := l.device(ctx, a, w.User.Sub)
	if err != nil {
		return nil, err
	}
	if device != nil {
		done, err := l.openOn(ctx, a, p, in, device)
		if !errors.Is(err, userpool.ErrNoDevice) {
			return done, err
		}
	}
	if !a.Pool.Devices.Remember || (a.Pool.Devices.OnPrompt && !w.Remember) {
		return l.open(ctx, a, p, in)
	}
	secret := l.random(32)
	in.Device = l.newDevice(ctx, a, w.User.Sub, secret)
	done, err := l.open(ctx, a, p, in)
	if err != nil {
		return nil, err
	}
	done.Devices = a.holding(markOf(a.Pool.ID, w.User.Sub) + secret)
	return done, nil
}

// openOn opens a session on a remembered device, whose use is recorded with it. It fails with userpool.ErrNoDevice where the
// device was forgotten meanwhile, or is by the change that comes with the session, and then nothing was written.
func (l *Login) openOn(ctx context.Context, a *Authorization, p proof, in SignIn, device *userpool.Device) (*Done, error) {
	use := device.Use(l.Now())
	in.DeviceUse = &use
	done, err := l.open(ctx, a, p, in)
	if err == nil && !use.Used.IsZero() {
		done.Devices = strings.Join(a.held, ".") // for as long again
	}
	return done, err
}

func (l *Login) newDevice(ctx context.Context, a *Authorization, sub userpool.Sub, secret string) *userpool.Device {
	now, browser := l.Now(), browserOf(ctx)
	return &userpool.Device{
		Pool: a.Pool.ID, Sub: sub, Key: a.Pool.ID.Region() + "_" + uuid.NewString(), Secret: hashDevice(secret),
		Browser: browser.Name, System: browser.System, Created: now, Used: now,
	}
}

// holding is what the browser holds with one more entry, in place of what it had of the same person.
func (a *Authorization) holding(entry string) string {
	held := slices.DeleteFunc(slices.Clone(a.held), func(other string) bool { return other[:deviceMark] == entry[:deviceMark] })
	held = append(held, entry)
	return strings.Join(held[max(0, len(held)-maxHeld):], ".")
}
