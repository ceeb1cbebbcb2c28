package templates

import "context"

type brandKey struct{}

// withBrand hands a page's brand to the parts that show it. They are called by every page, and a page that could forget to pass it
// on would one day look like somebody else's.
func withBrand(ctx context.Context, b Brand) context.Context {
	return context.WithValue(ctx, brandKey{}, b)
}

func brandOf(ctx context.Context) Brand {
	b, _ := ctx.Value(brandKey{}).(Brand)
	return b
}
