package scripttest

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

// callback is a function of a script.
type callback func() error

func (c callback) Call(context.Context, ...any) ([]declare.Raw, error) { return nil, c() }

// says notes that it was called, and gives an error or none.
func says(log *[]string, word string, err error) callback {
	return func() error {
		*log = append(*log, word)
		return err
	}
}

func TestHooksRunAroundATest(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	for name, c := range map[string]struct {
		before, body, after error
		want                string
		failed              error
	}{
		"all is well":         {want: "before inner test inner-after after"},
		"the test fails":      {body: broken, want: "before inner test inner-after after", failed: broken},
		"a hook fails":        {before: broken, want: "before inner-after after", failed: broken},
		"the tidying fails":   {after: broken, want: "before inner test inner-after after", failed: broken},
		"both fail: the test": {body: broken, after: errors.New("later"), want: "before inner test inner-after after", failed: broken},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var log []string
			var s Suite
			s.Before(says(&log, "before", c.before))
			s.After(says(&log, "after", nil))
			err := s.Describe(t.Context(), "group", false, callback(func() error {
				s.Before(says(&log, "inner", nil))
				s.After(says(&log, "inner-after", c.after))
				return s.It("works", declare.Position{File: "x.lua", Line: 3}, says(&log, "test", c.body))
			}))
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Run(t.Context(), 0); !errors.Is(err, c.failed) {
				t.Errorf("error %v, want %v", err, c.failed)
			}
			if got := strings.Join(log, " "); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
			if test := s.Tests()[0]; test.Name != "group works" || s.Find(&Test{Name: "group works", Line: 3}) != 0 {
				t.Errorf("%+v", test)
			}
		})
	}
}

// After an abort nothing of the script runs any more.
func TestNothingIsTidiedAfterTheEnd(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	var log []string
	var s Suite
	s.After(says(&log, "after", nil))
	_ = s.It("ends the run", declare.Position{}, callback(func() error {
		cancel()
		return context.Canceled
	}))
	if err := s.Run(ctx, 0); !errors.Is(err, context.Canceled) || len(log) > 0 {
		t.Errorf("%v, %v", err, log)
	}
}

func TestDeclarationsAreComplete(t *testing.T) {
	t.Parallel()
	modules := []declare.Module{Globals(&Suite{})}
	for _, made := range Makers(Host{}) {
		modules = append(modules, made())
	}
	for _, err := range declare.Check(modules...) {
		t.Error(err)
	}
}
