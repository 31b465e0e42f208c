package main

import (
	"context"
	"os"
	"os/signal"
	"runtime"
	"syscall"
)

// headroom counts as part of the heap to the garbage collector, which runs when the heap has
// doubled. A script that walks over rows keeps a few megabytes and makes garbage all the time:
// without it the collector takes a third of the run. It is never touched, so it takes no memory,
// and where a script keeps much it makes no difference, as a greater GOGC would.
const headroom = 6 << 20

func main() {
	reserve := make([]byte, headroom)
	code := Main(interruptible(), os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr})
	runtime.KeepAlive(reserve)
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
