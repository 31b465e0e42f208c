package stdlib

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/fullscreen"
	"github.com/dbos-script/dbos-script/runtime/terminal"
)

// A FullScreen is a terminal that a script draws on. It is a fullscreen.Screen but in tests.
type FullScreen interface {
	Size() (width, height int)
	Draw(lines []fullscreen.Line) error
	Key(ctx context.Context, timeout time.Duration) (string, error)
	Close()
}

// ErrNoTerminal is the error of Host.FullScreen if standard output is no terminal.
var ErrNoTerminal = errors.New("there is no terminal to draw on")

func screenModule(host Host) declare.Module {
	return declare.Module{
		Name:    "screen",
		Section: declare.ScriptSection,
		Guesses: map[string]string{"open": "new", "init": "new", "is_terminal": "available", "isatty": "available", "pad": "fit", "cut": "fit", "size": "columns"},
		Doc: "Takes over the terminal: draws lines over the whole of it, and reads keys. The terminal is as before when the script " +
			"ends, in whatever way; while the screen is open, the output of `print`, `emit` and `log` is kept back. Ctrl-C interrupts " +
			"the run, and Ctrl-Z stops it until `fg`.",
		Funcs:   []declare.Func{screenAvailable(host), screenNew(host), screenColumns(host), screenFit(), screenWrap(), screenWidth()},
		Classes: []*declare.Class{screenClass()},
	}
}

// codeNoTerminal is the code of the error of screen.new without a terminal.
const codeNoTerminal = "NoTerminal"

// A noTerminal is an error about a terminal that there is not, or that cannot be used.
type noTerminal struct{ cause error }

func (e *noTerminal) Error() string     { return "screen.new: " + e.cause.Error() }
func (e *noTerminal) ErrorCode() string { return codeNoTerminal }
func (e *noTerminal) ErrorHint() string {
	if !errors.Is(e.cause, ErrNoTerminal) {
		return ""
	}
	return "a screen needs standard output to be a terminal, in a run of its own; screen.available() says beforehand whether it is"
}

func screenAvailable(host Host) declare.Func {
	return declare.Fn("available", "Returns whether the script can take over a terminal.",
		func(context.Context, declare.None) (bool, error) { return host.FullScreen != nil, nil }).Reads().
		Returning("false if standard output is not a terminal, as in a pipe, or if the run shares it with others").
		Example("if not screen.available() then print(\"a line for a pipe\") end")
}

func screenNew(host Host) declare.Func {
	return declare.Fn("new", "Takes over the terminal, until the screen is closed or the script ends.",
		func(ctx context.Context, _ declare.None) (FullScreen, error) {
			if host.FullScreen == nil {
				return nil, &noTerminal{ErrNoTerminal}
			}
			s, err := host.FullScreen(ctx)
			if err != nil {
				return nil, &noTerminal{err}
			}
			return s, nil
		}).Outside().
		Returning("the screen").
		Raises(codeNoTerminal).
		Example("local s = screen.available() and screen.new()\nwhile s do\n  s:draw{{{\"Now: \", \"bold\"}, tostring(time.now())}, \"q ends\"}\n" +
			"  if s:key(\"1s\") == \"q\" then break end\nend")
}

func screenFit() declare.Func {
	type args struct {
		Text  declare.Raw `arg:"text" doc:"A text, a number, or another value that is no table or function."`
		Width int         `arg:"width" doc:"How many columns it is to take." min:"0" max:"10000"`
		Right bool        `json:"right" doc:"Blanks stand before the text instead of behind it, as for numbers."`
	}
	return declare.Fn("fit", "Returns a text of an exact width in columns of a terminal: with blanks or … at its end.",
		func(_ context.Context, a args) (string, error) {
			text, err := plainText(a.Text)
			if err != nil {
				return "", err
			}
			switch {
			case a.Width == 0:
				return "", nil
			case terminal.Width(text) > a.Width:
				text = terminal.Cut(text, a.Width)
			}
			blanks := strings.Repeat(" ", max(0, a.Width-terminal.Width(text)))
			if a.Right {
				return blanks + text, nil
			}
			return text + blanks, nil
		}).Pure().
		Returning("the text on one line, without control characters").
		Example("print(screen.fit(\"process_order\", 8) .. screen.fit(12, 5, {right = true}))")
}

func screenWidth() declare.Func {
	type args struct {
		Text declare.Raw `arg:"text" doc:"A text, a number, or another value that is no table or function."`
	}
	return declare.Fn("width", "Returns how many columns of a terminal a text takes.",
		func(_ context.Context, a args) (int64, error) {
			text, err := plainText(a.Text)
			return int64(terminal.Width(text)), err
		}).Pure().
		Returning("the columns; wide characters take two").
		Example("print(screen.width(\"日本\"))")
}

// longestColumn is how many bytes a text may have that is laid out in columns.
const longestColumn = 64 << 10

// plainText returns the text of a value on one line, in which nothing drives a terminal.
func plainText(raw declare.Raw) (string, error) {
	text, mistake := spanText(raw, "text")
	switch {
	case mistake != nil:
		return "", mistake
	case len(text) > longestColumn:
		return "", declare.BadArgument("text", "is longer than %d bytes", longestColumn)
	}
	return terminal.Line(text), nil
}

