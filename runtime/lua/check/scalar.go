package check

import (
	"math"
	"reflect"
	"strconv"
	"time"

	"github.com/yuin/gopher-lua/ast"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

// scalar compares a value that is no table with the type of its place.
func (a *argument) scalar(e ast.Expr, v value, t *declare.Type, p *declare.Param) {
	if !t.Kind.Scalar() {
		a.object(e, v, t)
		return
	}
	want := t.Kind.Name()
	switch v := v.(type) {
	case textValue:
		a.text(e, v, t.Kind, want, p)
	case numberValue:
		a.number(e, v, t.Kind, want, p)
	case objectValue:
		if !a.stands(v, t.Kind) {
			a.wrong(WrongArgument, e, "%s expected, got %s", want, v.describe())
		}
	default:
		if v.describe() != want {
			a.wrong(WrongArgument, e, "%s expected, got %s", want, v.describe())
		}
	}
}

// stands returns true if an object is accepted as a scalar: a time as a time, an exact integer as
// a number.
func (a *argument) stands(v objectValue, k declare.Kind) bool {
	switch k {
	case declare.KindTime:
		return v.Go == reflect.TypeFor[time.Time]()
	case declare.KindInteger, declare.KindNumber:
		return v.Data
	}
	return false
}

func (a *argument) text(e ast.Expr, v textValue, k declare.Kind, want string, p *declare.Param) {
	switch k {
	case declare.KindString:
		if v.known && v.text == "" && p.NonEmpty {
			a.wrong(WrongArgument, e, "is empty").Hint = declare.EmptyHint
		} else if v.known {
			a.choice(e, v.text, p.Enum)
		}
	case declare.KindDuration:
		if d, err := declare.ParseDuration(v.text); v.known && err != nil {
			a.wrong(WrongArgument, e, "%v", err).Hint = declare.DurationHint
		} else if v.known {
			a.checkBounds(e, d.Seconds(), d.String(), p)
		}
	case declare.KindTime:
		parse := declare.ParseTime
		if p.Past {
			parse = declare.ParsePast
		}
		if _, err := parse(v.text, time.Time{}); v.known && err != nil {
			a.wrong(WrongArgument, e, "%v", err).Hint = declare.TimeHint
		}
	default:
		a.wrong(WrongArgument, e, "%s expected, got string", want)
	}
}

func (a *argument) number(e ast.Expr, v numberValue, k declare.Kind, want string, p *declare.Param) {
	switch {
	case k == declare.KindString || k == declare.KindBool || k == declare.KindCallback:
		a.wrong(WrongArgument, e, "%s expected, got number", want)
	case k == declare.KindInteger && v.known && v.number != math.Trunc(v.number):
		a.wrong(WrongArgument, e, "%s expected, got %v", want, v.number)
	case v.known && k != declare.KindTime:
		a.checkBounds(e, v.number, number(v.number), p)
	}
}

func (a *argument) checkBounds(e ast.Expr, value float64, text string, p *declare.Param) {
	switch {
	case p.Min != nil && value < *p.Min:
		a.wrong(WrongArgument, e, "must be at least %v, got %s", *p.Min, text)
	case p.Max != nil && value > *p.Max:
		a.wrong(WrongArgument, e, "must be at most %v, got %s", *p.Max, text)
	}
}

// object compares with a class; data and values kept as they are can be anything.
func (a *argument) object(e ast.Expr, v value, t *declare.Type) {
	if t.Kind != declare.KindObject {
		return
	}
	class := a.registry.Class(t.Go)
	if given, isObject := v.(objectValue); class != nil && !(isObject && given.Class == class) && class.Go.Kind() != reflect.Interface {
		a.wrong(WrongArgument, e, "%s expected, got %s", class.Name, v.describe())
	}
}

func number(f float64) string { return strconv.FormatFloat(f, 'g', -1, 64) }
