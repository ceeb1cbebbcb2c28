package words

import "context"

type contextKey struct{}

// With returns a context that carries words: those of the page that a request is for, so that an e-mail it causes speaks the
// same language.
func With(ctx context.Context, w Words) context.Context {
	return context.WithValue(ctx, contextKey{}, w)
}

// From returns the words of a request, and whether they were chosen; English where they were not.
func From(ctx context.Context) (Words, bool) {
	w, ok := ctx.Value(contextKey{}).(Words)
	return w, ok
}
