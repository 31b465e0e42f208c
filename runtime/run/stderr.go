package run

import (
	"io"
	"log/slog"

	"github.com/dbos-script/dbos-script/runtime/terminal"
)

// boundedStderr is standard error for a script: its log, its progress, and warnings about its
// calls. All of it counts toward Limits.Output as soon as the run has its VM, which keeps the
// count.
type boundedStderr struct{ run *Run }

func (s *boundedStderr) Write(text []byte) (int, error) {
	return s.bounded(s.run.config.Stderr).Write(text)
}

// logHandler returns the handler of the script's log: lines for people, or JSON if standard error
// is a JSONLog.
func (s *boundedStderr) logHandler() slog.Handler {
	if log, ok := s.run.config.Stderr.(*terminal.JSONLog); ok {
		return log.HandlerTo(boundedStream{s, log.Stream()})
	}
	return terminal.NewLog(s.styled(), terminal.LogOptionsFor(s.run.config.Stderr, s.run.config.Verbose))
}

// boundedStream writes to another writer than standard error, such as the stream of a JSONLog, and
// counts the bytes like boundedStderr.
type boundedStream struct {
	*boundedStderr
	to io.Writer
}

func (s boundedStream) Write(text []byte) (int, error) { return s.bounded(s.to).Write(text) }

// bounded returns a writer to another one that counts the bytes, and returns an error at the limit.
func (s *boundedStderr) bounded(to io.Writer) io.Writer {
	if s.run.vm == nil {
		return to
	}
	return s.run.vm.Bounded(to)
}

// Status shows a line below all that is written, in place of the one before; "" removes it. It does
// nothing if standard error is no terminal. The text counts too, so a line beyond the limit ends
// the run and is not shown, but the last one can still be removed.
func (s *boundedStderr) Status(text string) {
	screen, ok := s.run.config.Stderr.(*terminal.Writer)
	if !ok {
		return
	}
	if _, err := s.bounded(io.Discard).Write([]byte(text)); err == nil || text == "" {
		screen.Status(text)
	}
}

// styled returns a writer for text with colours of our own, such as the lines of the log. Write
// would remove them like the colours of a script.
func (s *boundedStderr) styled() io.Writer { return styledStderr{s} }

type styledStderr struct{ *boundedStderr }

func (s styledStderr) Write(text []byte) (int, error) {
	to := s.run.config.Stderr
	if terminal.Coloured(to) {
		to = terminal.Styled(to)
	}
	return s.bounded(to).Write(text)
}
