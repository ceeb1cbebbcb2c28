package token

import (
	"slices"
	"time"
)

const (
	// MaxLife is the longest life of an ID or access token (Cognito's limit, held by the check of AccessTokenValidity and
	// IdTokenValidity).
	MaxLife = 24 * time.Hour
	// margin is what clocks may differ by, and how long a replica that cannot reach the database may go on signing
	// with a key that another has followed.
	margin = time.Hour
	// KeptFor is how long a key stays published after the next one began to sign: until the last token it signed has
	// expired, and a margin.
	KeptFor = MaxLife + margin
)

// State is what a key does at a moment. Every key is published, and verifies.
type State string

// The states, in the order of a key's life.
const (
	StateNext      State = "next"      // published ahead of use
	StateSigning   State = "signing"   // makes the tokens
	StateVerifying State = "verifying" // followed by another; its tokens are still good
)

// Life is a key and where in its life it is.
type Life struct {
	Key
	State State
	Since time.Time // when it signs first
	Until time.Time // when it is forgotten; zero while no key follows
}

// Lives tells where the keys of one pool are in their lives: those for ID tokens first, of one use the latest first.
func Lives(keys []Key, now time.Time) []Life {
	var lives []Life
	for _, use := range []Use{UseID, UseAccess} {
		own := slices.DeleteFunc(slices.Clone(keys), func(k Key) bool { return k.Use != use })
		if len(own) == 0 {
			continue
		}
		slices.SortFunc(own, compareKeys)
		signing := signingAt(own, now)
		for i, key := range own {
			life := Life{Key: key, State: StateSigning, Since: key.signsFrom()}
			switch {
			case i < signing:
				life.State = StateNext
			case i > signing:
				life.State = StateVerifying
			}
			if next, ok := follower(own[:i], life.Since); ok {
				life.Until = next.Add(KeptFor)
			}
			lives = append(lives, life)
		}
	}
	return lives
}

// follower is when the first of the later keys, latest first, begins after a moment.
func follower(later []Key, moment time.Time) (time.Time, bool) {
	for _, key := range slices.Backward(later) {
		if key.signsFrom().After(moment) {
			return key.signsFrom(), true
		}
	}
	return time.Time{}, false
}

// signingAt is the index of the key that signs at a moment, of keys of one use, latest first: the latest whose time has
// come. Before all their times, as a clock may be that is behind the one that made them, it is the earliest: there is
// always one.
func signingAt[K interface{ signsFrom() time.Time }](latestFirst []K, now time.Time) int {
	for i, key := range latestFirst {
		if !now.Before(key.signsFrom()) {
			return i
		}
	}
	return len(latestFirst) - 1
}
