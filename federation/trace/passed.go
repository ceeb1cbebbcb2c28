package trace

import (
	"context"
	"slices"
)

// Passed records checks that were made in this order: all of them if failed is empty, else those before the one that failed.
// If that one is not in the list, it is not known how far the others got, and none is recorded.
func Passed(ctx context.Context, failed string, checks ...string) {
	r := From(ctx)
	if r == nil {
		return
	}
	if failed != "" {
		i := slices.Index(checks, failed)
		if i < 0 {
			return
		}
		checks = checks[:i]
	}
	for _, check := range checks {
		r.Pass(check, "")
	}
}
