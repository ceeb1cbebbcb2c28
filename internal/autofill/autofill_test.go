package autofill

import "testing"

func TestFaults(t *testing.T) {
	for page, faults := range map[string]int{
		`<form><input name=username type=email autocomplete="username webauthn" autocapitalize=none spellcheck=false>
			<input name=password type=password autocomplete=current-password autocapitalize=none spellcheck=false></form>`: 0,
		`<input name=code type=text autocomplete=one-time-code inputmode=numeric><input type=hidden name=anything><input type=radio name=way>`: 0,
		`<input name=username type=text autocomplete=username>`:                                                                                2, // capitals, and red underlines
		`<input name=code type=number autocomplete=off>`:                                                                                       3,
		`<input name=requiredAttributes[email] type=text autocomplete=email>`:                                                                  3,
		`<input name=requiredAttributes[phone_number] type=tel autocomplete=tel-national>`:                                                     1,
		`<input name=favourite type=text>`:                                                                                                     1, // has no rule
		`<form><input name=password type=password autocomplete=new-password autocapitalize=none spellcheck=false>
			<input name=current_password type=password autocomplete=current-password autocapitalize=none spellcheck=false></form>`: 1,
	} {
		if got := Faults(page); len(got) != faults {
			t.Errorf("%s: %q, want %d faults", page, got, faults)
		}
	}
}
