package login

import "portico/userpool"

// MarkOf lets attacks bring secrets under other marks.
func MarkOf(pool userpool.ID, sub userpool.Sub) string { return markOf(pool, sub) }

// HashDevice is what is stored of a device's secret.
func HashDevice(secret string) []byte { return hashDevice(secret) }
