package userpool

// SupportTag is whom people of a pool write to: an e-mail address, or a web address that begins with https://.
const SupportTag = "portico:support"

// maxSupport bounds it: a tag's value has 256 characters.
const maxSupport = 256

// supportAddress reads it; empty where Check would refuse it.
func supportAddress(value string) string {
	if len(value) <= maxSupport && (LooksLikeEmail(value) || secureLink(value)) {
		return value
	}
	return ""
}

// support checks SupportTag.
func (c *checker) support(path, value string) {
	if supportAddress(value) == "" {
		c.fault(path, "wants an e-mail address or a web address that begins with https://")
	}
}
