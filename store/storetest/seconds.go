package storetest

import (
	"errors"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"portico/federation"
	"portico/userpool"
	"portico/userpool/directory"
	"portico/userpool/login"
)

func seconds() []check {
	return []check{
		{name: "PoolKeepsItsFactors", run: poolKeepsItsFactors, empty: true},
		{name: "UserKeepsSecondFactors", run: userKeepsSecondFactors},
		{name: "SoftwareTokenComesAndGoesWithAChange", run: softwareTokenComesAndGoesWithAChange},
		{name: "NewUserComesWithASoftwareToken", run: newUserComesWithASoftwareToken},
		{name: "TimeStepIsTakenOnce", run: timeStepIsTakenOnce},
		{name: "TimeStepOfAnotherTokenIsAConflict", run: timeStepOfAnotherTokenIsAConflict},
		{name: "CodeOfASecondFactorSignsInOnce", run: codeOfASecondFactorSignsInOnce},
		{name: "WrongCodeCommitsOnlyItsCount", run: wrongCodeCommitsOnlyItsCount},
		{name: "CrowdWithOneTimeStepSignsInOnce", run: crowdWithOneTimeStepSignsInOnce},
	}
}

func poolKeepsItsFactors(s *suite) {
	d := declaration(poolA)
	d.Factors = userpool.FactorDocument{
		SoftwareTokenMfaConfiguration: &types.SoftwareTokenMfaConfigType{Enabled: true},
		EmailMfaConfiguration:         &types.EmailMfaConfigType{Subject: new("Your code")},
	}
	s.must(s.db.CreatePool(s.ctx, d, nil))
	got, err := s.db.Declarations(s.ctx)
	s.must(err)
	kept := got[0].Factors
	if kept.SoftwareTokenMfaConfiguration == nil || !kept.SoftwareTokenMfaConfiguration.Enabled || kept.SmsMfaConfiguration != nil ||
		kept.EmailMfaConfiguration == nil || *kept.EmailMfaConfiguration.Subject != "Your code" {
		s.Errorf("kept %+v", kept)
	}
}

func userKeepsSecondFactors(s *suite) {
	want := s.create(1)
	settings := userpool.MFASettings{Factors: []userpool.Factor{userpool.FactorSMS, userpool.FactorTOTP}, Preferred: userpool.FactorTOTP}
	s.must(s.db.ChangeUser(s.ctx, userpool.UserChange{Pool: poolA, Sub: sub(1), Version: 1, MFA: &settings, Modified: noon()}))
	want.Version, want.MFA = 2, settings
	s.userIs(want)
	s.must(s.db.ChangeUser(s.ctx, userpool.UserChange{Pool: poolA, Sub: sub(1), Version: 2, Modified: noon()}))
	want.Version = 3
	s.userIs(want) // a change that does not name them leaves them
	s.must(s.db.ChangeUser(s.ctx, userpool.UserChange{Pool: poolA, Sub: sub(1), Version: 3, MFA: &userpool.MFASettings{}, Modified: noon()}))
	want.Version, want.MFA = 4, userpool.MFASettings{}
	s.userIs(want)
}

// softwareToken is user i's software token.
func softwareToken(i int) userpool.SoftwareToken {
	return userpool.SoftwareToken{Pool: poolA, Sub: sub(i), Secret: userpool.NewSecret("secret"), Name: "Phone", Added: noon(), Step: 5}
}

// createWithToken makes user i with a software token; the user's version is then 2.
func (s *suite) createWithToken(i int) {
	s.Helper()
	s.create(i)
	s.must(s.db.ChangeUser(s.ctx, userpool.UserChange{Pool: poolA, Sub: sub(i), Version: 1, Token: new(softwareToken(i)), Modified: noon()}))
}

func softwareTokenComesAndGoesWithAChange(s *suite) {
	s.create(1)
	_, err := s.db.SoftwareToken(s.ctx, poolA, sub(1))
	s.wants(err, userpool.ErrNotFound)
	stale := userpool.UserChange{Pool: poolA, Sub: sub(1), Version: 9, Token: new(softwareToken(1)), Modified: noon()}
	s.wants(s.db.ChangeUser(s.ctx, stale), userpool.ErrConflict)
	_, err = s.db.SoftwareToken(s.ctx, poolA, sub(1))
	s.wants(err, userpool.ErrNotFound)

	for version, name := range []string{"Phone", "Tablet"} { // the second takes the place of the first
		want := softwareToken(1)
		want.Name, want.Secret = name, userpool.NewSecret("secret of "+name)
		s.must(s.db.ChangeUser(s.ctx, userpool.UserChange{Pool: poolA, Sub: sub(1), Version: int64(version + 1), Token: &want, Modified: noon()}))
		got, err := s.db.SoftwareToken(s.ctx, poolA, sub(1))
		s.must(err)
		s.same(got.Secret.Reveal(), want.Secret.Reveal())
		got.Secret, want.Secret = userpool.Secret{}, userpool.Secret{}
		s.same(got, want)
	}
	s.must(s.db.ChangeUser(s.ctx, userpool.UserChange{Pool: poolA, Sub: sub(1), Version: 3, DropToken: true, Modified: noon()}))
	_, err = s.db.SoftwareToken(s.ctx, poolA, sub(1))
	s.wants(err, userpool.ErrNotFound)
}

