// Package compromised knows passwords that were found in breaches, so that nobody chooses one of them. It asks a Source by
// SHA-1, the form in which Have I Been Pwned publishes them: a sorted file on this machine, or a service that is told the
// first five digits of the hash alone.
//
// A source that cannot answer stops nobody: the password passes, the log says so, and it is counted.
package compromised
