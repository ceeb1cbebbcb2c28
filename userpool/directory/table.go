package directory

// makeRoom keeps a table in memory below its limit: it drops the entries that are over and, if that is not enough, a tenth of
// all, in the map's random order, so that nobody can choose whose entry goes. What must stay is never dropped for room.
func makeRoom[K comparable, V any](entries map[K]V, limit int, over func(V) bool, stays func(K) bool) {
	for key, entry := range entries {
		if over(entry) {
			delete(entries, key)
		}
	}
	for key := range entries {
		if len(entries) < limit-limit/10 {
			return
		}
		if !stays(key) {
			delete(entries, key)
		}
	}
}

// noneStays is for tables whose entries are all alike.
func noneStays[K any](K) bool { return false }
