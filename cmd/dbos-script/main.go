package main

import (
	"context"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"syscall"
)

// gcBallast is the size of an unused slice, in bytes. The garbage collector counts it as part of
// the heap, and runs when the heap has doubled. A script that walks over rows keeps a few megabytes
// and makes garbage all the time: without the slice the collector takes a third of the run. The
// slice is never written, so it takes no memory. A greater GOGC would let large heaps grow too.
const gcBallast = 6 << 20

// firstGC is GOGC until the first collection of garbage, which happens at 16 MB then, slice
// included, because Go multiplies its least heap of 4 MB by it. Without it, the slice itself would
// have the collector run at the start of each command.
const firstGC = 400

func main() {
	ballast := calmGC()
	code := Main(interruptible(), os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr})
	runtime.KeepAlive(ballast)
	os.Exit(code)
}

// calmGC makes the garbage collector run later, and returns a slice that the caller keeps.
func calmGC() []byte {
	if normal := debug.SetGCPercent(firstGC); normal < 0 || os.Getenv("GOGC") != "" {
		debug.SetGCPercent(normal) // the user has chosen
	} else {
		type mark struct{ _ [16]byte }
		runtime.AddCleanup(new(mark), func(percent int) { debug.SetGCPercent(percent) }, normal)
	}
	return make([]byte, gcBallast)
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
