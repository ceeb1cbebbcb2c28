package token

import (
	"cmp"
	"encoding/base64"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"portico/userpool"
)

// Oversize is a token that outgrew its pool's budget: what browsers, proxies and load balancers will carry. It holds sizes
// and names of claims, and nothing of the person.
type Oversize struct {
	Pool    userpool.ID
	Client  userpool.ClientID
	Use     Use
	Bytes   int // of the compact form
	Budget  int
	Largest []ClaimSize // the largest claims, at most maxLargest, the largest first
}

// ClaimSize is a claim's share of a token, in bytes of the compact form.
type ClaimSize struct {
	Name  string
	Bytes int
}

const maxLargest = 4

// weigh reports a token that is larger than its pool's budget. A pool without a budget was not assembled, and has none.
func (m Mint) weigh(pool *userpool.Pool, client *userpool.AppClient, use Use, raw string) {
	if m.Oversized == nil || pool.TokenBudget == 0 || len(raw) <= pool.TokenBudget {
		return
	}
	m.Oversized(Oversize{
		Pool: pool.ID, Client: client.ID, Use: use, Bytes: len(raw), Budget: pool.TokenBudget, Largest: largest(payloadOf(raw)),
	})
}

// payloadOf decodes the claims of a token of ours; nil if it is none.
func payloadOf(raw string) []byte {
	_, rest, _ := strings.Cut(raw, ".")
	encoded, _, _ := strings.Cut(rest, ".")
	payload, err := base64.RawURLEncoding.DecodeString(encoded)
	if err != nil {
		return nil
	}
	return payload
}

// largest finds the largest claims of a payload.
func largest(payload []byte) []ClaimSize {
	var sizes []ClaimSize
	decoder := jsontext.NewDecoder(strings.NewReader(string(payload)))
	if _, err := decoder.ReadToken(); err != nil { // {
		return nil
	}
	for decoder.PeekKind() == '"' {
		name, err := decoder.ReadToken()
		if err != nil {
			break
		}
		claim := ClaimSize{Name: name.String()}
		value, err := decoder.ReadValue()
		if err != nil {
			break
		}
		claim.Bytes = base64.RawURLEncoding.EncodedLen(len(claim.Name) + len(`"":,`) + len(value))
		sizes = append(sizes, claim)
	}
	slices.SortStableFunc(sizes, func(a, b ClaimSize) int { return cmp.Compare(b.Bytes, a.Bytes) })
	return sizes[:min(len(sizes), maxLargest)]
}
