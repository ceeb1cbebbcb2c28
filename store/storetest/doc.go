// Package storetest is the conformance suite of the store: what login, grant and directory rely on, races included. It
// sees the store through its exported methods alone, and both databases pass all of it.
package storetest
