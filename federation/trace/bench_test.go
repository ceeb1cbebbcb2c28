package trace

import (
	"context"
	"fmt"
	"testing"
	"time"
)

// BenchmarkWholeTrace is what a trace adds to a sign-in: ten steps, fourteen checks, fifteen claims, packed.
func BenchmarkWholeTrace(b *testing.B) {
	claims, mapping := map[string][]string{}, map[string]string{}
	for i := range 15 {
		name := fmt.Sprint("claim", i)
		claims[name] = []string{"Ines Duarte of " + name}
		mapping[fmt.Sprint("custom:", i)] = name
	}
	size := 0
	for b.Loop() {
		d := New("7F3K-9QWM", time.Now, nil).Leave()
		r := New("XXXX-XXXX", time.Now, nil)
		ctx := With(context.Background(), r)
		r.Resume(d, "Harbor", "federation/oidc")
		r.About("us-east-1_A", "Harbor", "OIDC", "client")
		for range 7 {
			Start(ctx, "federation/oidc", "Code exchanged with Harbor").Waiting().Note("One round trip to %s.", "https://harbor.example/token").End(nil)
		}
		Passed(ctx, "", "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n")
		r.Said("the verified ID token and user info", "subject-of-the-person", claims)
		r.Mapped(Result{Mapping: mapping, Claims: claims})
		stored, err := r.PackSigned("sub", true, "One commit.")
		if err != nil {
			b.Fatal(err)
		}
		size = len(stored.Packed)
	}
	b.ReportMetric(float64(size), "bytes")
}
