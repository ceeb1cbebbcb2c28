package hostedui

import (
	"net/http"

	"portico/templates"
	"portico/userpool"
	"portico/userpool/login"
	"portico/words"
)

// rememberField is the box by which a person has the device remembered.
const rememberField = "rememberDevice"

// remember asks whether this device is to be remembered; nil where nobody is asked. A page that is drawn again has the box as
// the person left it.
func (p *Pages) remember(r *http.Request, waiting *login.Waiting) (*templates.Tick, error) {
	asks, err := p.Login.AsksToRemember(r.Context(), waiting)
	if !asks || err != nil {
		return nil, err
	}
	s, devices := said(r), waiting.Authorization.Pool.Devices
	return &templates.Tick{
		Name: rememberField, Text: s.Say("device.remember"), Hint: rememberedFor(s, devices), Optional: true, Checked: wantsRemembering(r),
	}, nil
}

func wantsRemembering(r *http.Request) bool { return r.PostForm.Has(rememberField) }

// rememberedFor says for how long, in whole days, and what that means.
func rememberedFor(s words.Words, devices userpool.Devices) string {
	days := int(devices.Lifetime.Hours()) / 24
	if devices.ReplaceMFA {
		return s.Count("device.remember.skip", days)
	}
	return s.Count("device.remember.list", days)
}
