package userpool

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Rate is how often something may happen: Count times at once, and Count times more, evenly, in every Per. The zero Rate is
// none that was set; Off bounds nothing.
type Rate struct {
	Count int
	Per   time.Duration
	Off   bool
}

// Bounds of a rate.
const (
	maxRateCount = 1_000_000
	maxRatePer   = 24 * time.Hour
)

var errRate = fmt.Errorf("wants a rate, as in 30/1m: a number up to %d and a time up to 24h; or off", maxRateCount)

// ParseRate reads "30/1m", or "off".
func ParseRate(text string) (Rate, error) {
	if text == "off" {
		return Rate{Off: true}, nil
	}
	count, per, found := strings.Cut(text, "/")
	n, errCount := strconv.Atoi(count)
	d, errPer := time.ParseDuration(per)
	if !found || errors.Join(errCount, errPer) != nil || n < 1 || n > maxRateCount || d < time.Second || d > maxRatePer {
		return Rate{}, errRate
	}
	return Rate{Count: n, Per: d}, nil
}

// Bounds reports whether the rate bounds anything.
func (r Rate) Bounds() bool { return !r.Off && r.Count > 0 && r.Per > 0 }

// Rates are the rates of what strangers can do.
type Rates struct {
	SignIn      Rate // passwords tried
	SignUp      Rate // accounts made
	CodeRequest Rate // codes sent, for each kind
	CodeGuess   Rate // codes tried, for each kind
}

// Or takes from other what r leaves unset.
func (r Rates) Or(other Rates) Rates {
	for _, pair := range [][2]*Rate{
		{&r.SignIn, &other.SignIn}, {&r.SignUp, &other.SignUp}, {&r.CodeRequest, &other.CodeRequest}, {&r.CodeGuess, &other.CodeGuess},
	} {
		if *pair[0] == (Rate{}) {
			*pair[0] = *pair[1]
		}
	}
	return r
}

// Limits are the rates of a server: for one address, and for one account.
type Limits struct{ Address, Account Rates }

// DefaultLimits are generous to an office behind one address, and to people who mistype. Those of an account are Cognito's
// where it has one: 5 codes an hour, 15 guesses.
func DefaultLimits() Limits {
	return Limits{
		Address: Rates{
			SignIn: Rate{Count: 100, Per: 15 * time.Minute}, SignUp: Rate{Count: 50, Per: time.Hour},
			CodeRequest: Rate{Count: 60, Per: time.Hour}, CodeGuess: Rate{Count: 100, Per: time.Hour},
		},
		Account: Rates{
			SignIn: Rate{Count: 30, Per: time.Minute}, SignUp: Rate{Count: 10, Per: time.Hour},
			CodeRequest: Rate{Count: 5, Per: time.Hour}, CodeGuess: Rate{Count: 15, Per: time.Hour},
		},
	}
}
