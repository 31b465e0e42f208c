package run

import (
	"context"
	"errors"
	"os"

	"github.com/dbos-script/dbos-script/runtime/fullscreen"
	"github.com/dbos-script/dbos-script/runtime/run/guard"
	"github.com/dbos-script/dbos-script/runtime/terminal"
	"github.com/dbos-script/dbos-script/stdlib"
)

var errScreenOpen = errors.New("the script has taken over the terminal already; call screen:close() first")

// fullScreen returns the function that takes over the terminal; nil if the run does not own it.
func (r *Run) fullScreen() func(context.Context) (stdlib.FullScreen, error) {
	if !r.config.FullScreen || !terminal.Is(r.config.Stdout) {
		return nil
	}
	return func(context.Context) (stdlib.FullScreen, error) { return r.openScreen() }
}

func (r *Run) openScreen() (*fullscreen.Screen, error) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if r.screen != nil && r.screen.IsOpen() {
		return nil, errScreenOpen
	}
	options := fullscreen.Options{Colour: terminal.Coloured(r.config.Stdout), Interrupt: r.interrupt}
	if w, ok := r.config.Stdout.(*terminal.Writer); ok {
		options.Hold = w.Hold
	}
	s, err := fullscreen.Open(options)
	if err != nil {
		return nil, err
	}
	r.screen = s
	context.AfterFunc(r.ctx, s.Abandon) // at a signal, while a call of the script may still be under way
	return s, nil
}

// interrupt does as the terminal does for Ctrl-C when no script has taken it over.
func (r *Run) interrupt() {
	process, err := os.FindProcess(os.Getpid())
	if err != nil || process.Signal(os.Interrupt) != nil {
		r.cancel(context.Canceled)
	}
}

func (r *Run) currentScreen() *fullscreen.Screen {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return r.screen
}

// closeScreen gives the terminal back, so that the end of the run can be read.
func (r *Run) closeScreen() {
	if s := r.currentScreen(); s != nil {
		s.Close()
	}
}

// asking returns Config.Ask for a person who may look at a screen of the script: the question has
// the terminal until it is answered.
func (r *Run) asking() func(context.Context, guard.Question) (bool, error) {
	ask := r.config.Ask
	if ask == nil {
		return nil
	}
	return func(ctx context.Context, q guard.Question) (yes bool, err error) {
		s := r.currentScreen()
		if s == nil {
			return ask(ctx, q)
		}
		s.Aside(func() { yes, err = ask(ctx, q) })
		return yes, err
	}
}
