package userpool

import (
	"fmt"
	"regexp"
	"strings"
)

// ID names a user pool: "<region>_<letters and digits>", at most 55 characters. Client libraries take it apart to find
// the region (aws-jwt-verify accepts ^[a-z]{2}-(gov-)?[a-z]+-\d_[a-zA-Z0-9]+$ only), so we accept nothing else.
type ID string

var idPattern = regexp.MustCompile(`^[a-z]{2}-(gov-)?[a-z]+-\d_[0-9a-zA-Z]{1,40}$`)

// ParseID reads a pool ID. It fails on anything that AWS's client libraries would not take apart.
func ParseID(s string) (ID, error) {
	if len(s) > 55 || !idPattern.MatchString(s) {
		return "", fmt.Errorf("user pool ID %q: want a region, an underscore, and letters and digits, as in us-east-1_Ab1Cd2Ef3", s)
	}
	return ID(s), nil
}

// Region is the part of the ID before the underscore, such as us-east-1.
func (id ID) Region() string {
	region, _, _ := strings.Cut(string(id), "_")
	return region
}

// ClientID names an app client. Cognito's pattern is [\w+]+, 1 to 128 characters.
type ClientID string

// Sub is the lasting name of a user: a UUID made when the user is created, never reused, unique in its pool.
type Sub string
