// Command portico is a self-hosted sign-in service that speaks Amazon Cognito.
//
// One file holds each subcommand; wire.go introduces every room to the others and is the only place that names every
// concrete type.
package main
