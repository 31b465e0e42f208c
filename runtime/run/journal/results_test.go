package journal_test

import (
	"encoding/json"
	"errors"
	"math"
	"math/big"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/codec"
	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/run"
	"github.com/dbos-script/dbos-script/runtime/run/journal"
)

// functions are all functions and methods whose calls are recorded, by name. Tests of scripts are
// not durable.
func functions(r *declare.Registry) map[string]*declare.Func {
	list := map[string]*declare.Func{}
	for _, topic := range r.Topics() {
		if f, ok := topic.Item.(*declare.Func); ok && f.Kind != declare.Pure && !strings.HasPrefix(topic.Name, "assert.") {
			list[topic.Name] = f
		}
	}
	return list
}

// Only functions whose results are no data by their nature cannot be recorded.
func TestWhichFunctionsCannotBeRecorded(t *testing.T) {
	t.Parallel()
	r := declare.NewRegistry(run.Modules()...)
	var cannot []string
	recorded := functions(r)
	for name, f := range recorded {
		if reason := journal.Reason(r, f); reason != "" {
			cannot = append(cannot, name+": "+reason)
		}
	}
	slices.Sort(cannot)
	want := []string{"screen.new: a screen is no data"}
	for name, f := range recorded {
		if f.Kind == declare.Reads && f.Result() == nil && f.IsRecorded() && name != "time.sleep" {
			t.Errorf("%s reads and returns nothing, so a journal takes it for a wait", name)
		}
	}
	if !slices.Equal(cannot, want) {
		t.Errorf("these cannot be recorded:\n%s", strings.Join(cannot, "\n"))
	}
	if len(recorded) < 80 {
		t.Errorf("only %d functions were looked at", len(recorded))
	}
}

// The result of each function comes back as it was.
func TestResultsComeBack(t *testing.T) {
	t.Parallel()
	r := declare.NewRegistry(run.Modules()...)
	tried := 0
	for name, f := range functions(r) {
		if f.Result() == nil || journal.Reason(r, f) != "" {
			continue
		}
		typ := f.Result()
		if typ.Kind() == reflect.Func {
			typ = typ.In(0).In(0)
		}
		if hasOwner(r, typ) {
			continue // bindings tests these
		}
		for seed := range uint64(20) {
			tried++
			filled := reflect.New(typ).Elem()
			(&filler{rand.New(rand.NewPCG(seed, 1)), 0}).fill(filled)
			comesBack(t, r, name, filled)
		}
	}
	if tried < 500 {
		t.Errorf("only %d results were tried", tried)
	}
}

// hasOwner returns true for types of objects that belong to a connection.
func hasOwner(r *declare.Registry, t reflect.Type) bool {
	c := r.Declared(t)
	if c != nil && c.Replay() != declare.NotRecorded {
		return true
	}
	if t.Kind() == reflect.Pointer {
		return hasOwner(r, t.Elem())
	}
	if t.Kind() == reflect.Struct && t.NumField() == 2 && t.Field(0).Name == "Items" {
		return hasOwner(r, t.Field(1).Type)
	}
	if t.Kind() == reflect.Struct {
		if groups, found := t.FieldByName("Groups"); found {
			return hasOwner(r, groups.Type.Elem())
		}
	}
	return false
}

func comesBack(t *testing.T, r *declare.Registry, name string, v reflect.Value) {
	t.Helper()
	text, err := journal.Write(r, v)
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	if !json.Valid(text) {
		t.Errorf("%s: %s is no JSON", name, text)
	}
	again := reflect.New(v.Type()).Elem()
	if err := journal.Read(r, nil, text, again); err != nil {
		t.Errorf("%s: %v\n%s", name, err, text)
		return
	}
	if !reflect.DeepEqual(v.Interface(), again.Interface()) {
		t.Errorf("%s: %#v\ncame back as %#v\n%s", name, v.Interface(), again.Interface(), text)
	}
}

// A filler fills values of any type with what a script may see in it.
type filler struct {
	random *rand.Rand
	depth  int
}

func (f *filler) fill(v reflect.Value) {
	f.depth++
	defer func() { f.depth-- }()
	if f.random.IntN(6) == 0 || f.depth > 6 {
		return
	}
	switch v.Interface().(type) {
	case time.Time:
		v.Set(reflect.ValueOf(time.Unix(f.random.Int64N(4e9), f.random.Int64N(1e9)).UTC()))
		return
	case *big.Int:
		v.Set(reflect.ValueOf(new(big.Int).Lsh(big.NewInt(f.random.Int64()), 40)))
		return
	case json.Number:
		v.SetString("1e400")
		return
	}
	f.fillKind(v)
}

func (f *filler) fillKind(v reflect.Value) {
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(f.random.Int64() >> (64 - v.Type().Bits()))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(f.random.Uint64() >> (64 - v.Type().Bits()))
	case reflect.Float32, reflect.Float64:
		v.SetFloat([]float64{0, 1, -2.5, 1e300, math.Inf(1), math.Inf(-1), 3}[f.random.IntN(7)])
	case reflect.String:
		v.SetString([]string{"", "a", "é\x00\n\"\\", "\xff\xfe", "<&>", strings.Repeat("x", 300), "$"}[f.random.IntN(7)])
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		f.fill(v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), f.random.IntN(3), 3))
		for i := range v.Len() {
			f.fill(v.Index(i))
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for _, key := range []string{"a", "$", "\xff"} {
			item := reflect.New(v.Type().Elem()).Elem()
			f.fill(item)
			v.SetMapIndex(reflect.ValueOf(key).Convert(v.Type().Key()), item)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			f.fill(v.Field(i))
		}
	case reflect.Interface:
		f.fillInterface(v)
	}
}

