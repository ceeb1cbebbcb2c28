package userpool

import (
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// unsupported refuses settings that make a pool safer in Cognito and that this version does not honour: taking them
// without a word would leave a pool weaker than its operator believes.
func (c *checker) unsupported() {
	p := c.d.Pool
	if a := p.UserPoolAddOns; a != nil && a.AdvancedSecurityMode == types.AdvancedSecurityModeTypeEnforced {
		c.fault("UserPoolAddOns.AdvancedSecurityMode", "ENFORCED is not supported yet: risky sign-ins would not be stopped; write OFF")
	}
	c.triggers(p.LambdaConfig)
}

// triggers: a trigger may refuse a sign-up or a sign-in, and it shapes tokens.
func (c *checker) triggers(config *types.LambdaConfigType) {
	if config == nil || *config == (types.LambdaConfigType{}) {
		return
	}
	c.fault("LambdaConfig", "is not supported yet: no trigger would run, and what it refuses would pass; remove it")
}
