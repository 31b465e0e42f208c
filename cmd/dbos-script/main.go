// Command dbos-script runs Lua scripts against the system database of a DBOS application.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// The second Ctrl-C ends the process at once: the first one only asks for a clean end.
	context.AfterFunc(ctx, stop)
	os.Exit(Main(ctx, os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr}))
}
