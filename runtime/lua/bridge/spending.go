package bridge

import (
	"fmt"

	lua "github.com/yuin/gopher-lua"
)

// A table or text that is referenced from several places is copied once per reference, so that a
// few references could stand for more data than any machine holds. Therefore decoding has a
// budget per call, and it stops when the run ends.
const (
	maxValues = 1 << 24
	maxText   = 256 << 20 // bytes
	// lookEvery is after how many values a reader asks whether the run is over.
	lookEvery = 1 << 12
)

// spending counts the data decoded so far in one call.
type spending struct{ values, text int }

// value counts a value; a table's items are counted when they are read.
func (s *spending) value(x *Exposer, v lua.LValue) *mismatch {
	s.values++
	if text, ok := v.(lua.LString); ok {
		s.text += len(text)
	}
	switch {
	case s.values > maxValues:
		return hinted(noData(fmt.Sprintf("more than %d values are too many for one call", maxValues)), sharedHint)
	case s.text > maxText:
		return hinted(noData(fmt.Sprintf("more than %d MiB of text are too much for one call", maxText>>20)), sharedHint)
	case s.values%lookEvery == 0 && x.over():
		return noData("the run is over")
	}
	return nil
}

const sharedHint = "a table or a text that stands in several places counts in each of them"

// over returns true if the run has ended by its time limit, its memory limit or Ctrl-C.
func (x *Exposer) over() bool {
	ctx := x.state.Context()
	return ctx != nil && ctx.Err() != nil
}
