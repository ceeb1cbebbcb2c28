package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"portico/config"
)

// Exit codes: 0 all is well, 1 it failed, 2 the command line or the file is wrong.
const (
	exitFailed = 1
	exitUsage  = 2
)

func main() {
	// The second signal ends the program at once: stop restores the default once the first has come.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	os.Exit(run(ctx, os.Args[1:], surroundings{
		env: os.LookupEnv, stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr, configDir: os.UserConfigDir,
	}))
}

// surroundings are what the program has of the machine it runs on; tests bring their own.
type surroundings struct {
	env            func(string) (string, bool)
	stdin          io.Reader
	stdout, stderr io.Writer
	configDir      func() (string, error)
}

// commandLine is the whole command line.
type commandLine struct {
	Dev      devCommand      `cmd:"" help:"Run everything on this machine for development: a seeded user pool, a demo app, practice identity providers and an inbox."`
	Serve    serveCommand    `cmd:"" help:"Run the server from a configuration file."`
	Validate validateCommand `cmd:"" help:"Check a configuration file and report every fault at once."`
	IDP      idpCommand      `cmd:"" name:"idp" help:"Work on identity providers."`
	Identity identityCommand `cmd:"" help:"Link users to their accounts at identity providers."`
	Client   clientCommand   `cmd:"" help:"Work on app clients."`
	Keys     keysCommand     `cmd:"" help:"List and rotate the keys that sign tokens, and those of SAML."`
	Revoke   revokeCommand   `cmd:"" help:"End all tokens of a user, or all that an app client was given."`
	Trace    traceCommand    `cmd:"" help:"Print what a sign-in at an identity provider was made of, by the reference that its error page and the log show."`
	Words    wordsCommand    `cmd:"" help:"Print every text of the pages and e-mails in a language, to be changed for a user pool."`
	Messages messagesCommand `cmd:"" help:"Print an e-mail or text message of ours, to be changed for a user pool."`
	Version  versionCommand  `cmd:"" help:"Print the version."`
}

// run is the program without its process: it parses, runs the subcommand until the context ends, and returns an exit code.
func run(ctx context.Context, args []string, around surroundings) int {
	var cli commandLine
	exited, code := false, 0
	parser, err := kong.New(&cli,
		kong.Name("portico"),
		kong.Description("A self-hosted sign-in service that speaks Amazon Cognito.\n\nStart with: portico dev"),
		kong.Writers(around.stdout, around.stderr),
		kong.UsageOnError(),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.Exit(func(c int) { exited, code = true, c }),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(around),
	)
	if err != nil {
		fmt.Fprintln(around.stderr, "portico:", err)
		return exitFailed
	}
	parsed, err := parser.Parse(args)
	if exited { // --help was printed
		return code
	}
	if err != nil {
		fmt.Fprintf(around.stderr, "portico: %v\nRun portico --help to see what there is.\n", err)
		return exitUsage
	}
	if err := parsed.Run(); err != nil {
		var faults *config.Faults
		if errors.As(err, &faults) {
			fmt.Fprintln(around.stderr, faults.Error())
			return exitUsage
		}
		fmt.Fprintln(around.stderr, "portico:", err)
		return exitFailed
	}
	return 0
}
