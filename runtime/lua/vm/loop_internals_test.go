package vm

import (
	"context"
	"reflect"
	"testing"

	lua "github.com/yuin/gopher-lua"
)

func fieldsOf(t reflect.Type) []string {
	var fields []string
	for i := range t.NumField() {
		f := t.Field(i)
		kind := f.Type.String()
		if f.Type.Kind() == reflect.Pointer && f.Type.Elem().Name() == "callFrame" {
			kind = "*callFrame"
		}
		fields = append(fields, f.Name+" "+kind)
	}
	return fields
}

func typesOf(t reflect.Type) []string {
	var types []string
	for i := range t.NumField() {
		types = append(types, t.Field(i).Type.String())
	}
	return types
}

// TestInternalsMatchTheLibrary holds the layouts in loop_internals.go to those of the
// gopher-lua that is linked.
func TestInternalsMatchTheLibrary(t *testing.T) {
	t.Parallel()
	state := reflect.TypeFor[lua.LState]()
	frameField, _ := state.FieldByName("currentFrame")
	if got, want := fieldsOf(reflect.TypeFor[callFrame]()), fieldsOf(frameField.Type.Elem()); !reflect.DeepEqual(got, want) {
		t.Errorf("callFrame is %v, the library's is %v", got, want)
	}
	for field, want := range map[string]string{"uvcache": "*lua.Upvalue", "hasErrorFunc": "bool"} {
		if f, ok := state.FieldByName(field); !ok || f.Type.String() != want {
			t.Errorf("LState.%s is %v, want %s", field, f.Type, want)
		}
	}
	ours, theirs := reflect.TypeFor[upvalue](), reflect.TypeFor[lua.Upvalue]()
	for _, field := range []string{"next", "index"} {
		f, _ := ours.FieldByName(field)
		g, ok := theirs.FieldByName(field)
		if !ok || f.Offset != g.Offset || f.Type != g.Type {
			t.Errorf("Upvalue.%s differs: %v and %v", field, f, g)
		}
	}
	registryField, _ := state.FieldByName("reg")
	theirRegistry := registryField.Type.Elem()
	for i, field := range fieldsOf(reflect.TypeFor[registry]()) {
		if got := fieldsOf(theirRegistry)[i]; got != field {
			t.Errorf("the registry has %q where we read %q", got, field)
		}
	}
	if got, want := typesOf(reflect.TypeFor[lua.LTable]()), typesOf(reflect.TypeFor[table]()); !reflect.DeepEqual(got, want) {
		t.Errorf("LTable is %v, ours is %v", got, want)
	}
	if f, ok := state.FieldByName("mainLoop"); !ok || f.Type.NumIn() != 2 || f.Type.NumOut() != 0 {
		t.Errorf("LState.mainLoop is %v", f.Type)
	}
	main := newVM(Config{})
	defer main.Close()
	stack := reflect.ValueOf(main.state).Elem().FieldByName("stack").Elem().Type().Elem()
	if got := fieldsOf(stack); len(got) != 2 || got[0] != "array []lua.callFrame" || got[1] != "sp int" {
		t.Errorf("the stack of the main thread is %v", got)
	}
	if max := reflect.TypeFor[callFrame]().Size() * callStackSize; max > 2<<20 {
		t.Errorf("the call stack of a state takes %d bytes", max)
	}
}

// TestCallKeepsVariablesShared calls back from Go, as an option that is a function does.
func TestCallKeepsVariablesShared(t *testing.T) {
	t.Parallel()
	var v *VM
	each := func(L *lua.LState) lua.LValue {
		return L.NewFunction(func(L *lua.LState) int {
			failures := 0
			for i := 1; i <= 3; i++ {
				if _, err := v.Call(L, L.Get(1), lua.LNumber(i)); err != nil {
					failures++
				}
			}
			results, err := v.Call(L, L.Get(1), lua.LNumber(4))
			if err != nil || len(results) != 2 {
				t.Errorf("got %v, %v", results, err)
			}
			L.Push(lua.LNumber(failures))
			return 1
		})
	}
	v = newVM(Config{Globals: map[string]Loader{"each": each}})
	defer v.Close()
	_, err := v.RunString(context.Background(), "script.lua", `
		local sum, kept = 0, nil
		local function add(n) sum = sum + n end
		local failures = each(function(i)
			local own = i
			kept = kept or function() return own end
			add(i)
			if i < 4 then error("x") end
			return i, sum
		end)
		add(100)
		assert(failures == 3 and sum == 110 and kept() == 1)`)
	if err != nil {
		t.Fatal(err)
	}
}
