package testbed

import (
	"fmt"
	"strings"
	"time"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

// fakes are the answers of the outside, and what was asked. The zero value has none.
type fakes struct {
	http       []*httpFake
	programs   []*programFake
	requests   []Request
	calls      []Program
	unanswered error // the first request or program of the test that had no answer
}

func (w *World) fake() declare.Module {
	return declare.Module{
		Name:    "fake",
		Section: declare.TestsSection,
		Doc: "Answers of the outside in a test: to requests of `http`, and of the programs of `exec`. Only `dbos-script test` has them.\n\nIn a test no request " +
			"leaves the process, with any grant. As soon as a test has a `fake.exec`, no program is started either. What is answered needs no grant. A request or a program " +
			"without an answer raises `Unanswered`, and fails the test also if the script catches the error. Timeouts, retries and `takes` go by the test's clock.\n\n" +
			"The first answer that fits counts, in the order in which they were made, and one with `times` is used up. An answer without `times` replaces an earlier one " +
			"for the same requests.",
		Funcs:   []declare.Func{w.httpFunc(), w.execFunc(), w.requestsFunc(), w.programsFunc()},
		Classes: []*declare.Class{declare.RecordOf[Request]("fake_request", "A request that a test has answered."), declare.RecordOf[Program]("fake_program", "A run of a program that a test has answered.")},
	}
}

// codeUnanswered is the code of a request or a program for which a test has no answer.
const codeUnanswered = "Unanswered"

// An unansweredError says which answer a test needs.
type unansweredError struct{ asked, answers, hint string }

func (e *unansweredError) Error() string     { return "the test has no answer for " + e.asked + e.answers }
func (e *unansweredError) ErrorCode() string { return codeUnanswered }
func (e *unansweredError) Hint() string      { return e.hint }

// Final implements fetch.FinalError: another try would find no answer either.
func (e *unansweredError) Final() {}

// unansweredBy returns the error, which Unanswered returns at the end of the test.
func (f *fakes) unansweredBy(asked string, answers []string, hint string) error {
	const most = 5
	e := &unansweredError{asked: asked, hint: hint}
	if len(answers) > most {
		answers = append(answers[:most:most], fmt.Sprintf("%d more", len(answers)-most))
	}
	if len(answers) > 0 {
		e.answers = "; it has some for " + strings.Join(answers, ", ")
	}
	if f.unanswered == nil {
		f.unanswered = e
	}
	return e
}

// Unanswered returns the error of the first request or program since the last call that had no
// answer, or nil.
func (w *World) Unanswered() error {
	err := w.fakes.unanswered
	w.fakes.unanswered = nil
	return err
}

// fits returns true if a text is that of a pattern, in which a * stands for any text.
func fits(pattern, text string) bool {
	parts := strings.Split(pattern, "*")
	last := len(parts) - 1
	if last == 0 {
		return pattern == text
	}
	rest, found := strings.CutPrefix(text, parts[0])
	if !found {
		return false
	}
	for _, part := range parts[1:last] {
		if _, rest, found = strings.Cut(rest, part); !found {
			return false
		}
	}
	return strings.HasSuffix(rest, parts[last])
}

// lasts returns how long an answer lets the caller wait, and whether that is longer than its
// timeout, of which 0 is none.
func lasts(takes, timeout time.Duration) (wait time.Duration, late bool) {
	if timeout > 0 && takes > timeout {
		return timeout, true
	}
	return takes, false
}
