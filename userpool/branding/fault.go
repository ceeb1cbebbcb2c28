package branding

import "fmt"

// Fault is one thing wrong with a brand, or a warning of one. Path names the member of the settings, as in
// components.form.borderRadius; it is empty where the whole is meant.
type Fault struct{ Path, Message string }

func (f Fault) Error() string {
	if f.Path == "" {
		return f.Message
	}
	return f.Path + ": " + f.Message
}

// maxFaults is where a list of faults stops helping.
const maxFaults = 50

// faults collects them.
type faults []Fault

func (f *faults) add(path, format string, args ...any) {
	if len(*f) < maxFaults {
		*f = append(*f, Fault{Path: path, Message: fmt.Sprintf(format, args...)})
	}
}
