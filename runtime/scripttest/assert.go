package scripttest

import (
	"context"
	_ "embed"
	"fmt"
	"math"
	"strings"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/stdlib"
)

//go:embed lua/assert.lua
var assertSource string

var assertChunk = stdlib.Chunk{Name: "assert", Source: assertSource}

// AssertName is the name of the module that replaces Lua's function assert in a test. The module
// can be called like that function.
const AssertName = "assert"

func assertModule(host Host) declare.Module {
	return declare.Module{
		Name:    AssertName,
		Section: declare.TestsSection,
		Doc: "Fails a test if a condition does not hold. In a test it is the global `assert`, which can still be called like Lua's own function; elsewhere it is " +
			"`require(\"assert\")`. A condition that does not hold raises an error with the code `AssertionFailed`.",
		Funcs: []declare.Func{
			assertEqual(host), assertSame(host), assertTruthy(host), assertFalsy(host), assertNear(), assertMatches(host),
			assertContains(host), assertRaises(host), assertFail(),
		},
	}
}

// assertionFailed is the error of a failed assertion.
type assertionFailed struct{ message string }

func (e *assertionFailed) Error() string     { return e.message }
func (e *assertionFailed) ErrorCode() string { return "AssertionFailed" }

// fails returns the error of a failed assertion. detail is the script's own message, which comes
// first.
func fails(detail, format string, values ...any) error {
	message := fmt.Sprintf(format, values...)
	if detail != "" {
		message = detail + ": " + message
	}
	return &assertionFailed{message}
}

type (
	assertTwo struct {
		Want   declare.Raw `arg:"want" doc:"The expected value."`
		Got    declare.Raw `arg:"got,optional" doc:"The actual value."`
		Detail string      `arg:"detail,optional" doc:"A text to put before the message."`
	}
	assertOne struct {
		Value  declare.Raw   `arg:"value,optional" doc:"The value."`
		Detail []declare.Raw `arg:"detail,variadic" doc:"A text to put before the message. Other values are ignored, so the results of a call such as text:find can stand here."`
	}
)

// detail returns the message if there is one argument for it and that is a text. Several are
// further results of a call that was passed as the value.
func (a assertOne) detail() string {
	if len(a.Detail) != 1 {
		return ""
	}
	text, _ := a.Detail[0].Native().(string)
	return text
}

func assertEqual(host Host) declare.Func {
	return declare.Do("equal", "Fails unless two values are equal by ==: a table is equal to itself only.",
		func(ctx context.Context, a assertTwo) error {
			return host.compare(ctx, "equal", a)
		}).Pure().
		Raises("AssertionFailed").
		Example(`assert.equal(3, 1 + 2)`)
}

func assertSame(host Host) declare.Func {
	return declare.Do("same", "Fails unless two values are equal in all their parts. A record is equal to a table with its fields.",
		func(ctx context.Context, a assertTwo) error {
			return host.compare(ctx, "same", a)
		}).Pure().
		Raises("AssertionFailed").
		Example(`assert.same({1, {a = 2}}, {1, {a = 2}})`)
}

// compare calls the chunk, which returns nothing if the values are equal, else the place of the
// difference and the parts there.
func (h Host) compare(ctx context.Context, how string, a assertTwo) error {
	results, err := h.Call(ctx, assertChunk, how, a.Want, a.Got)
	if err != nil || len(results) < 3 {
		return err
	}
	message := fmt.Sprintf("want %s, got %s", h.shown(ctx, a.Want), h.shown(ctx, a.Got))
	if path, _ := results[0].Native().(string); path != "value" {
		message += fmt.Sprintf("\nthey differ at %s: want %s, got %s", path, h.shown(ctx, results[1]), h.shown(ctx, results[2]))
	}
	return fails(a.Detail, "%s", message)
}

// shown returns the text of a value as inspect writes it, or its type if that fails.
func (h Host) shown(ctx context.Context, value declare.Raw) string {
	const depth, width, items = 6, 100, 50
	if value == nil {
		return "nil"
	}
	text, err := h.Inspect(ctx, value, depth, width, items)
	if err != nil {
		return value.Type()
	}
	return text
}

func assertTruthy(host Host) declare.Func {
	return declare.Do("truthy", "Fails if a value is nil or false.",
		func(ctx context.Context, a assertOne) error {
			if isTrue(a.Value) {
				return nil
			}
			return fails(a.detail(), "want something true, got %s", host.shown(ctx, a.Value))
		}).Pure().
		Raises("AssertionFailed").
		Example(`assert.truthy(("abc"):find("b"))`)
}

func assertFalsy(host Host) declare.Func {
	return declare.Do("falsy", "Fails unless a value is nil or false.",
		func(ctx context.Context, a assertOne) error {
			if !isTrue(a.Value) {
				return nil
			}
			return fails(a.detail(), "want nil or false, got %s", host.shown(ctx, a.Value))
		}).Pure().
		Raises("AssertionFailed").
		Example(`assert.falsy(("abc"):find("x"))`)
}

