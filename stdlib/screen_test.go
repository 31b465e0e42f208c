package stdlib_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/runtime/fullscreen"
	"github.com/dbos-script/dbos-script/stdlib"
	"github.com/dbos-script/dbos-script/stdlib/grants"
)

// A canvas keeps the lines that are drawn, and has keys that wait.
type canvas struct {
	drawn  []string
	keys   []string
	waits  []time.Duration
	closed bool
}

func (c *canvas) Size() (width, height int) { return 80, 24 }

func (c *canvas) Draw(lines []fullscreen.Line) error {
	if c.closed {
		return fullscreen.ErrClosed
	}
	c.drawn = nil
	for _, line := range lines {
		c.drawn = append(c.drawn, fmt.Sprint(line))
	}
	return nil
}

func (c *canvas) Key(_ context.Context, timeout time.Duration) (string, error) {
	c.waits = append(c.waits, timeout)
	if c.closed {
		return "", fullscreen.ErrClosed
	}
	if len(c.keys) == 0 {
		return "", nil
	}
	key := c.keys[0]
	c.keys = c.keys[1:]
	return key, nil
}

func (c *canvas) Close() { c.closed = true }

// drawing returns a machine whose scripts draw on a canvas.
func drawing(t *testing.T, keys ...string) (*machine, *canvas) {
	t.Helper()
	c := &canvas{keys: keys}
	return newMachine(t, grants.Lists{}, func(h *stdlib.Host) {
		h.FullScreen = func(context.Context) (stdlib.FullScreen, error) { return c, nil }
	}), c
}

func TestScreenDraws(t *testing.T) {
	t.Parallel()
	m, c := drawing(t, "up", "q")
	m.prints(`s = screen.new()
		s:draw{"plain", {"two ", {"parts", "bold red"}, 7}, {}, true}
		print(s.width, s.height, s:key("2s"), s:key(), s:key(0), tostring(s))`, "80\t24\tup\tq\tnil\tscreen")
	if got, want := strings.Join(c.drawn, "\n"), "[{plain }]\n[{two  } {parts bold red} {7 }]\n[]\n[{true }]"; got != want {
		t.Errorf("drawn:\n%s\nwant\n%s", got, want)
	}
	if got := fmt.Sprint(c.waits); got != "[2s -1ns 0s]" {
		t.Errorf("waits %s", got)
	}
	m.prints(`s:close() s:close() print(screen.available())`, "true")
	m.raises(`s:draw{}`, "InvalidArgument", "screen:draw: the screen is closed")
	m.raises(`s:key()`, "InvalidArgument", "screen:key: the screen is closed")
}

func TestScreenRefusesWrongLines(t *testing.T) {
	t.Parallel()
	m, _ := drawing(t)
	m.prints(`s = screen.new()`, "")
	for lines, message := range map[string]string{
		`"text"`:                   `screen:draw: argument "lines": array of lines expected, got string`,
		`{{{"a", "bald"}}}`:        `screen:draw: argument "lines"[1][1]: there is no style "bald" (did you mean "bold"?)`,
		`{"a", {"b", {"c"}}}`:      `screen:draw: argument "lines"[2][2]: {text, style} expected, got 1 values`,
		`{"a", {{"b", 7}}}`:        `screen:draw: argument "lines"[2][1]: style expected, got number`,
		`{{{}}}`:                   `screen:draw: argument "lines"[1][1]: {text, style} expected, got 0 values`,
		`{{a = 1}}`:                `screen:draw: argument "lines"[1]: text expected, got table`,
		`{{{print, "bold"}}}`:      `screen:draw: argument "lines"[1][1]: text expected, got function`,
		`{function() end, "more"}`: `screen:draw: argument "lines"[1]: text expected, got function`,
	} {
		m.raises(`s:draw(`+lines+`)`, "InvalidArgument", message)
	}
	m.raises(`s:key(-1)`, "InvalidOption", `screen:key: argument "timeout": must be at least 0, got -1s`)
}

func TestScreenNeedsATerminal(t *testing.T) {
	t.Parallel()
	m := newMachine(t, grants.Lists{})
	m.prints(`print(screen.available())`, "false")
	m.raises(`screen.new()`, "NoTerminal", "screen.new: there is no terminal to draw on")
}

func TestScreenHasColumns(t *testing.T) {
	t.Parallel()
	for columns, want := range map[int]string{0: "nil", 97: "97"} {
		m := newMachine(t, grants.Lists{}, func(h *stdlib.Host) { h.Columns = func() int { return columns } })
		m.prints(`print(screen.columns())`, want)
	}
	newMachine(t, grants.Lists{}).prints(`print(screen.columns())`, "nil")
}

func TestScreenWrapsTexts(t *testing.T) {
	t.Parallel()
	m := newMachine(t, grants.Lists{})
	for text, want := range map[string]string{
		`"short", 10`: "short", `"", 10`: "", `12, 1`: "1|2", `"one two three", 8`: "one two|three", `"one two three", 8, {indent = 2}`: "one two|  three",
		`"a\nb", 3`: `a\n|b`, `"  deep words", 8, {indent = 4}`: "  deep|    word|    s", `"日本語", 5`: "日本|語", `"日本", 1`: "日|本", `"abcdef", 3, {indent = 2}`: "abc|def",
		`"abcdefgh", 4, {indent = 2}`: "abcd|  ef|  gh",
	} {
		m.prints(`print(table.concat(screen.wrap(`+text+`), "|"))`, want)
	}
	m.raises(`screen.wrap("a", 0)`, "InvalidOption", `screen.wrap: argument "width": must be at least 1, got 0`)
}

func TestScreenFitsTexts(t *testing.T) {
	t.Parallel()
	m := newMachine(t, grants.Lists{})
	m.prints(`print(("[%s]"):rep(7, "|"):format(screen.fit("ab", 4), screen.fit("abcdef", 4), screen.fit(12, 4, {right = true}), screen.fit("日本語", 5),
		screen.fit("a\nb", 4), screen.fit("x", 0), screen.fit("日本", 3, {right = true})))`, `[ab  ]|[abc…]|[  12]|[日本…]|[a\nb]|[]|[日…]`)
	m.prints(`print(screen.width("日本\27"), screen.width(""), screen.width(nil))`, "8\t0\t3")
	m.raises(`screen.fit("a", -1)`, "InvalidOption", `screen.fit: argument "width": must be at least 0, got -1`)
}
