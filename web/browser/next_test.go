package browser

import (
	"context"
	"errors"
	"testing"
	"time"

	"portico/userpool"
	"portico/userpool/grant"
	"portico/userpool/login"
)

// without is a store that cannot be read.
type without struct{ grant.Storage }

func (without) SessionAlive(context.Context, userpool.ID, []byte) (bool, error) {
	return false, errors.New("disk I/O error")
}

// Tokens that could not be made are a fault that the app is told (RFC 6749 §4.2.2.1), in the fragment as they would have been.
func TestFaultOfTheImplicitFlow(t *testing.T) {
	pool := &userpool.Pool{ID: "us-east-1_Web000001"}
	g := &Guide{Exchanger: &grant.Exchanger{Storage: without{}, Now: time.Now, NewID: func() string { return "id" }}}
	a := &login.Authorization{Request: login.Request{ResponseType: "token", State: "s"}, Pool: pool, Client: &userpool.AppClient{ID: "app", Pool: pool.ID}}
	_, err := g.response(t.Context(), a, grant.Authorization{Pool: pool.ID, Client: "app"})
	var told *login.Return
	if !errors.As(err, &told) {
		t.Fatalf("%v, want what the app is told", err)
	}
	if r := told.Response(); r.Location() != "#state=s&error=server_error" || !told.Ours() {
		t.Errorf("the app is sent %q", r.Location())
	}
}
