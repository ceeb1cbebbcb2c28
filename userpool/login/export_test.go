package login

import "portico/userpool"

// MarkOf lets attacks bring secrets under other marks.
func MarkOf(pool userpool.ID, sub userpool.Sub) string { return markOf(pool, sub) }
