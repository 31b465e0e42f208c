package main

import (
	"context"
	"os"
	"os/signal"
	"runtime"
	"syscall"
)

// gcBallast is the size of an unused slice, in bytes. The garbage collector counts it as part of
// the heap, and runs when the heap has doubled. A script that walks over rows keeps a few megabytes
// and makes garbage all the time: without the slice the collector takes a third of the run. The
// slice is never written, so it takes no memory. A greater GOGC would let large heaps grow too.
const gcBallast = 6 << 20

func main() {
	ballast := make([]byte, gcBallast)
	code := Main(interruptible(), os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr})
	runtime.KeepAlive(ballast)
	os.Exit(code)
}

// interruptible returns a context that the first signal ends that asks for an end: Ctrl-C, Ctrl-\,
// SIGTERM, or the loss of the terminal, unless nohup has the command ignore it. The second one ends
// the process at once, because the signal handlers are removed before the context ends.
func interruptible() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGQUIT)
	if !signal.Ignored(syscall.SIGHUP) {
		signal.Notify(signals, syscall.SIGHUP)
	}
	go func() {
		<-signals
		signal.Stop(signals)
		cancel()
	}()
	return ctx
}
