package userpool

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// pool checks what the pool's own members say about each other.
func (c *checker) pool() {
	p := c.d.Pool
	if p.Id != nil {
		if _, err := ParseID(*p.Id); err != nil {
			c.fault("Id", "is not a pool ID: write a region, an underscore, and letters and digits, as in us-east-1_Ab1Cd2Ef3")
		}
	}
	if len(p.AliasAttributes) > 0 && len(p.UsernameAttributes) > 0 {
		c.fault("AliasAttributes", "cannot stand beside UsernameAttributes: keep one of the two")
	}
	if slices.Contains(p.AliasAttributes, types.AliasAttributeTypePreferredUsername) && c.schema[AliasPreferred].Required {
		c.fault("AliasAttributes", "preferred_username cannot be an alias and required: it can be set only after sign-up")
	}
	if p.CustomDomain != nil && !hostName(*p.CustomDomain) {
		c.fault("CustomDomain", "is not a host name: write a full name in small letters, without scheme, port or path, as in auth.example.com")
	}
	c.recovery(p.AccountRecoverySetting)
	c.signInPolicy(p.Policies)
	c.templates(p.VerificationMessageTemplate)
	c.tags()
}

func (c *checker) recovery(setting *types.AccountRecoverySettingType) {
	if setting == nil {
		return
	}
	const list = "AccountRecoverySetting.RecoveryMechanisms"
	names, priorities := map[string]string{}, map[string]string{}
	for i, m := range setting.RecoveryMechanisms {
		c.once(names, string(m.Name), member(at(list, i), "Name"), "the mechanism")
		if m.Priority != nil {
			c.once(priorities, strconv.Itoa(int(*m.Priority)), member(at(list, i), "Priority"), "the priority")
		}
		if m.Name == types.RecoveryOptionNameTypeAdminOnly && len(setting.RecoveryMechanisms) > 1 {
			c.fault(member(at(list, i), "Name"), "admin_only allows no other mechanism beside it")
		}
	}
}

// signInPolicy: the API refuses a pool that takes no password.
func (c *checker) signInPolicy(policies *types.UserPoolPolicyType) {
	if policies == nil || policies.SignInPolicy == nil || len(policies.SignInPolicy.AllowedFirstAuthFactors) == 0 {
		return
	}
	if !slices.Contains(policies.SignInPolicy.AllowedFirstAuthFactors, types.AuthFactorTypePassword) {
		c.fault("Policies.SignInPolicy.AllowedFirstAuthFactors", "must hold PASSWORD")
	}
}

func (c *checker) templates(t *types.VerificationMessageTemplateType) {
	if t != nil && t.EmailMessage != nil && t.EmailMessageByLink != nil {
		c.fault("VerificationMessageTemplate.EmailMessageByLink", "cannot stand beside EmailMessage: keep one of the two")
	}
}

var hostLabels = regexp.MustCompile(`^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+$`)

// hostName reports whether text is a full DNS name (RFC 1123 §2.1), and not an IPv4 address.
func hostName(text string) bool {
	last := text[strings.LastIndexByte(text, '.')+1:]
	return len(text) <= 253 && hostLabels.MatchString(text) && strings.Trim(last, "0123456789") != ""
}
