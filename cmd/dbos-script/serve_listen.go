package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/runtime/monitor"
	"github.com/dbos-script/dbos-script/runtime/monitor/openmetrics"
	"github.com/dbos-script/dbos-script/runtime/plainfile"
	"github.com/dbos-script/dbos-script/stdlib"
)

// environmentToken has the token of --listen if no --token-file is given.
const environmentToken = "DBOS_SCRIPT_TOKEN"

const (
	// shortestToken is the least length of a token, in bytes: 16 random characters cannot be
	// guessed over a network.
	shortestToken = 16
	longestToken  = 4096
)

// readToken returns the token of the flags or the environment, or "" if there is none. It returns
// an error if flags of --listen are given without it, or if the token could be guessed.
func (a *app) readToken(cmd *cobra.Command, o serveOptions) (string, error) {
	if o.listen == "" {
		if o.tokenFile != "" {
			return "", usage(cmd, errors.New("--token-file is for --listen ADDRESS, which is missing"))
		}
		if cmd.Flags().Changed("listen") {
			return "", usage(cmd, errors.New("--listen: the address is empty; write 127.0.0.1:9464"))
		}
		return "", nil
	}
	source, token := "$"+environmentToken, os.Getenv(environmentToken)
	if o.tokenFile != "" {
		text, err := plainfile.ReadNamed(cmd.Context(), o.tokenFile, longestToken)
		if err != nil {
			return "", usage(cmd, fmt.Errorf("--token-file: %w", err))
		}
		source, token = o.tokenFile, string(text)
	} else if token == "" {
		return "", nil
	}
	return checkToken(source, token)
}

// checkToken returns a token without the line end of its file. No error has a part of the token.
func checkToken(source, text string) (string, error) {
	token := strings.TrimSpace(text)
	wrong := ""
	switch {
	case token == "":
		wrong = "it is empty"
	case len(token) < shortestToken:
		wrong = fmt.Sprintf("it has %d characters, and %d are the least", len(token), shortestToken)
	case strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' }):
		wrong = "it has a character that a header cannot carry: letters, digits and signs of ASCII are allowed"
	default:
		return token, nil
	}
	return "", &usageError{message: "the token of " + source + " cannot be used: " + wrong, hint: "`openssl rand -hex 32` prints a good one"}
}

const (
	// readyEvery and gaugesEvery are how long an answer of the database counts as new.
	readyEvery  = 2 * time.Second
	gaugesEvery = 15 * time.Second
	// readyPatience and gaugesPatience are how long the database has to answer.
	readyPatience  = 3 * time.Second
	gaugesPatience = 10 * time.Second
	// closingPatience is how long requests under way have at the end.
	closingPatience = 5 * time.Second
)

// listen opens the address of --listen, and answers until end is called.
func (a *app) listen(ctx context.Context, of *app, stats *serveStats, o serveOptions) (end func(), err error) {
	watch := newDatabaseWatch(of, stats.now)
	server, err := monitor.Listen(ctx, monitor.Config{
		Address: o.listen, Token: o.token, Logger: of.logger(), Alive: stats.stuck, Page: o.page, Now: stats.now,
		Ready: func(asking context.Context) []string {
			return append(stats.unready(ctx.Err() != nil), watch.unready(asking)...)
		},
		Metrics: func(asking context.Context) []openmetrics.Family {
			return append(stats.families(), watch.families(asking)...)
		},
	})
	if err != nil {
		watch.pools.Close()
		return nil, wrongAddress(err)
	}
	of.logger().Info("listening", "address", "http://"+server.Address())
	if server.Restricted() {
		of.logger().Warn("only /healthz and /readyz are answered: other machines reach this address, and there is no token", "hint", "--token-file FILE or $"+environmentToken)
	}
	go func() {
		if err := server.Serve(); err != nil {
			of.logger().Error("nobody answers over HTTP any more", "error", err)
		}
	}()
	return func() {
		ctx, cancel := context.WithTimeout(context.Background(), closingPatience)
		defer cancel()
		server.Close(ctx)
		watch.pools.Close()
	}, nil
}

// wrongAddress returns the error of --listen: wrong usage if the address is none, and otherwise a
// failure of the machine.
func wrongAddress(err error) error {
	wrong, ok := errors.AsType[*monitor.AddressError](err)
	switch {
	case !ok:
		return err
	case wrong.Taken:
		return &listenError{wrong}
	}
	return &usageError{message: "--listen: " + wrong.Message, hint: wrong.Hint}
}

// A listenError is an address that the machine refuses.
type listenError struct{ *monitor.AddressError }

func (e *listenError) ErrorHint() string {
	return "nothing was started; --listen 127.0.0.1:0 takes a free port"
}
func (e *listenError) ExitCode() int { return stdlib.ExitUnavailable }

// A databaseWatch asks the database of a server how it is, seldom enough for any number of readers.
type databaseWatch struct {
	app    *app
	pools  client.Pools // apart from the connections of runs, which may all be in use
	ping   monitor.Reading[struct{}]
	gauges monitor.Reading[*client.Gauges]
	down   bool // the log has said so
}

func newDatabaseWatch(a *app, now func() time.Time) *databaseWatch {
	w := &databaseWatch{app: a}
	w.ping = monitor.Reading[struct{}]{Every: readyEvery, Patience: readyPatience, Now: now, Read: w.answers}
	w.gauges = monitor.Reading[*client.Gauges]{Every: gaugesEvery, Patience: gaugesPatience, Now: now, Read: func(ctx context.Context) (g *client.Gauges, err error) {
		err = w.use(ctx, func(c client.Client) error {
			g, err = c.Gauges()
			return err
		})
		return g, err
	}}
	return w
}

// use calls use with a client that can change nothing. A client is made each time, because tables
// may have been migrated, or a file replaced; the connections stay open in between.
func (w *databaseWatch) use(ctx context.Context, use func(client.Client) error) error {
	url, embedded := w.app.options.url()
	if _, err := os.Stat(embeddedFile); embedded && err != nil {
		return errNoDatabase()
	}
	config := w.app.options.config(url)
	config.ReadOnly, config.DryRun, config.Strict, config.AppName, config.Pools, config.Logger = true, false, false, "", &w.pools, slog.New(slog.DiscardHandler)
	c, err := client.NewClient(ctx, config)
	if err != nil {
		return err
	}
	defer c.Shutdown(time.Second)
	return use(c)
}

// answering looks up one id.
func answering(c client.Client) error {
	_, err := c.ListWorkflows(client.WithListWorkflowsOptions(client.ListWorkflowsOptions{WorkflowIDs: []string{"-"}}))
	return err
}

// answers looks up one id, which takes as long in a large database as in a small one. The log says
// when the database stops and begins to answer.
func (w *databaseWatch) answers(ctx context.Context) (struct{}, error) {
	err := w.use(ctx, answering)
	switch {
	case err != nil && !w.down:
		w.app.logger().Error("not ready: the database does not answer", "error", err)
	case err == nil && w.down:
		w.app.logger().Info("the database answers again")
	}
	w.down = err != nil
	return struct{}{}, err
}

// unready returns the reason why the database cannot be used. The details are in the log alone,
// because everybody may read the reason.
func (w *databaseWatch) unready(ctx context.Context) []string {
	err := w.ping.Get(ctx).Err
	switch {
	case err == nil:
		return nil
	case client.CodeOf(err) == client.Initialization:
		return []string{"the database is no system database of DBOS; the log says more"}
	case errors.Is(err, monitor.ErrSlow):
		return []string{"the database has not answered within " + readyPatience.String()}
	}
	return []string{"the database does not answer; the log says why"}
}
