package terminal

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"sync"
	"time"
)

// A JSONLog writes log records as JSON, one object a line, for programs that collect logs. As an
// io.Writer it makes a record of each line of text, so all that a stream receives is JSON.
type JSONLog struct {
	to     *wholeLines
	level  slog.Level
	fields []any // name, value, name, value …

	mutex sync.Mutex
	line  []byte // without its end so far
}

// longestLine is the size in bytes from which a line of text becomes two records.
const longestLine = 64 << 10

// NewJSONLog returns a log that writes to out. Debug messages are left out unless verbose is set.
func NewJSONLog(out io.Writer, verbose bool) *JSONLog {
	l := &JSONLog{to: &wholeLines{to: out}, level: slog.LevelInfo}
	if verbose {
		l.level = slog.LevelDebug
	}
	return l
}

// With returns a log that adds fields to each record, such as the id of a run.
func (l *JSONLog) With(fields ...any) *JSONLog {
	return &JSONLog{to: l.to, level: l.level, fields: append(append([]any{}, l.fields...), fields...)}
}

// Copied returns a log that also writes its records to another writer.
func (l *JSONLog) Copied(to io.Writer) *JSONLog {
	return &JSONLog{to: &wholeLines{to: io.MultiWriter(l.to, to)}, level: l.level, fields: l.fields}
}

// Handler returns a handler of log records, which writes to the stream of the log.
func (l *JSONLog) Handler() slog.Handler { return l.HandlerTo(l.to) }

// Stream returns the writer of whole records, for HandlerTo.
func (l *JSONLog) Stream() io.Writer { return l.to }

// HandlerTo returns a handler that writes to another writer, which bounds or counts what it passes
// on to Stream.
func (l *JSONLog) HandlerTo(to io.Writer) slog.Handler {
	handler := slog.NewJSONHandler(to, &slog.HandlerOptions{Level: l.level, ReplaceAttr: jsonValue})
	return slog.New(handler).With(l.fields...).Handler()
}

// jsonValue writes times in UTC, and durations as seconds.
func jsonValue(_ []string, a slog.Attr) slog.Attr {
	switch a.Value.Kind() {
	case slog.KindTime:
		a.Value = slog.StringValue(a.Value.Time().UTC().Format(TimeLayout))
	case slog.KindDuration:
		a.Value = slog.Float64Value(a.Value.Duration().Seconds())
	}
	return a
}

// Write makes an INFO record of each line. The end of a line that has none yet waits for more.
func (l *JSONLog) Write(text []byte) (int, error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.line = append(l.line, text...)
	for {
		line, rest, ended := bytes.Cut(l.line, []byte("\n"))
		if !ended && len(l.line) < longestLine {
			return len(text), nil
		}
		l.line = append([]byte{}, rest...)
		if err := l.record(line); err != nil {
			return 0, err
		}
	}
}

// Close writes a line that has no end.
func (l *JSONLog) Close() error {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	line := l.line
	l.line = nil
	return l.record(line)
}

func (l *JSONLog) record(line []byte) error {
	text := Text(string(bytes.TrimRight(line, "\r")))
	if text == "" {
		return nil
	}
	record := slog.NewRecord(time.Now(), slog.LevelInfo, text, 0)
	return l.Handler().Handle(context.Background(), record)
}

// wholeLines lets several goroutines write, one record at a time. A record without its end was cut
// by a bound, and is left out.
type wholeLines struct {
	mutex sync.Mutex
	to    io.Writer
}

func (w *wholeLines) Write(text []byte) (int, error) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	if !bytes.HasSuffix(text, []byte("\n")) {
		return len(text), nil
	}
	return w.to.Write(text)
}
