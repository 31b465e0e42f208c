// Command dbos-script runs Lua scripts against the system database of a DBOS application.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	os.Exit(Main(interruptible(), os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr}))
}

// interruptible gives a context that the first Ctrl-C or SIGTERM ends, which asks for a clean end. The second one ends
// the process at once: the signals are given back before the context ends, so that whoever is told so can rely on it.
func interruptible() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-signals
		signal.Stop(signals)
		cancel()
	}()
	return ctx
}
