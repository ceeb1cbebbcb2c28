package directory

import (
	"fmt"

	"github.com/google/uuid"

	"portico/userpool"
)

// madeUp are the ways of a name that nobody has, where the client hides users. They follow from the name and a key of this
// server, so they do not change from one try to the next, and nobody else can tell them from somebody's. What was typed is
// where a code seems to go, if it can be sent there (as recorded of Cognito), in the case that names are compared in; else an address
// is made up. A number that no text message reaches gets none, as somebody's does not.
//
// Some names seem to have a passkey, some no password, and some nothing but one, as accounts have that are not confirmed yet.
func (d *Directory) madeUp(pool *userpool.Pool, typed string) Ways {
	draw := d.Digest.MAC(pool.UsernameKey(typed), string(pool.ID), "ways-in")
	ways := Ways{Sub: madeUpSub(draw[16:32])}
	if chance(draw[0], 3, 4) {
		if pool.TakesFirst(userpool.FactorPasskey) && chance(draw[1], 1, 4) {
			ways.Open = append(ways.Open, Way{Factor: userpool.FactorPasskey})
		}
		email := userpool.LooksLikeEmail(typed) && pool.UsesAlias(userpool.AliasEmail)
		if pool.TakesFirst(userpool.FactorEmailOTP) && (email || chance(draw[2], 3, 4)) {
			to := Delivery{Medium: userpool.MediumEmail, Attribute: userpool.AliasEmail, Destination: madeUpAddress(draw[4:7])}
			if email {
				to.Destination = pool.AliasKey(typed)
			}
			ways.Open = append(ways.Open, Way{Factor: userpool.FactorEmailOTP, To: &to})
		}
		phone := userpool.LooksLikePhone(typed) && pool.UsesAlias(userpool.AliasPhone)
		texts := chance(draw[3], 1, 4)
		if phone {
			texts = d.Texts.reaches(typed)
		}
		if pool.TakesFirst(userpool.FactorSMSOTP) && d.carries(userpool.AliasPhone) && texts {
			to := Delivery{Medium: userpool.MediumSMS, Attribute: userpool.AliasPhone, Destination: madeUpNumber(draw[7:11])}
			if phone {
				to.Destination = typed
			}
			ways.Open = append(ways.Open, Way{Factor: userpool.FactorSMSOTP, To: &to})
		}
	}
	if len(ways.Open) == 0 || chance(draw[11], 7, 8) {
		ways.Open = append(ways.Open, Way{Factor: userpool.FactorPassword})
	}
	return ways
}

// chance is true for part in whole of all bytes.
func chance(drawn byte, part, whole int) bool { return int(drawn)*whole < 256*part }

// madeUpSub is a version 4 UUID like those of users.
func madeUpSub(drawn []byte) userpool.Sub {
	id := uuid.UUID(drawn)
	id[6], id[8] = id[6]&0x0f|0x40, id[8]&0x3f|0x80
	return userpool.Sub(id.String())
}

// madeUpAddress has what pages show of an address: the first letters and the end.
func madeUpAddress(drawn []byte) string {
	ends := []string{"com", "com", "com", "org", "net", "de", "fr", "pt"}
	return fmt.Sprintf("%c@%c.%s", 'a'+drawn[0]%26, 'a'+drawn[1]%26, ends[int(drawn[2])%len(ends)])
}

// madeUpNumber has what pages show of a number: the last four digits.
func madeUpNumber(drawn []byte) string {
	number := "+1555010"
	for _, b := range drawn {
		number += string('0' + rune(b%10))
	}
	return number
}