func isTrue(value declare.Raw) bool {
	return value != nil && value.Type() != "nil" && value.Native() != false
}

func assertNear() declare.Func {
	type args struct {
		Want   float64 `arg:"want" doc:"The expected value."`
		Got    float64 `arg:"got" doc:"The actual value."`
		Within float64 `arg:"within" doc:"The largest accepted difference." min:"0"`
		Detail string  `arg:"detail,optional" doc:"A text to put before the message."`
	}
	return declare.Do("near", "Fails unless a number is near another one.",
		func(_ context.Context, a args) error {
			if math.Abs(a.Want-a.Got) <= a.Within {
				return nil
			}
			return fails(a.Detail, "want %v within %v, got %v", a.Want, a.Within, a.Got)
		}).Pure().
		Raises("AssertionFailed").
		Example(`assert.near(0.3, 0.1 + 0.2, 1e-9)`)
}

func assertMatches(host Host) declare.Func {
	type args struct {
		Pattern string      `arg:"pattern" doc:"A Lua pattern."`
		Text    declare.Raw `arg:"text,optional" doc:"The text, or a value whose tostring is searched."`
		Detail  string      `arg:"detail,optional" doc:"A text to put before the message."`
	}
	return declare.Do("matches", "Fails unless a text matches a Lua pattern.",
		func(ctx context.Context, a args) error {
			results, err := host.Call(ctx, assertChunk, "find", a.Pattern, a.Text)
			if err != nil || isTrue(results[0]) {
				return err
			}
			return fails(a.Detail, "want a match of %q, got %s", a.Pattern, host.shown(ctx, a.Text))
		}).Pure().
		Raises("AssertionFailed").
		Example(`assert.matches("^order%-%d+$", "order-17")`)
}

func assertContains(host Host) declare.Func {
	type args struct {
		Item   declare.Raw `arg:"item" doc:"The item, or the part of a text."`
		List   declare.Raw `arg:"list,optional" doc:"An array, or a text."`
		Detail string      `arg:"detail,optional" doc:"A text to put before the message."`
	}
	return declare.Do("contains", "Fails unless an array has an item, compared like assert.same, or a text contains another one.",
		func(ctx context.Context, a args) error {
			results, err := host.Call(ctx, assertChunk, "contains", a.Item, a.List)
			if err != nil || isTrue(results[0]) {
				return err
			}
			return fails(a.Detail, "want %s in it, got %s", host.shown(ctx, a.Item), host.shown(ctx, a.List))
		}).Pure().
		Raises("AssertionFailed").
		Example("assert.contains({id = 2}, {{id = 1}, {id = 2}})\nassert.contains(\"resumed\", \"2 workflows resumed\")")
}

func assertRaises(host Host) declare.Func {
	type args struct {
		Code string           `arg:"code" doc:"The code of the error object, or a part of the message of an error that has none."`
		Fn   declare.Callback `arg:"fn" doc:"The function."`
		Args []declare.Raw    `arg:"args,variadic" doc:"What to call it with."`
	}
	return declare.Fn("raises", "Fails unless a function raises an error.",
		func(ctx context.Context, a args) (declare.Raw, error) {
			call := []any{"try", a.Fn}
			for _, arg := range a.Args {
				call = append(call, arg)
			}
			results, err := host.Call(ctx, assertChunk, call...)
			if err != nil {
				return nil, err
			}
			if isTrue(results[0]) {
				return nil, fails("", "want an error %s, got none", a.Code)
			}
			return results[1], raisedAs(a.Code, results[1])
		}).Pure().
		Returning("the error").
		Raises("AssertionFailed").
		Example("local err = assert.raises(\"NonExistentWorkflow\", dbos.cancel_workflow, \"order-0\")\nassert.equal(\"order-0\", err.workflow_id)").
		Example("assert.raises(\"too small\", function() error(\"it is too small\") end)")
}

// raisedAs returns an error if the raised one does not have the code. If the raised one has no code
// at all, its message must contain the text.
func raisedAs(code string, raised declare.Raw) error {
	if failure, ok := raised.Native().(declare.Failure); ok && failure.ErrorCode() != "" {
		if failure.ErrorCode() == code {
			return nil
		}
		return fails("", "want an error %s, got %s: %s", code, failure.ErrorCode(), failure.Message())
	}
	text, err := raised.Text()
	if err == nil && !strings.Contains(text, code) {
		err = fails("", "want an error %s, got %q", code, text)
	}
	return err
}

func assertFail() declare.Func {
	type args struct {
		Message string `arg:"message,optional" doc:"What to say."`
	}
	return declare.Do("fail", "Fails.",
		func(_ context.Context, a args) error {
			if a.Message == "" {
				a.Message = "this must not be reached"
			}
			return fails("", "%s", a.Message)
		}).Pure().
		Raises("AssertionFailed").
		Example(`if 1 > 2 then assert.fail("numbers are broken") end`)
}
