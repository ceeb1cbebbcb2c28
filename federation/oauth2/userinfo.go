package oauth2

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/go-json-experiment/json"

	"portico/federation"
	"portico/federation/trace"
)

// userInfo asks the provider who the token is of.
func (p *Provider) userInfo(ctx context.Context, token string) (Claims, error) {
	address := p.at.UserInfo
	if p.manner.address != nil {
		var err error
		if address, err = p.manner.address(p, token); err != nil {
			return nil, err
		}
	}
	body, err := p.ask(ctx, StepUserInfo, p.method, address, token)
	if err != nil {
		return nil, err
	}
	said, err := ParseClaims(body)
	if err == nil && p.manner.unwrap != "" {
		said, err = ParseClaims(said[p.manner.unwrap])
	}
	if err != nil {
		return nil, p.unreadable(StepUserInfo)
	}
	return said, nil
}

// ask makes a request with the token in its header: a URL would end up in logs.
func (p *Provider) ask(ctx context.Context, step Step, method, address, token string) ([]byte, error) {
	call := p.caller.Call(ctx)
	defer call.End()
	header := p.manner.header.Clone()
	if header == nil {
		header = http.Header{}
	}
	if token != "" {
		header.Set("Authorization", "Bearer "+token)
	}
	asked := trace.Start(ctx, room, "Asked for "+string(step)).Waiting()
	body, err := call.Read(method, address, header)
	asked.End(err)
	if err != nil {
		return nil, p.caller.Failed(step, call.Failure(err))
	}
	return body, nil
}

func (p *Provider) unreadable(step Step) error {
	return p.caller.Failed(step, &badAnswer{status: http.StatusOK, text: "status 200: no JSON object of unique names"})
}

// subject is what identifies the person: a text, or a whole number.
func (p *Provider) subject(said Claims) (string, error) {
	refused := federation.Refuse("subject", "Bad user info subject", "%s is no text or number of 1 to %d bytes", p.manner.subject, maxSubject)
	value, ok := said.Lookup(p.manner.subject)
	if !ok {
		return "", refused
	}
	subject := ""
	switch value.Kind() {
	case '"':
		subject = unquote(value)
	case '0':
		subject = string(value)
		if strings.Trim(subject, "0123456789") != "" {
			return "", refused
		}
	}
	if subject == "" || len(subject) > maxSubject {
		return "", refused
	}
	return subject, nil
}

// decode reads an answer whose members we know.
func decode(body []byte, into any) error {
	if json.Unmarshal(body, into) != nil {
		return errors.New("unreadable") // the decoder's own text quotes the answer
	}
	return nil
}
