package userpool

import "time"

// Limits of remembered devices.
const (
	// MaxDevices is how many devices of one user are remembered; beyond them goes the one that was not used for longest.
	MaxDevices = 20
	// deviceUse is how exactly the last use of a device is known: it is written at most this often.
	deviceUse             = 24 * time.Hour
	defaultDeviceLifetime = 30 * 24 * time.Hour
	minDeviceLifetime     = 24 * time.Hour
	// MaxDeviceLifetime is as long as browsers keep a cookie (RFC 6265bis §5.5).
	MaxDeviceLifetime = 400 * 24 * time.Hour
)

// Devices is a pool's rule on remembering devices (DeviceConfigurationType). The zero value remembers none.
type Devices struct {
	Remember bool
	// OnPrompt: only where the person agrees; otherwise every device is remembered.
	OnPrompt bool
	// ReplaceMFA: a remembered device takes the place of the second factor (ChallengeRequiredOnNewDevice).
	ReplaceMFA bool
	// Lifetime is how long a device stays remembered after its last use.
	Lifetime time.Duration
}

// Device is a browser or an app that a user had remembered.
type Device struct {
	Pool    ID
	Sub     Sub
	Key     string // names it, as the API does: <region>_<UUID>
	Secret  []byte // hash of what the device holds; the secret itself is stored nowhere
	Browser string // what a person recognises it by, and System: short names of ours, empty where they are not known
	System  string
	Created time.Time
	Used    time.Time // the last sign-in with it that was recorded
}

// Remembers reports whether a device is still remembered.
func (d Devices) Remembers(device Device, now time.Time) bool {
	return d.Remember && now.Before(device.Used.Add(d.Lifetime))
}

// DeviceUse is a sign-in with a remembered device. Committing it fails with ErrNoDevice where the device was forgotten since it
// was read.
type DeviceUse struct {
	Key  string
	Used time.Time // zero: the use that is recorded is of less than a day ago, and stays
}

// Use is the use of a device at a moment.
func (d Device) Use(now time.Time) DeviceUse {
	if now.Sub(d.Used) < deviceUse {
		return DeviceUse{Key: d.Key}
	}
	return DeviceUse{Key: d.Key, Used: now}
}

// EndsDevices reports whether a change of a user ends the devices that are remembered: they stand for a password and a second
// factor that were given there, and whoever changes either, or signs out everywhere else, may do it because of somebody who
// holds one of them.
func (c UserChange) EndsDevices() bool {
	return c.Password != nil || c.DropPassword || c.MFA != nil || c.Token != nil || c.DropToken ||
		(c.EndOthers != nil && c.EndOthers.Provider == "")
}
