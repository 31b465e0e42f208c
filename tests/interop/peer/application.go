package peer

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
)

// longestLine bounds one response, which may list hundreds of workflows.
const longestLine = 64 << 20

// Options say which application to start, and where. DatabaseURL is needed, and for Start Version
// too.
type Options struct {
	// Version is the version of the TypeScript SDK, one of Versions. Only Start reads it.
	Version string
	// DatabaseURL is the system database; the application creates or migrates its schema.
	DatabaseURL string
	// Schema holds the tables; empty is "dbos".
	Schema string
	// Name is the application's; empty is "peer".
	Name string
	// ApplicationVersion is the version that the application registers. Rows can be pinned to it.
	// Empty is "v1".
	ApplicationVersion string
	// Executor is the executor's ID; empty is "peer-1".
	Executor string
	// ClientOnly lets the process open only a client of its SDK, and start no application. Only the
	// process of the Go SDK knows it.
	ClientOnly bool
	// Queue is the queue that the application registers; empty is "ordinary". The application of
	// TypeScript does not read it, because it has several queues.
	Queue string
}

// Application is a running DBOS application. It is a process that reads a request from each line of
// its standard input, and writes a response to each line of its standard output, as JSON.
type Application struct {
	cmd     *exec.Cmd
	stdin   io.WriteCloser
	log     *safeBuffer   // its standard error
	pending *pending      // the requests without a response
	ready   chan struct{} // closed when it takes requests
	ended   chan struct{} // closed when the process has ended
	write   sync.Mutex    // held while a request is written
}

// Start installs the TypeScript SDK where needed, launches its application and waits until it takes
// requests: its schema exists then and its queues are registered. StartOther is for other SDKs.
func Start(ctx context.Context, opts Options) (*Application, error) {
	sdk, err := Install(ctx, opts.Version)
	if err != nil {
		return nil, err
	}
	root, err := moduleRoot()
	if err != nil {
		return nil, err
	}
	app := newApplication("node", "--no-deprecation", filepath.Join(root, "tests", "interop", "app", "main.mjs"))
	app.cmd.Env = append(os.Environ(), opts.environment(sdk)...)
	if err := app.launch(); err != nil {
		return nil, err
	}
	return app, app.awaitReady(ctx)
}

// environment returns the options as variables for the process. sdk is the folder of the SDK.
func (o Options) environment(sdk string) []string {
	clientOnly := ""
	if o.ClientOnly {
		clientOnly = "yes"
	}
	return []string{
		"PEER_CLIENT_ONLY=" + clientOnly,
		"PEER_SDK_DIR=" + sdk,
		"PEER_DATABASE_URL=" + o.DatabaseURL,
		"PEER_SCHEMA=" + o.Schema,
		"PEER_NAME=" + o.Name,
		"PEER_VERSION=" + o.ApplicationVersion,
		"PEER_EXECUTOR=" + o.Executor,
		"PEER_QUEUE=" + o.Queue,
	}
}

func newApplication(program string, arguments ...string) *Application {
	app := &Application{
		cmd:     exec.Command(program, arguments...),
		log:     &safeBuffer{},
		pending: newPending(),
		ready:   make(chan struct{}),
		ended:   make(chan struct{}),
	}
	app.cmd.Stderr = app.log
	return app
}

func (a *Application) launch() error {
	stdin, err := a.cmd.StdinPipe()
	if err != nil {
		return err
	}
	stdout, err := a.cmd.StdoutPipe()
	if err != nil {
		return err
	}
	a.stdin = stdin
	if err := a.cmd.Start(); err != nil {
		return fmt.Errorf("start the application: %w", err)
	}
	go a.read(stdout)
	return nil
}

// awaitReady waits until the application is ready. If the context ends before, the application is
// stopped. An error has the log of the application.
func (a *Application) awaitReady(ctx context.Context) error {
	select {
	case <-a.ready:
		return nil
	case <-a.ended:
		return a.failure("the application ended before it was ready")
	case <-ctx.Done():
		return errors.Join(a.failure("the application did not become ready"), ctx.Err(), a.Stop())
	}
}

// read passes on responses until the application's standard output ends, and then waits for the end
// of the process.
func (a *Application) read(stdout io.Reader) {
	lines := bufio.NewScanner(stdout)
	lines.Buffer(nil, longestLine)
	for lines.Scan() {
		a.receive(lines.Bytes())
	}
	a.cmd.Wait()
	close(a.ended)
}

// receive takes a line of standard output. The first response says that the application is ready.
func (a *Application) receive(line []byte) {
	var response response
	if err := json.Unmarshal(line, &response); err != nil {
		fmt.Fprintf(a.log, "a line that is no response: %s\n", line)
		return
	}
	if response.Ready {
		close(a.ready)
		return
	}
	a.pending.answer(response)
}

func (a *Application) failure(what string) error {
	return fmt.Errorf("%s; it logged:\n%s", what, a.Log())
}

// Log returns the application's standard error so far.
func (a *Application) Log() string { return a.log.String() }

// Stop ends the application like a crash: running workflows stay PENDING. A second call does
// nothing.
func (a *Application) Stop() error {
	a.stdin.Close()
	a.cmd.Process.Kill()
	<-a.ended
	return nil
}

// Signal sends the application's process a signal.
func (a *Application) Signal(signal os.Signal) error { return a.cmd.Process.Signal(signal) }
