package userpool

import "slices"

func (c *checker) linking(path, value string) {
	switch Linking(value) {
	case LinkingOff:
	case LinkingAsk, LinkingAutomatic:
		signsIn := slices.Concat(texts(c.d.Pool.UsernameAttributes), texts(c.d.Pool.AliasAttributes))
		if !slices.Contains(signsIn, AliasEmail) {
			c.fault(path, "needs email among UsernameAttributes or AliasAttributes: only then is an address one person's")
		}
	default:
		c.fault(path, "is %q; it is off, ask or automatic", value)
	}
}
