package storetest

import (
	"fmt"
	"time"

	"portico/userpool"
	"portico/userpool/login"
)

func devices() []check {
	return []check{
		{name: "DeviceComesWithASignIn", run: deviceComesWithASignIn},
		{name: "DeviceOfADisabledUser", run: deviceOfADisabledUser},
		{name: "DeviceGoesWithItsUser", run: deviceGoesWithItsUser},
		{name: "UseOfADevice", run: useOfADevice},
		{name: "OldestDeviceGoes", run: oldestDeviceGoes},
		{name: "ForgetDevice", run: forgetDevice},
		{name: "DevicesEndWithAChange", run: devicesEndWithAChange},
		{name: "DevicesEndWithTheSessions", run: devicesEndWithTheSessions},
		{name: "SweepForgetsDevices", run: sweepForgetsDevices},
		{name: "CrowdOfDevices", run: crowdOfDevices},
		{name: "CrowdForgetsOnce", run: crowdForgetsOnce},
	}
}

// device is the nth device of user i, used n minutes after noon.
func device(i, n int) userpool.Device {
	return userpool.Device{
		Pool: poolA, Sub: sub(i), Key: fmt.Sprintf("us-east-1_%04d", n), Secret: hash(fmt.Sprint("secret", n)), Browser: "Firefox", System: "Linux",
		Created: noon(), Used: noon().Add(time.Duration(n) * time.Minute),
	}
}

// remembered is a sign-in that has a device remembered.
func remembered(i, n int) login.SignIn {
	return login.SignIn{Session: session(i, fmt.Sprint("cookie", i, n)), Device: new(device(i, n))}
}

func (s *suite) devicesAre(i int, want ...userpool.Device) {
	s.Helper()
	got, err := s.db.Devices(s.ctx, poolA, sub(i))
	s.must(err)
	s.same(got, want)
}

func deviceComesWithASignIn(s *suite) {
	s.create(1)
	s.create(2)
	s.devicesAre(1)
	s.must(s.db.SignIn(s.ctx, remembered(1, 1)))
	s.must(s.db.SignIn(s.ctx, remembered(1, 2)))
	s.devicesAre(1, device(1, 2), device(1, 1)) // the latest use first
	s.devicesAre(2)
	got, err := s.db.Devices(s.ctx, poolB, sub(1))
	s.must(err)
	s.same(got, []userpool.Device(nil))

	failed := remembered(1, 3) // of which nothing is written
	failed.Replaces, failed.Change = nil, &userpool.UserChange{Pool: poolA, Sub: sub(1), Version: 9, Attributes: map[string]string{}, Modified: noon()}
	s.wants(s.db.SignIn(s.ctx, failed), userpool.ErrConflict)
	s.devicesAre(1, device(1, 2), device(1, 1))
}

func deviceOfADisabledUser(s *suite) {
	n := person(1)
	n.User.Enabled = false
	s.must(s.db.CreateUser(s.ctx, key(1), n))
	s.must(s.db.SignIn(s.ctx, remembered(1, 1)))
	s.devicesAre(1)
}

func deviceGoesWithItsUser(s *suite) {
	s.create(1)
	s.must(s.db.SignIn(s.ctx, remembered(1, 1)))
	s.must(s.db.DeleteUser(s.ctx, poolA, sub(1), userpool.Audit{ID: "a", At: noon(), Actor: "the person", Action: "x"}))
	s.create(1)
	s.devicesAre(1)
}

func useOfADevice(s *suite) {
	s.create(1)
	s.create(2)
	s.must(s.db.SignIn(s.ctx, remembered(1, 1)))
	use := func(i int, cookie string, use userpool.DeviceUse) error {
		return s.db.SignIn(s.ctx, login.SignIn{Session: session(i, cookie), DeviceUse: &use})
	}
	want := device(1, 1)
	s.must(use(1, "a", userpool.DeviceUse{Key: want.Key}))
	s.devicesAre(1, want)
	want.Used = noon().Add(25 * time.Hour)
	s.must(use(1, "b", userpool.DeviceUse{Key: want.Key, Used: want.Used}))
	s.devicesAre(1, want)

	s.wants(use(2, "c", userpool.DeviceUse{Key: want.Key}), userpool.ErrNoDevice) // another person's
	s.must(s.db.ForgetDevice(s.ctx, poolA, sub(1), want.Key))
	s.wants(use(1, "d", userpool.DeviceUse{Key: want.Key, Used: want.Used}), userpool.ErrNoDevice)
	for _, cookie := range []string{"c", "d"} {
		_, err := s.db.Session(s.ctx, poolA, hash(cookie))
		s.wants(err, userpool.ErrNotFound)
	}
}

func oldestDeviceGoes(s *suite) {
	s.create(1)
	s.create(2)
	s.must(s.db.SignIn(s.ctx, remembered(2, 1)))
	var want []userpool.Device
	for n := range userpool.MaxDevices + 3 {
		s.must(s.db.SignIn(s.ctx, remembered(1, n)))
		want = append([]userpool.Device{device(1, n)}, want...)
	}
	s.devicesAre(1, want[:userpool.MaxDevices]...)
	s.devicesAre(2, device(2, 1))
}

