package userpool

import (
	"errors"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// clientTagPrefix begins the tags of a pool that are settings of one of its app clients, for clients have no tags of their
// own: portico:client:<ClientId or ClientName>:<setting>. Neither an ID nor a name can hold a colon.
const clientTagPrefix = tagPrefix + "client:"

// Settings of an app client that Cognito has no member for.
const (
	ClientGroups      = "groups"       // GroupFilter
	ClientIDToken     = "id-token"     // Projection
	ClientAccessToken = "access-token" // Projection
	ClientStage       = "stage"        // StageNonProduction
)

// StageNonProduction marks a client whose callback and logout URLs may have a *.
const StageNonProduction = "non-production"

// ClientTag is the tag of a pool that holds a setting of one of its clients.
func ClientTag(client, setting string) string { return clientTagPrefix + client + ":" + setting }

// splitClientTag takes such a tag apart.
func splitClientTag(tag string) (client, setting string, ok bool) {
	rest, ours := strings.CutPrefix(tag, clientTagPrefix)
	i := strings.LastIndexByte(rest, ':')
	if !ours || i < 0 {
		return "", "", false
	}
	return rest[:i], rest[i+1:], true
}

// Errors of finding a client by what somebody wrote.
var (
	errNoClient       = errors.New("there is no app client of this ID or name")
	errSeveralClients = errors.New("several app clients have this name: write the ClientId")
)

// findClient finds the client that somebody means: the one with this ID, else the only one with this name. It returns the
// client's place in the list.
func findClient(clients []types.UserPoolClientType, written string) (int, error) {
	byID := func(c types.UserPoolClientType) bool { return written != "" && deref(c.ClientId) == written }
	byName := func(c types.UserPoolClientType) bool { return written != "" && deref(c.ClientName) == written }
	if i := slices.IndexFunc(clients, byID); i >= 0 {
		return i, nil
	}
	i := slices.IndexFunc(clients, byName)
	switch {
	case i < 0:
		return 0, errNoClient
	case slices.ContainsFunc(clients[i+1:], byName):
		return 0, errSeveralClients
	}
	return i, nil
}

// ClientNamed finds an app client by its ID, else by its name if no other has the same.
func (p *Pool) ClientNamed(written string) (*AppClient, error) {
	clients := make([]types.UserPoolClientType, 0, len(p.Clients))
	for _, c := range p.Clients {
		clients = append(clients, c.API)
	}
	i, err := findClient(clients, written)
	if err != nil {
		return nil, err
	}
	return p.Clients[ClientID(deref(clients[i].ClientId))], nil
}

// clientSettings collects our settings of each client, in the order of the clients. Where a client is named both by ID and
// by name, the ID counts.
func clientSettings(d Declaration) []map[string]string {
	settings := make([]map[string]string, len(d.Clients))
	for _, tag := range mapKeys(d.Pool.UserPoolTags) {
		written, setting, ok := splitClientTag(tag)
		if !ok {
			continue
		}
		i, err := findClient(d.Clients, written)
		if err != nil {
			continue
		}
		if settings[i] == nil {
			settings[i] = map[string]string{}
		}
		if _, known := settings[i][setting]; !known || written == deref(d.Clients[i].ClientId) {
			settings[i][setting] = d.Pool.UserPoolTags[tag]
		}
	}
	return settings
}

// assembleSettings reads our settings. What Check would refuse makes tokens poorer and never richer.
func (c *AppClient) assembleSettings(settings map[string]string) {
	if value, set := settings[ClientGroups]; set {
		c.Tokens.Groups = parseGroupFilter(value)
	}
	if value, set := settings[ClientIDToken]; set {
		c.Tokens.ID, _ = parseProjection(value, idTokenClaims[:])
	}
	if value, set := settings[ClientAccessToken]; set {
		c.Tokens.Access, _ = parseProjection(value, nil)
	}
	if settings[ClientStage] == StageNonProduction {
		c.callbackURLs, c.callbackPatterns = splitPatterns(c.callbackURLs)
		c.logoutURLs, c.logoutPatterns = splitPatterns(c.logoutURLs)
	}
}