func newUserComesWithASoftwareToken(s *suite) {
	n := person(1)
	n.User.MFA, n.Token = userpool.MFASettings{Factors: []userpool.Factor{userpool.FactorTOTP}}, new(softwareToken(1))
	s.must(s.db.CreateUser(s.ctx, key(1), n))
	s.userIs(n.User)
	got, err := s.db.SoftwareToken(s.ctx, poolA, sub(1))
	s.must(err)
	s.same(got.Secret.Reveal(), "secret")
}

// secondSignIn is a sign-in of user i by a second factor, with a session and a challenge of the number n.
func secondSignIn(i, n int, second directory.Second) login.SignIn {
	in := login.SignIn{Session: session(i, string(rune('A'+n))), Second: &second}
	in.Spend = []federation.Once{{Purpose: "second-factor", ID: string(rune('a' + n)), Until: noon().Add(time.Hour)}}
	return in
}

func step(i int, step int64) directory.Second {
	return directory.Second{Step: &directory.TokenStep{Pool: poolA, Sub: sub(i), Added: noon(), Step: step}}
}

func timeStepIsTakenOnce(s *suite) {
	s.createWithToken(1)
	s.wants(s.db.SignIn(s.ctx, secondSignIn(1, 1, step(1, 5))), directory.ErrCodeUsed) // it was set up with that one
	s.must(s.db.SignIn(s.ctx, secondSignIn(1, 1, step(1, 7))))
	for n, at := range []int64{7, 6} {
		s.wants(s.db.SignIn(s.ctx, secondSignIn(1, 10+n, step(1, at))), directory.ErrCodeUsed)
	}
	s.must(s.db.SignIn(s.ctx, secondSignIn(1, 2, step(1, 8))))
	s.wants(s.db.SignIn(s.ctx, secondSignIn(1, 2, step(1, 9))), userpool.ErrSpent) // the same challenge again
	s.must(s.db.SignIn(s.ctx, secondSignIn(1, 3, step(1, 9))))                     // which did not take the step
}

func timeStepOfAnotherTokenIsAConflict(s *suite) {
	s.createWithToken(1)
	other := step(1, 7)
	other.Step.Added = noon().Add(time.Second)
	s.wants(s.db.SignIn(s.ctx, secondSignIn(1, 1, other)), userpool.ErrConflict)
	s.create(2)
	s.wants(s.db.SignIn(s.ctx, secondSignIn(2, 1, step(2, 7))), userpool.ErrConflict)
	s.must(s.db.ChangeUser(s.ctx, userpool.UserChange{Pool: poolA, Sub: sub(1), Version: 2, DropToken: true, Modified: noon()}))
	s.wants(s.db.SignIn(s.ctx, secondSignIn(1, 1, step(1, 7))), userpool.ErrConflict)
	_, err := s.db.Session(s.ctx, poolA, session(1, "B").Hash)
	s.wants(err, userpool.ErrNotFound)
}

func sent(i int, mac string) directory.Second {
	t := take(i, mac)
	t.Purpose = userpool.CodeSecond
	return directory.Second{Code: &t}
}

func (s *suite) createWithCode(i int) {
	s.Helper()
	s.create(i)
	c := code(i, "right")
	c.Purpose = userpool.CodeSecond
	s.must(s.db.SaveCode(s.ctx, c, noon()))
}

func codeOfASecondFactorSignsInOnce(s *suite) {
	s.createWithCode(1)
	s.must(s.db.SignIn(s.ctx, secondSignIn(1, 1, sent(1, "right"))))
	s.wants(s.db.SignIn(s.ctx, secondSignIn(1, 2, sent(1, "right"))), directory.ErrCodeExpired)
	c := code(1, "right")
	c.Purpose, c.Sent = userpool.CodeSecond, noon().Add(time.Minute)
	s.must(s.db.SaveCode(s.ctx, c, noon()))
	s.wants(s.db.SignIn(s.ctx, secondSignIn(1, 1, sent(1, "right"))), userpool.ErrSpent) // a new code for the old challenge
	s.must(s.db.SignIn(s.ctx, secondSignIn(1, 3, sent(1, "right"))))                     // which did not take the code
}

func wrongCodeCommitsOnlyItsCount(s *suite) {
	s.createWithCode(1)
	for range directory.MaxCodeAttempts {
		s.wants(s.db.SignIn(s.ctx, secondSignIn(1, 1, sent(1, "wrong"))), directory.ErrCodeMismatch)
	}
	_, err := s.db.Session(s.ctx, poolA, session(1, "B").Hash)
	s.wants(err, userpool.ErrNotFound)
	s.wants(s.db.SignIn(s.ctx, secondSignIn(1, 1, sent(1, "right"))), directory.ErrCodeExpired)
}

func crowdWithOneTimeStepSignsInOnce(s *suite) {
	s.createWithToken(1)
	var all sync.WaitGroup
	var mu sync.Mutex
	won := 0
	for n := range crowd {
		all.Go(func() {
			err := s.db.SignIn(s.ctx, secondSignIn(1, n, step(1, 7)))
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				won++
			} else if !errors.Is(err, directory.ErrCodeUsed) {
				s.Errorf("got error %v, want %v", err, directory.ErrCodeUsed)
			}
		})
	}
	all.Wait()
	s.same(won, 1)
}