func forgetDevice(s *suite) {
	s.create(1)
	s.create(2)
	for n := range 3 {
		s.must(s.db.SignIn(s.ctx, remembered(1, n)))
	}
	s.must(s.db.SignIn(s.ctx, remembered(2, 0)))
	s.must(s.db.ForgetDevice(s.ctx, poolA, sub(1), device(1, 0).Key))
	s.wants(s.db.ForgetDevice(s.ctx, poolA, sub(1), device(1, 0).Key), userpool.ErrNoDevice)
	s.wants(s.db.ForgetDevice(s.ctx, poolB, sub(1), device(1, 1).Key), userpool.ErrNoDevice)
	s.devicesAre(1, device(1, 2), device(1, 1))
	s.must(s.db.ForgetDevices(s.ctx, poolA, sub(1)))
	s.must(s.db.ForgetDevices(s.ctx, poolA, sub(1)))
	s.devicesAre(1)
	s.devicesAre(2, device(2, 0))
}

// devicesEndWithAChange: of what a device stands for, or of what it might be used against.
func devicesEndWithAChange(s *suite) {
	for i, c := range []struct {
		change userpool.UserChange
		ends   bool
	}{
		{userpool.UserChange{Attributes: map[string]string{}}, false},
		{userpool.UserChange{Status: userpool.Confirmed}, false},
		{userpool.UserChange{EndOthers: &userpool.EndOthers{Provider: "Okta"}}, false},
		{userpool.UserChange{EndOthers: &userpool.EndOthers{Keep: hash("here")}}, true},
		{userpool.UserChange{Password: &userpool.Password{Hash: "x", Changed: noon()}}, true},
		{userpool.UserChange{DropPassword: true}, true},
		{userpool.UserChange{MFA: &userpool.MFASettings{}}, true},
		{userpool.UserChange{Token: new(softwareToken(6))}, true},
		{userpool.UserChange{DropToken: true}, true},
	} {
		s.create(i)
		s.must(s.db.SignIn(s.ctx, remembered(i, 1)))
		c.change.Pool, c.change.Sub, c.change.Version, c.change.Modified = poolA, sub(i), 1, noon()
		if c.change.Token != nil {
			c.change.Token.Sub = sub(i)
		}
		s.must(s.db.ChangeUser(s.ctx, c.change))
		got, err := s.db.Devices(s.ctx, poolA, sub(i))
		s.must(err)
		if ended := len(got) == 0; ended != c.ends {
			s.Errorf("%d: %+v: ended %v", i, c.change, ended)
		}
	}
	// A factor that is set up, and the device it was set up on, in one commit.
	s.create(20)
	s.must(s.db.SignIn(s.ctx, remembered(20, 1)))
	in := remembered(20, 2)
	in.Change = &userpool.UserChange{Pool: poolA, Sub: sub(20), Version: 1, MFA: &userpool.MFASettings{}, Modified: noon()}
	s.must(s.db.SignIn(s.ctx, in))
	s.devicesAre(20, device(20, 2))
}

func devicesEndWithTheSessions(s *suite) {
	s.create(1)
	s.must(s.db.SignIn(s.ctx, remembered(1, 1)))
	s.must(s.db.EndElsewhere(s.ctx, poolA, sub(1), hash("here"), userpool.Audit{ID: "a", At: noon(), Actor: "the person", Action: "x"}))
	s.devicesAre(1)
	s.must(s.db.SignIn(s.ctx, remembered(1, 2)))
	_, err := s.db.EndFamiliesOfUser(s.ctx, revokedUser(1, false))
	s.must(err)
	s.devicesAre(1, device(1, 2)) // browsers stay signed in, too
	end := revokedUser(1, true)
	end.Audit.ID = "another"
	_, err = s.db.EndFamiliesOfUser(s.ctx, end)
	s.must(err)
	s.devicesAre(1)
}

func sweepForgetsDevices(s *suite) {
	s.create(1)
	s.must(s.db.SignIn(s.ctx, remembered(1, 1)))
	s.must(s.db.SignIn(s.ctx, remembered(1, 2)))
	_, err := s.db.Sweep(s.ctx, device(1, 1).Used.Add(userpool.MaxDeviceLifetime))
	s.must(err)
	s.devicesAre(1, device(1, 2))
}

// crowdOfDevices: browsers that are remembered at the same moment are no more than may be.
func crowdOfDevices(s *suite) {
	s.create(1)
	for n := range userpool.MaxDevices - 5 {
		s.must(s.db.SignIn(s.ctx, remembered(1, n)))
	}
	for i, err := range s.race(func(i int) error { return s.db.SignIn(s.ctx, remembered(1, 100+i)) }) {
		if err != nil {
			s.Errorf("number %d failed with %v", i, err)
		}
	}
	got, err := s.db.Devices(s.ctx, poolA, sub(1))
	s.must(err)
	s.same(len(got), userpool.MaxDevices)
	for _, d := range got {
		if d.Used.Before(noon().Add(100 * time.Minute)) {
			s.Errorf("%s stays", d.Key)
		}
	}
}

// crowdForgetsOnce: a device is forgotten beside sign-ins with it, none of which brings it back.
func crowdForgetsOnce(s *suite) {
	s.create(1)
	s.must(s.db.SignIn(s.ctx, remembered(1, 1)))
	use := userpool.DeviceUse{Key: device(1, 1).Key, Used: noon().Add(25 * time.Hour)}
	errs := s.race(func(i int) error {
		if i%2 == 0 {
			return s.db.ForgetDevice(s.ctx, poolA, sub(1), use.Key)
		}
		err := s.db.SignIn(s.ctx, login.SignIn{Session: session(1, fmt.Sprint("race", i)), DeviceUse: &use})
		if err == nil {
			return userpool.ErrNoDevice // signed in before it was forgotten
		}
		return err
	})
	s.oneWins(errs, userpool.ErrNoDevice)
	s.devicesAre(1)
}
