// Package archtest holds the shape of the house: who may import whom, where
// HTTP, SQL, the environment and the clock may be touched, and what no package
// may be called. The rules are data in table.go, each with its reason; a
// failure prints the reason. The rules read syntax only, so the whole check
// takes well under a second.
//
// When a rule stands in the way of something good, change the table and
// ARCHITECTURE.md in one commit, and say why there.
package archtest