func screenClass() *declare.Class {
	type drawArgs struct {
		Lines declare.Raw `arg:"lines" doc:"An array of lines. A line is a text, or an array of texts and of {text, style}."`
	}
	type keyArgs struct {
		Timeout *time.Duration `arg:"timeout,optional" doc:"The longest wait. Without it the wait has no limit." min:"0"`
	}
	const drawn = "if screen.available() then\n  local s = screen.new()\n  s:draw{{\"state \", {\"ERROR\", \"bold red\"}}, \"any key ends\"}\n  s:key()\n  s:close()\nend"
	return declare.ClassOf[FullScreen]("screen", "A terminal that the script has taken over.").
		With(
			declare.Get("width", "How many columns it has now.", func(s FullScreen) int64 { width, _ := s.Size(); return int64(width) }),
			declare.Get("height", "How many lines it has now.", func(s FullScreen) int64 { _, height := s.Size(); return int64(height) }),
		).
		Having(
			declare.MethodDo("draw", "Shows lines in place of the old ones; lines and columns that have no room are left out.",
				func(_ context.Context, s FullScreen, a drawArgs) error {
					lines, err := screenLines(a.Lines)
					if err != nil {
						return err
					}
					return closedScreen("screen:draw", s.Draw(lines))
				}).Outside().
				Raises(codeNoTerminal).
				Notes("A style is words with blanks between them: `bold`, `dim`, `reverse`, `underline`, and one of the colours `red`, `green`, "+
					"`yellow`, `blue`, `magenta`, `cyan`. If NO_COLOR is set, colours are not drawn, so a colour must not carry a meaning "+
					"alone. Control characters are made visible, so no text can control the terminal.").
				Example(drawn),
			declare.Method("key", "Waits for a key.",
				func(ctx context.Context, s FullScreen, a keyArgs) (*string, error) {
					timeout := time.Duration(-1)
					if a.Timeout != nil {
						timeout = *a.Timeout
					}
					key, err := s.Key(ctx, timeout)
					if key == "" || err != nil {
						return nil, closedScreen("screen:key", err)
					}
					return &key, nil
				}).Outside().
				Returning("the character, or a word: up, down, left, right, home, end, pageup, pagedown, enter, esc, tab, backspace, delete, insert, "+
					"f1 to f12, ctrl-a to ctrl-z, alt-x; resize if the size of the terminal has changed; nil if no key came in time").OrNil().
				Raises(codeNoTerminal).
				Example(drawn),
			declare.MethodDo("close", "Gives the terminal back. A second call does nothing.",
				func(_ context.Context, s FullScreen, _ declare.None) error {
					s.Close()
					return nil
				}).Outside().
				Example(drawn),
		).
		Shown(func(any) string { return "screen" })
}

// closedScreen returns the error of a call on a screen that was closed.
func closedScreen(function string, err error) error {
	if errors.Is(err, fullscreen.ErrClosed) {
		return &declare.ArgumentError{Func: function, Message: err.Error()}
	}
	return err
}

// screenLines reads the lines of draw.
func screenLines(raw declare.Raw) ([]fullscreen.Line, error) {
	list, ok := raw.List()
	if !ok {
		return nil, declare.BadArgument("lines", "array of lines expected, got %s", raw.Type())
	}
	lines, mistake := screenEach(list, screenLine)
	if mistake != nil {
		return nil, mistake
	}
	return lines, nil
}

// screenEach reads the items of an array. A mistake has the index of its item in its path.
func screenEach[T any](list []declare.Raw, read func(declare.Raw) (T, *declare.ArgumentError)) ([]T, *declare.ArgumentError) {
	items := make([]T, len(list))
	for i, raw := range list {
		item, mistake := read(raw)
		if mistake != nil {
			mistake.Path = fmt.Sprintf("[%d]%s", i+1, mistake.Path)
			return nil, mistake
		}
		items[i] = item
	}
	return items, nil
}

func screenLine(raw declare.Raw) (fullscreen.Line, *declare.ArgumentError) {
	parts, ok := raw.List()
	if !ok {
		span, mistake := screenSpan(raw)
		return fullscreen.Line{span}, mistake
	}
	return screenEach(parts, screenSpan)
}

// screenSpan reads a text, or a text with its style.
func screenSpan(raw declare.Raw) (fullscreen.Span, *declare.ArgumentError) {
	parts, styled := raw.List()
	if !styled {
		text, mistake := spanText(raw, "lines")
		return fullscreen.Span{Text: text}, mistake
	}
	if len(parts) != 2 {
		return fullscreen.Span{}, declare.BadArgument("lines", "{text, style} expected, got %d values", len(parts))
	}
	text, mistake := spanText(parts[0], "lines")
	if mistake != nil {
		return fullscreen.Span{}, mistake
	}
	style, ok := parts[1].Native().(string)
	if !ok {
		return fullscreen.Span{}, declare.BadArgument("lines", "style expected, got %s", parts[1].Type())
	}
	for _, word := range strings.Fields(style) {
		if !slices.Contains(fullscreen.Styles(), word) {
			return fullscreen.Span{}, declare.BadArgument("lines", "there is no style %q%s", word, declare.DidYouMean(word, fullscreen.Styles()))
		}
	}
	return fullscreen.Span{Text: text, Style: fullscreen.Style(style)}, nil
}

// spanText returns a text, or the text of a number, a boolean, nil or an object of a module. Tables
// are refused, because their tostring may be the script's own and take any time.
func spanText(raw declare.Raw, argument string) (string, *declare.ArgumentError) {
	value := raw.Native()
	if text, ok := value.(string); ok {
		return text, nil
	}
	if value == nil && raw.Type() != "nil" {
		return "", declare.BadArgument(argument, "text expected, got %s", raw.Type())
	}
	text, err := raw.Text()
	if err != nil {
		return "", declare.BadArgument(argument, "%v", err)
	}
	return text, nil
}
