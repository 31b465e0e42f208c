package bridge

import (
	"fmt"

	lua "github.com/yuin/gopher-lua"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

// A table or text that is referenced from several places is copied once per reference, so that a
// few references could stand for more data than any machine holds. Therefore decoding has a
// budget per call, and it stops when the run ends.
const (
	maxValues = 1 << 24
	maxText   = 256 << 20 // bytes
	maxNames  = 64 << 20  // bytes of ids, names and keys
	// A call may take one part in so many of the run's limit of memory for its values, whose Go
	// values have 16 bytes in two places, and for ids, names and keys: they are sent, recorded and
	// reported, each time as another text.
	valueShare = 32
	nameShare  = 8
	// lookEvery is after how many values a reader asks whether the run is over.
	lookEvery = 1 << 12
)

// budget is how much data one call may have.
type budget struct{ values, text, names int }

// budgetOf returns the budget of the calls of a run with a limit of memory; 0 is no limit.
func budgetOf(memory int64) budget {
	if memory <= 0 {
		return budget{maxValues, maxText, maxNames}
	}
	return budget{int(min(maxValues, memory/valueShare)), int(min(maxText, memory)), int(min(maxNames, memory/nameShare))}
}

// spending counts the data decoded so far in one call.
type spending struct {
	values, text, names int
	// encoded is about how many bytes the long texts have as JSON, because most calls make at least
	// one such copy.
	encoded int

	looks    int32 // how often it was time to ask whether the run is over
	reserved int32 // for how many steps of encoded bytes the run has been asked
}

const (
	longText    = 64 << 10 // bytes of a text whose copies are counted
	reserveStep = 1 << 20  // bytes after which the run is asked again
)

// copies asks the run for the memory of a copy of a text.
func (s *spending) copies(x *Exposer, text string) *mismatch {
	s.encoded += len(text)
	for i := range len(text) {
		if text[i] < ' ' {
			s.encoded += len(`\u0000`) - 1
		}
	}
	steps := int32(s.encoded / reserveStep)
	if steps == s.reserved {
		return nil
	}
	s.reserved = steps
	if ctx := x.state.Context(); ctx != nil && declare.Reserve(ctx, int64(s.encoded)) != nil {
		return noData("the run is over")
	}
	return nil
}

// value counts a value; a table's items are counted when they are read.
func (s *spending) value(x *Exposer, v lua.LValue) *mismatch {
	if text, ok := v.(lua.LString); ok && len(text) >= longText {
		if m := s.copies(x, string(text)); m != nil {
			return m
		}
	}
	return s.shared(x, v)
}

// shared counts a value that the call does not copy.
func (s *spending) shared(x *Exposer, v lua.LValue) *mismatch {
	s.values++
	if text, ok := v.(lua.LString); ok {
		s.text += len(text)
	}
	return s.within(x)
}

// add counts data that was not read from Lua values.
func (s *spending) add(x *Exposer, data any) *mismatch {
	s.count(data)
	return s.within(x)
}

func (s *spending) count(data any) {
	s.values++
	switch v := data.(type) {
	case string:
		s.text += len(v)
	case interface{ Len() int }: // the text of a stored value
		s.text += v.Len()
	case []any:
		for _, item := range v {
			s.count(item)
		}
	case declare.Members:
		for _, m := range v {
			s.count(m.Value)
		}
	}
}

// within returns an error if the data is more than one call may have, or if the run is over.
func (s *spending) within(x *Exposer) *mismatch {
	switch {
	case s.values > x.budget.values:
		return hinted(noData(fmt.Sprintf("more than %d values are too many for one call", x.budget.values)), sharedHint)
	case s.text > x.budget.text:
		return hinted(noData(fmt.Sprintf("more than %d MiB of text are too much for one call", x.budget.text>>20)), sharedHint)
	case int32(s.values/lookEvery) == s.looks:
		return nil
	case x.over():
		return noData("the run is over")
	}
	s.looks = int32(s.values / lookEvery)
	return nil
}

// name counts an id, a name or a key.
func (s *spending) name(x *Exposer, text string) *mismatch {
	if s.names += len(text); s.names > x.budget.names {
		return wrong("more than %d bytes of ids, names and keys are too much for one call", x.budget.names)
	}
	return nil
}

const sharedHint = "a table or a text that stands in several places counts in each of them"

// over returns true if the run has ended by its time limit, its memory limit or Ctrl-C.
func (x *Exposer) over() bool {
	ctx := x.state.Context()
	return ctx != nil && ctx.Err() != nil
}
