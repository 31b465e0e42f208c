package declare_test

import (
	"reflect"
	"slices"
	"testing"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

type (
	outlinedA struct{ Name string }
	outlinedB struct{ Name string }
	spoken    interface{ Speak() }
	speaker   struct{}
)

func (speaker) Speak() {}

// outlined returns a registry of four modules and the names of those that it has made.
func outlined() (*declare.Registry, *[]string) {
	classes := map[string][]*declare.Class{
		"first":  {declare.RecordOf[outlinedA]("a", "The first one's.")},
		"second": {declare.RecordOf[outlinedA]("a", "The second one's."), declare.RecordOf[outlinedB]("b", "B.")},
		"faces":  {declare.ClassOf[spoken]("spoken", "An interface.")},
		"plain":  nil,
	}
	var made []string
	var modules []declare.Module
	var makers []func() declare.Module
	for _, name := range []string{"plain", "first", "second", "faces"} {
		m := declare.Module{Name: name, Classes: classes[name]}
		modules = append(modules, declare.Module{Name: name, Doc: "outline", Classes: m.Classes})
		makers = append(makers, func() declare.Module {
			made = append(made, name)
			return m
		})
	}
	return declare.Outlined(declare.NewOutline(modules...), makers, declare.Module{Name: "further"}), &made
}

func TestAnOutlinedRegistryMakesWhatItIsAskedFor(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		ask  func(*declare.Registry) bool
		made []string
	}{
		{"names", func(r *declare.Registry) bool { return len(r.Listed()) == 5 }, nil},
		{"a module", func(r *declare.Registry) bool { return r.Module("plain").Doc == "" && r.Module("plain") != nil }, []string{"plain"}},
		{"a further module", func(r *declare.Registry) bool { return r.Module("further") != nil && r.Module("none") == nil }, nil},
		{"a class", func(r *declare.Registry) bool { return r.Class(reflect.TypeFor[outlinedB]()).Name == "b" }, []string{"second"}},
		{"the first class", func(r *declare.Registry) bool {
			return r.Class(reflect.TypeFor[outlinedB]()) != nil && r.Class(reflect.TypeFor[outlinedA]()).Doc == "The first one's."
		}, []string{"second", "first"}},
		{"an interface", func(r *declare.Registry) bool { return r.Class(reflect.TypeFor[speaker]()).Name == "spoken" }, []string{"faces"}},
		{"all", func(r *declare.Registry) bool { return len(r.Modules()) == 5 && r.Modules()[0].Doc == "" }, []string{"plain", "first", "second", "faces"}},
	} {
		r, made := outlined()
		if !c.ask(r) || !slices.Equal(*made, c.made) {
			t.Errorf("%s: it has made %v, want %v", c.name, *made, c.made)
		}
	}
}
