// Package pgtest gives tests a PostgreSQL of their own: a private cluster in a
// temporary folder, on a unix socket only, one per test process, gone when the
// process ends in whatever way. It never touches a cluster of the system.
//
// The code carries the build tag system, because it needs PostgreSQL's server
// programs; a test that cannot have them fails and names the command that
// installs them.
package pgtest
