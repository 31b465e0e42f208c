//go:build unix

package fullscreen

import (
	"os"
	"os/signal"
	"syscall"
)

// stop asks the whole job to stop, as the terminal does for Ctrl-Z when it is not taken over.
func stop() { _ = syscall.Kill(0, syscall.SIGTSTP) }

// watchJobControl gives the terminal back before the process stops, and takes it again when it goes
// on. A process that ignores SIGTSTP, because its shell has no job control, goes on doing so.
func (s *Screen) watchJobControl() (undo func()) {
	if signal.Ignored(syscall.SIGTSTP) {
		return func() {}
	}
	stops, goesOn := make(chan os.Signal, 1), make(chan os.Signal, 1)
	signal.Notify(stops, syscall.SIGTSTP)
	signal.Notify(goesOn, syscall.SIGCONT)
	go func() {
		for {
			select {
			case <-stops:
				s.Aside(func() {
					for len(goesOn) > 0 {
						<-goesOn
					}
					_ = syscall.Kill(os.Getpid(), syscall.SIGSTOP)
					select {
					case <-goesOn: // the stop reaches all threads a moment later than this one goes on
					case <-s.closed:
					}
				})
			case <-s.closed:
				return
			}
		}
	}()
	return func() {
		signal.Stop(stops)
		signal.Stop(goesOn)
	}
}
