package vm

import (
	"fmt"
	"testing"
)

// Of more programs than are kept, the one that nobody has used for longest is compiled again.
func TestTheProgramUsedLeastRecentlyIsForgotten(t *testing.T) {
	t.Parallel()
	var p programs
	get := func(i int) *Program {
		t.Helper()
		program, err := p.compile("x.lua", fmt.Sprintf("return %d", i))
		if err != nil {
			t.Fatal(err)
		}
		return program
	}
	var first []*Program
	for i := range mostRecent {
		first = append(first, get(i))
	}
	if get(0) != first[0] {
		t.Error("a program that is kept was compiled again")
	}
	get(mostRecent) // in place of program 1
	for i, known := range first {
		if i != 1 && get(i) != known {
			t.Errorf("program %d was forgotten", i)
		}
	}
	if get(1) == first[1] {
		t.Error("the program that was used least recently is still kept")
	}
	if len(p.known) != mostRecent {
		t.Errorf("%d programs are kept", len(p.known))
	}
}

// Runs share programs with their neighbours, and with nobody else.
func TestProgramsBelongToTheRunsOfAProcess(t *testing.T) {
	t.Parallel()
	together := &Neighbours{}
	a, b, alone := New(Config{Neighbours: together}), New(Config{Neighbours: together}), New(Config{})
	defer a.Close()
	defer b.Close()
	defer alone.Close()
	of := func(v *VM) *Program {
		program, err := v.compile(t.Context(), "x.lua", "return 1")
		if err != nil {
			t.Fatal(err)
		}
		return program
	}
	if of(a) != of(b) {
		t.Error("a neighbour compiles again")
	}
	if of(alone) == of(a) {
		t.Error("a run alone has the program of others")
	}
	if first, again := of(alone), of(alone); first != again {
		t.Error("a run compiles a text twice")
	}
}