func (f *filler) fillInterface(v reflect.Value) {
	remote := &codec.RemoteError{Name: "E", Message: "m", Code: int64(7), Data: map[string]any{"a": 1.5}, Raw: "{}", Codec: "c", Stack: "s"}
	if v.Type() == reflect.TypeFor[error]() {
		v.Set(reflect.ValueOf(remote))
		return
	}
	list := []any{
		int64(5), "text", true, 2.0, math.Inf(1), []any{int64(1), nil, "x"}, map[string]any{"$": "a", "b": nil}, map[string]any{"k": []any{}},
		new(big.Int).Lsh(big.NewInt(1), 80), json.Number("1e400"), time.Unix(5, 7).UTC(), declare.Null, 3 * time.Second,
		codec.Encoded{Text: `{"a":1}`, Codec: codec.PortableJSON}, codec.Encoded{Null: true}, codec.Opaque{Codec: "pickle", Raw: "\xff", Reason: "r"}, remote,
		declare.Members{{Key: "b", Value: int64(1)}, {Key: "a", Value: declare.Members{}}}, client.PortableWorkflowArgs{PositionalArgs: []any{"a"}},
		&client.WorkflowStatus{ID: "w", CreatedAt: time.Unix(9, 0).UTC()}, "\xff",
	}
	if value := reflect.ValueOf(list[f.random.IntN(len(list))]); value.Type().AssignableTo(v.Type()) {
		v.Set(value)
	}
}

// An error is the same to a script when it is recorded: all that an error object shows.
func TestErrorsComeBack(t *testing.T) {
	t.Parallel()
	r := declare.NewRegistry(run.Modules()...)
	cause := errors.New("a cause")
	for _, err := range []error{
		errors.New("plain"), &failure{"Odd"}, &codec.RemoteError{Message: "m", Data: map[string]any{"a": int64(1)}},
		&declare.ArgumentError{Argument: "ids", Path: "[2]", Message: "is wrong", Hint: "do it", Range: true},
		&client.Error{Code: client.WorkflowFailed, Op: "get result", Message: "it failed", WorkflowID: "w1", Err: &codec.RemoteError{Message: "m"}},
		&client.Error{Code: client.Unavailable, Op: "list", Err: cause, Hint: "look"},
	} {
		place := reflect.ValueOf(&err).Elem()
		text, failed := journal.Write(r, place)
		if failed != nil {
			t.Fatal(failed)
		}
		var again error
		if failed := journal.Read(r, nil, text, reflect.ValueOf(&again).Elem()); failed != nil {
			t.Fatalf("%v: %s", failed, text)
		}
		if shown(again) != shown(err) {
			t.Errorf("%s\ncame back as\n%s\n%s", shown(err), shown(again), text)
		}
		if code := client.CodeOf(err); code != 0 && !errors.Is(again, code) {
			t.Errorf("%v is not %v any more", again, code)
		}
	}
}

func shown(err error) string {
	parts := []string{err.Error()}
	if e, ok := err.(declare.Coder); ok {
		parts = append(parts, e.ErrorCode())
	}
	if e, ok := err.(declare.Hinter); ok {
		parts = append(parts, e.ErrorHint())
	}
	if e, ok := err.(declare.Detailer); ok {
		text, _ := json.Marshal(e.Details())
		parts = append(parts, string(text))
	}
	if e, ok := err.(interface{ Operation() string }); ok {
		parts = append(parts, e.Operation())
	}
	if below := errors.Unwrap(err); below != nil {
		parts = append(parts, shown(below))
	}
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" || s == "{}" || s == "null" }), " | ")
}

type everything struct {
	Text   string
	Bytes  []byte
	Number float64
	Small  int8
	Any    any
	Err    error
	List   []any
	Map    map[string]any
	Named  map[string]int
	At     time.Time
	For    time.Duration
	Big    *big.Int
	Inner  *everything
	Item   declare.Members
}

// Any text is refused or read, and what was read is written and read as the same again.
func FuzzRecordedResult(f *testing.F) {
	r := declare.NewRegistry(run.Modules()...)
	for seed := range uint64(30) {
		v := reflect.New(reflect.TypeFor[everything]()).Elem()
		(&filler{rand.New(rand.NewPCG(seed, 2)), 0}).fill(v)
		text, err := journal.Write(r, v)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte(`{"Any":{"$":"class:workflow","v":{"id":"a"}}}`))
	f.Add([]byte(`{"Err":{"$":"error","v":{"text":"a","below":{"$":"argument","v":{"Message":"m"}}}}}`))
	f.Add([]byte(`{"Any":{"$":"pairs","v":[["a",1],["a",{"$":"integer","v":3}]]}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var v everything
		if journal.Read(r, nil, text, reflect.ValueOf(&v).Elem()) != nil {
			return
		}
		once, err := journal.Write(r, reflect.ValueOf(&v).Elem())
		if err != nil {
			t.Fatalf("%q was read, and cannot be written: %v", text, err)
		}
		var again everything
		if err := journal.Read(r, nil, once, reflect.ValueOf(&again).Elem()); err != nil {
			t.Fatalf("%q was written, and cannot be read: %v", once, err)
		}
		if twice, err := journal.Write(r, reflect.ValueOf(&again).Elem()); err != nil || string(twice) != string(once) {
			t.Errorf("%q\nis written as %s\nand then as %s, %v", text, once, twice, err)
		}
	})
}
