package token

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestClockChoosesTheSigningKey(t *testing.T) {
	due := signedIn.Add(time.Hour)
	next := fromThen(sharedCurveKeys(), due)
	m := mintOf(t, append(slices.Clone(sharedKeys()), next...)...)
	for _, test := range []struct {
		name string
		now  time.Time
		want []Key
	}{
		{"long before", signedIn, sharedKeys()},
		{"a moment before", due.Add(-time.Nanosecond), sharedKeys()},
		{"at its time", due, next},
		{"long after", due.AddDate(1, 0, 0), next},
		{"on a clock behind the first key", signedIn.AddDate(-1, 0, 0), sharedKeys()},
	} {
		t.Run(test.name, func(t *testing.T) {
			m.Now = func() time.Time { return test.now }
			tokens := mustMint(t, m, janeGrant(t, "openid"))
			if diff := cmp.Diff([]string{test.want[0].ID, test.want[1].ID}, []string{kid(t, tokens.ID), kid(t, tokens.Access)}); diff != "" {
				t.Errorf("signed by others (-want +got):\n%s", diff)
			}
			if _, err := m.Verify(testPool("eu-west-1_Ab1Cd2Ef3"), tokens.Access); err != nil {
				t.Error(err)
			}
		})
	}
}

// A key without a moment of its own, as an older program stores it, signs from its creation on.
func TestKeyWithoutMomentSignsFromCreation(t *testing.T) {
	keys := fromThen(sharedCurveKeys(), time.Time{})
	for i := range keys {
		keys[i].Created = signedIn
	}
	m := mintOf(t, append(slices.Clone(sharedKeys()), keys...)...)
	if got := kid(t, mustMint(t, m, janeGrant(t, "openid")).Access); got != keys[1].ID {
		t.Errorf("signed by %s, want the newer key", got)
	}
	m.Now = func() time.Time { return signedIn.Add(-time.Second) }
	if got := kid(t, mustMint(t, m, janeGrant(t, "openid")).Access); got != sharedKeys()[1].ID {
		t.Errorf("signed by %s before it was created", got)
	}
}

func TestLivesOfARotation(t *testing.T) {
	due := signedIn.Add(time.Hour)
	keys := append(fromThen(sharedCurveKeys(), due), sharedKeys()...)
	old, next := sharedKeys(), keys[:2]
	type row struct {
		ID    string
		State State
		Since time.Time
		Until time.Time
	}
	rows := func(now time.Time) []row {
		var all []row
		for _, l := range Lives(keys, now) {
			all = append(all, row{l.ID, l.State, l.Since, l.Until})
		}
		return all
	}
	began, until := old[0].Created, due.Add(25*time.Hour) // a day for the last token, an hour for clocks
	want := []row{
		{next[0].ID, StateNext, due, time.Time{}}, {old[0].ID, StateSigning, began, until},
		{next[1].ID, StateNext, due, time.Time{}}, {old[1].ID, StateSigning, began, until},
	}
	if diff := cmp.Diff(want, rows(signedIn)); diff != "" {
		t.Errorf("before (-want +got):\n%s", diff)
	}
	for i := range want {
		want[i].State = map[State]State{StateNext: StateSigning, StateSigning: StateVerifying}[want[i].State]
	}
	if diff := cmp.Diff(want, rows(due)); diff != "" {
		t.Errorf("after (-want +got):\n%s", diff)
	}
}

// Of two keys that begin at one moment one signs and neither follows the other: both are kept until a third does.
func TestLivesOfKeysThatBeginTogether(t *testing.T) {
	one, two := sharedCurveKeys()[1], newerAccessKey()
	one.Created, one.SignsFrom = two.Created, two.SignsFrom
	for _, keys := range [][]Key{{one, two}, {two, one}} {
		lives := Lives(keys, signedIn)
		if len(lives) != 2 || lives[0].State != StateSigning || lives[0].ID != min(one.ID, two.ID) || lives[1].State != StateVerifying {
			t.Errorf("%+v", lives)
		}
		if !lives[0].Until.IsZero() || !lives[1].Until.IsZero() {
			t.Errorf("forgotten at %v and %v", lives[0].Until, lives[1].Until)
		}
		third := fromThen(sharedKeys()[1:], signedIn.Add(time.Hour))
		for _, life := range Lives(append(slices.Clone(keys), third...), signedIn)[1:] {
			if want := signedIn.Add(time.Hour + KeptFor); !life.Until.Equal(want) {
				t.Errorf("%s is forgotten at %v, want %v", life.State, life.Until, want)
			}
		}
	}
}

// Whatever keys there are, exactly one of a use signs, the key set signs with that one, a key is never forgotten before the
// last token it can have signed has expired, and the one that signs is never forgotten.
func TestLivesOfAnyKeys(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	hours := func(n int) time.Time { return signedIn.Add(time.Duration(r.IntN(n)) * time.Hour) }
	for range 300 {
		var keys []Key
		for i := range 2 + r.IntN(6) {
			for u, use := range []Use{UseID, UseAccess} {
				key := sharedCurveKeys()[u]
				key.Use, key.ID, key.Created, key.SignsFrom = use, string(rune('a'+i))+string(use), hours(60), time.Time{}
				if r.IntN(3) > 0 {
					key.SignsFrom = hours(60)
				}
				keys = append(keys, key)
			}
		}
		set, err := NewKeySet(keys)
		if err != nil {
			t.Fatal(err)
		}
		r.Shuffle(len(keys), func(i, j int) { keys[i], keys[j] = keys[j], keys[i] })
		signed := map[string]time.Time{} // when a key signed last
		var last []Life
		for hour := -1; hour < 100; hour++ {
			now := signedIn.Add(time.Duration(hour) * time.Hour)
			last = Lives(keys, now)
			signing := map[Use]int{}
			for _, life := range last {
				if life.State != StateSigning {
					continue
				}
				signing[life.Use]++
				signed[life.ID] = now
				ready, _ := readyKey(life.Key)
				if got := set.signing(life.Use, now).header; got != ready.header {
					t.Fatalf("the key set signs with another key than %s", life.ID)
				}
				if !life.Until.IsZero() && !now.Before(life.Until.Add(-KeptFor)) {
					t.Fatalf("%s signs when another has followed it", life.ID)
				}
			}
			if signing[UseID] != 1 || signing[UseAccess] != 1 {
				t.Fatalf("%v keys sign", signing)
			}
		}
		for _, life := range last {
			if at, did := signed[life.ID]; did && !life.Until.IsZero() && life.Until.Before(at.Add(MaxLife)) {
				t.Fatalf("%s is forgotten at %s, and signed at %s", life.ID, life.Until, at)
			}
		}
	}
}
