package stdlib_test

import (
	"bytes"
	"context"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/runtime/terminal"
	"github.com/dbos-script/dbos-script/stdlib"
	"github.com/dbos-script/dbos-script/stdlib/grants"
)

// told is a machine whose standard error is kept, and whose clock moves by a second each time it
// is asked.
func told(t *testing.T, watched bool) (*machine, *shared) {
	t.Helper()
	out, now := &shared{}, time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	m := newMachine(t, grants.Lists{}, func(h *stdlib.Host) {
		h.Stderr, h.Terminal = out, watched
		if watched {
			h.Stderr = (&terminal.Screen{}).Writer(out)
		}
		h.Clock = func() time.Time {
			now = now.Add(time.Second)
			return now
		}
	})
	return m, out
}

// shared is written to by a bar that draws itself.
type shared struct {
	mutex sync.Mutex
	text  bytes.Buffer
}

func (s *shared) Write(p []byte) (int, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.text.Write(p)
}

func (s *shared) String() string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.text.String()
}

func TestProgressIsALineNowAndThen(t *testing.T) {
	t.Parallel()
	m, out := told(t, false)
	m.prints(`local p = progress.new{total = 12, label = "orders"}
		for i = 1, 12 do p:add() end
		p:done() p:done() p:add(0)
		print(p.count, p.total)`, "12\t12")
	if want := "orders: 10 of 12 (83 %), 10 s, about 2 s left\norders: 12 of 12 (100 %), 13 s\n"; out.String() != want {
		t.Errorf("got\n%swant\n%s", out, want)
	}
	m.prints(`local p = progress.new() p:add(0) p:add(3) print(p.count)`, "3")
	m.raises(`progress.new():add(-1)`, "InvalidOption", `progress:add: argument "count": must be at least 0, got -1`)
	m.raises(`progress.new():add("x")`, "InvalidArgument", `progress:add: argument "count": integer expected, got string`)
}

func TestProgressSaysOnceThatAllIsDone(t *testing.T) {
	t.Parallel()
	m, out := told(t, false)
	m.prints(`local p = progress.new{total = 10, label = "orders"}
		for i = 1, 10 do p:add() end
		p:done()`, "")
	if want := "orders: 10 of 10 (100 %), 10 s\n"; out.String() != want {
		t.Errorf("got\n%swant\n%s", out, want)
	}
}

func TestProgressIsABarOnATerminal(t *testing.T) {
	t.Parallel()
	m, out := told(t, true)
	m.prints(`local p = progress.new{total = 2, label = "orders"} p:add(2) p:done() print("after")`, "after")
	if text := out.String(); text != "orders: 0 of 2 (0 %) ░░░░░░░░░░░░░░░░░░░░\r\x1b[Korders: 2 of 2 (100 %), 1 s ████████████████████\r\x1b[Korders: 2 of 2 (100 %), 2 s\n" {
		t.Errorf("the bar is %q", text)
	}
}

func TestABarEndsWithItsRun(t *testing.T) {
	t.Parallel()
	ended := make(chan struct{})
	m := newMachine(t, grants.Lists{}, func(h *stdlib.Host) { h.Stderr, h.Terminal = (&terminal.Screen{}).Writer(io.Discard), true })
	ctx, cancel := context.WithCancel(t.Context())
	context.AfterFunc(ctx, func() { close(ended) })
	if _, err := m.vm.RunString(ctx, "runbook.lua", `bar = progress.new{total = 2} error("no")`); err == nil {
		t.Fatal("no error")
	}
	cancel()
	<-ended
	m.prints(`bar:add(1) bar:done() print(bar.count)`, "1")
}

func TestLog(t *testing.T) {
	t.Parallel()
	m := newMachine(t, grants.Lists{})
	m.prints("log.info('one', {n = 1, t = time.parse('2026-01-02')})\nlog.warn('two')\nlog.error('three', {deep = {1, 2}})\nlog.debug('never')", "")
	for _, want := range []string{
		`level=INFO msg=one n=1 t=2026-01-02T00:00:00.000Z at=runbook.lua:1`,
		`level=WARN msg=two at=runbook.lua:2`,
		`level=ERROR msg=three deep=[1,2] at=runbook.lua:3`,
	} {
		if !strings.Contains(m.log.String(), want) {
			t.Errorf("%q is not logged:\n%s", want, m.log.String())
		}
	}
	if strings.Contains(m.log.String(), "never") {
		t.Error("debug messages are shown")
	}
	m.raises(`log.info("x", "y")`, "InvalidArgument", `log.info: argument "fields": table of names and values expected, got string`)
	for _, list := range []string{"{2}", "{[1] = 2}", "{{}}"} {
		m.raises(`log.warn("x", `+list+`)`, "InvalidArgument", `log.warn: argument "fields": table of names and values expected, got a list, which has no names: write {name = value}`)
	}
	m.raises(`log.info()`, "InvalidArgument", `log.info: argument "message" is missing`)
}
