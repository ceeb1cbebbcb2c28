package userpool

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// TestAssembleDevices holds DeviceConfiguration's two flags, in Cognito's meaning, and our lifetime.
func TestAssembleDevices(t *testing.T) {
	month := 30 * 24 * time.Hour
	for name, c := range map[string]struct {
		configuration *types.DeviceConfigurationType
		tag           string
		want          Devices
	}{
		"none":         {nil, "720h", Devices{}},
		"always":       {&types.DeviceConfigurationType{}, "", Devices{Remember: true, Lifetime: month}},
		"on prompt":    {&types.DeviceConfigurationType{DeviceOnlyRememberedOnUserPrompt: true}, "48h", Devices{Remember: true, OnPrompt: true, Lifetime: 48 * time.Hour}},
		"replaces":     {&types.DeviceConfigurationType{ChallengeRequiredOnNewDevice: true}, "1h", Devices{Remember: true, ReplaceMFA: true, Lifetime: month}},
		"not for ever": {&types.DeviceConfigurationType{}, "100000h", Devices{Remember: true, Lifetime: month}},
	} {
		pool := types.UserPoolType{DeviceConfiguration: c.configuration, UserPoolTags: map[string]string{DeviceLifetimeTag: c.tag}}
		if got := Assemble(Declaration{Pool: pool}, Addresses{}).Devices; got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

// TestDevicesHardlyMeant: devices are remembered where a second factor was given, so without one there are none.
func TestDevicesHardlyMeant(t *testing.T) {
	plain, replaces := &types.DeviceConfigurationType{}, &types.DeviceConfigurationType{ChallengeRequiredOnNewDevice: true}
	lifetime := map[string]string{DeviceLifetimeTag: "48h"}
	for name, c := range map[string]struct {
		mode          types.UserPoolMfaType
		configuration *types.DeviceConfigurationType
		tags          map[string]string
		want          string
	}{
		"nothing":                {mode: "OFF"},
		"where factors are":      {mode: "OPTIONAL", configuration: replaces, tags: lifetime},
		"replaces nothing":       {mode: "OFF", configuration: replaces, want: "DeviceConfiguration.ChallengeRequiredOnNewDevice: has no effect while MfaConfiguration is OFF"},
		"remembers nothing":      {mode: "OFF", configuration: plain, want: "DeviceConfiguration: has no effect while MfaConfiguration is OFF"},
		"a lifetime for nothing": {mode: "ON", tags: lifetime, want: "UserPoolTags.portico:device-lifetime: has no effect: DeviceConfiguration is missing"},
	} {
		t.Run(name, func(t *testing.T) {
			d := sound()
			d.Pool.MfaConfiguration, d.Pool.DeviceConfiguration, d.Pool.UserPoolTags = c.mode, c.configuration, c.tags
			if c.mode != "OFF" {
				d.Factors.SoftwareTokenMfaConfiguration = &types.SoftwareTokenMfaConfigType{Enabled: true}
			}
			said(t, "fault", d.Check(), "")
			var told []Fault
			for _, f := range d.Warnings() {
				if strings.HasPrefix(f.Path, "DeviceConfiguration") || strings.HasPrefix(f.Path, "UserPoolTags") {
					told = append(told, f)
				}
			}
			said(t, "warning", told, c.want)
		})
	}
}

// A use is written at most once a day, and a device ends once it was not used for the pool's time.
func TestDeviceUse(t *testing.T) {
	used := time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
	device := Device{Key: "k", Used: used}
	for after, written := range map[time.Duration]bool{0: false, 24*time.Hour - 1: false, 24 * time.Hour: true, 240 * time.Hour: true} {
		use := device.Use(used.Add(after))
		if use.Key != "k" || use.Used.IsZero() == written {
			t.Errorf("after %s: %+v", after, use)
		}
	}
	policy := Devices{Remember: true, Lifetime: 48 * time.Hour}
	if !policy.Remembers(device, used.Add(48*time.Hour-1)) || policy.Remembers(device, used.Add(48*time.Hour)) {
		t.Error("the lifetime is another")
	}
	if policy.Remember = false; policy.Remembers(device, used) {
		t.Error("remembered where the pool remembers none")
	}
}
