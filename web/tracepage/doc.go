// Package tracepage turns a trace into what its page shows: the same page in the workbench of "portico dev" and, after a
// connection test, at a pool's own domain.
package tracepage
