package declare_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

type kennel interface{ Size() int }

type hut struct{ n int }

func (h *hut) Size() int { return h.n }

type unnamedThing struct {
	FirstName string
	embedded
}

type embedded struct {
	Age int `json:"age,omitempty"`
}

type oops struct{}

func (*oops) Error() string { return "oops" }

func TestClassOfAType(t *testing.T) {
	t.Parallel()
	reg := declare.NewRegistry(declare.Module{Name: "m", Classes: []*declare.Class{
		declare.ClassOf[kennel]("kennel", "A kennel."), declare.RecordOf[row]("row", "A row."),
	}})
	for _, c := range []struct {
		value any
		want  string
	}{
		{row{}, "row"}, {&row{}, "row"}, {&hut{}, "kennel"}, {unnamedThing{}, "unnamed_thing"}, {&unnamedThing{}, "unnamed_thing"},
		{time.Time{}, "time"}, {json.Number("1"), "decimal"}, {5, ""}, {errors.New("x"), ""}, {&oops{}, ""}, {[]int{}, ""},
	} {
		name := ""
		if class := reg.Class(reflect.TypeOf(c.value)); class != nil {
			name = class.Name
		}
		if name != c.want {
			t.Errorf("%T is a %q, want %q", c.value, name, c.want)
		}
	}
	if reg.Class(nil) != nil {
		t.Error("nil has a class")
	}
}

func TestRecordFields(t *testing.T) {
	t.Parallel()
	c := declare.NewRegistry().Class(reflect.TypeFor[unnamedThing]())
	if got := c.Names(); !reflect.DeepEqual(got, []string{"first_name", "age"}) {
		t.Fatalf("fields %v", got)
	}
	if !c.Field("age").OmitZero || c.Field("first_name").OmitZero || c.Field("x") != nil || c.Method("x") != nil {
		t.Error("wrong fields")
	}
	if got := c.Field("age").Read(unnamedThing{embedded: embedded{Age: 3}}); got != 3 {
		t.Errorf("age is %v", got)
	}
	if at := declare.NewRegistry(declare.Module{Classes: []*declare.Class{declare.RecordOf[row]("row", "")}}).Class(reflect.TypeFor[row]()).Field("at"); !at.OmitZero {
		t.Error("a zero time is not nil")
	}
}

func TestComputedFields(t *testing.T) {
	t.Parallel()
	c := declare.ClassOf[kennel]("kennel", "A kennel.").With(declare.Get("size", "How many.", kennel.Size)).TextLike().AsData()
	if f := c.Field("size"); !f.Computed() || f.Read(&hut{4}) != 4 || f.Type.Kind != declare.KindInteger {
		t.Error("the field is not computed")
	}
	if !c.Text || !c.Data {
		t.Error("flags are lost")
	}
	if _, ok := c.Show(&hut{}); ok {
		t.Error("shows without a function")
	}
	c.Shown(func(v any) string { return fmt.Sprint("hut of ", v.(kennel).Size()) })
	if text, ok := c.Show(&hut{2}); !ok || text != "hut of 2" {
		t.Errorf("shows %q", text)
	}
}

func TestMembersKeepTheirOrder(t *testing.T) {
	t.Parallel()
	got, err := json.Marshal(declare.Members{{"b", 1}, {"a", declare.Members{}}, {"c", declare.Null}})
	if err != nil || string(got) != `{"b":1,"a":{},"c":null}` {
		t.Errorf("%s, %v", got, err)
	}
	if _, err := json.Marshal(declare.Members{{"x", make(chan int)}}); err == nil {
		t.Error("a channel is written")
	}
}

func TestArgumentErrorText(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err  declare.ArgumentError
		want string
	}{
		{declare.ArgumentError{Func: "dbos.resume_workflows", Argument: "ids", Path: "[2]", Message: "string expected, got number"}, `dbos.resume_workflows: argument "ids"[2]: string expected, got number`},
		{declare.ArgumentError{Func: "dbos.enqueue", Argument: "queue_name", Message: "is missing"}, `dbos.enqueue: argument "queue_name" is missing`},
		{declare.ArgumentError{Func: "dbos.enqueue", Message: "takes no arguments, got 1"}, `dbos.enqueue: takes no arguments, got 1`},
		{*declare.BadArgument("tz", "unknown time zone %q", "X"), `argument "tz": unknown time zone "X"`},
	} {
		if c.err.Error() != c.want || c.err.ErrorCode() != "InvalidArgument" {
			t.Errorf("got  %s\nwant %s", c.err.Error(), c.want)
		}
	}
}

func TestFormatTime(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	if text, err := declare.FormatTime(at, "%d.%m.%Y %H:%M %j", "Europe/Berlin"); err != nil || text != "23.11.2026 11:00 327" {
		t.Errorf("%q, %v", text, err)
	}
	if text, err := declare.FormatTime(at, "02 Jan 2006 15:04", "Europe/Berlin"); err != nil || text != "23 Nov 2026 11:00" {
		t.Errorf("by a layout of Go: %q, %v", text, err)
	}
	if _, err := declare.FormatTime(at, "%H", "Nowhere/Land"); err == nil {
		t.Error("an unknown zone is accepted")
	}
}

func TestBuiltinClassesAreDocumented(t *testing.T) {
	t.Parallel()
	if errs := declare.Check(declare.Module{Name: "m", Doc: "M."}); errs != nil {
		t.Error(errs)
	}
}
