package main

import (
	"io"

	"github.com/dbos-script/dbos-script/runtime/terminal"
)

// aloud is standard error for a script: its log, its progress, and warnings about what it does. All of
// it counts for --max-output, once there is a VM.
type aloud struct{ h *host }

func (s *aloud) Write(text []byte) (int, error) { return s.bounded(s.h.app.err).Write(text) }

func (s *aloud) bounded(to io.Writer) io.Writer {
	if s.h.vm == nil {
		return to
	}
	return s.h.vm.Bounded(to)
}

// Status shows a line below all that is written, if standard error is a terminal.
func (s *aloud) Status(text string) {
	screen, ok := s.h.app.err.(*terminal.Writer)
	if !ok {
		return
	}
	if _, err := s.bounded(io.Discard).Write([]byte(text)); err == nil || text == "" {
		screen.Status(text)
	}
}

// styled takes text with colours of our own.
func (s *aloud) styled() io.Writer { return styledAloud{s} }

type styledAloud struct{ *aloud }

func (s styledAloud) Write(text []byte) (int, error) {
	to := s.h.app.err
	if coloured(to) {
		to = terminal.Styled(to)
	}
	return s.bounded(to).Write(text)
}
