package puc

import (
	"fmt"
	"regexp"
	"strings"
)

// Judge compares programs. It is for one goroutine at a time.
type Judge struct {
	reference *Reference
	ours      *Ours
	repeated  uint64 // programs that ran into the limit of ours, and were run again
}

// NewJudge starts lua5.1. It returns an error if there is none.
func NewJudge() (*Judge, error) {
	reference, err := NewReference()
	if err != nil {
		return nil, err
	}
	return &Judge{reference: reference, ours: NewOurs()}, nil
}

// Close ends the process.
func (j *Judge) Close() { j.reference.Close() }

// Difference is a program whose outcomes differ.
type Difference struct {
	Source          string
	Ours, Reference Outcome
}

// String shows the program and both outcomes.
func (d *Difference) String() string {
	return fmt.Sprintf("--- program\n%s--- lua5.1\n%s--- ours\n%s", d.Source, shown(d.Reference), shown(d.Ours))
}

// maxShown is how many bytes of an outcome are shown.
const maxShown = 20000

func shown(o Outcome) string {
	text := o.text()
	if cut := len(text) - maxShown; cut > 0 {
		text = fmt.Sprintf("%s\n… %d bytes more\n", text[:maxShown], cut)
	}
	return text
}

// Verdict says whether a program was compared, or why it could not be.
type Verdict string

const (
	Compared Verdict = "compared"
	// RefusedThere programs do not compile in lua5.1.
	RefusedThere Verdict = "refused by lua5.1"
	// TooLongThere programs reach the limit on instructions or memory in lua5.1.
	TooLongThere Verdict = "too long for lua5.1"
	// StackFull programs nest more calls through C than lua5.1 allows, or more threads than we do.
	StackFull Verdict = "nested too deep"
	// TooLarge programs make a text that is longer than a string may be here.
	TooLarge Verdict = "too large"
	// Deviating programs go on with the text of a number that is another one on purpose.
	Deviating Verdict = "deviate on purpose"
)

var tooLarge = regexp.MustCompile(`this string would have \d+ bytes, more than the \d+ that one may have`)

// mark of the support code: a number became a text that differs on purpose.
const deviates = "=== deviates\n"

// Compare runs one program on both sides and returns nil if they agree, or if lua5.1 does not
// run it to its end.
func (j *Judge) Compare(ours, reference string) (*Difference, error) {
	_, d, err := j.compare([]string{ours}, reference)
	return d, err
}

// compare runs a program in the VM as one input or several, and as one program in lua5.1.
func (j *Judge) compare(ours []string, reference string) (Verdict, *Difference, error) {
	want, err := j.reference.Run(reference)
	if err != nil {
		return "", nil, err
	}
	switch {
	case want.End == Refused:
		return RefusedThere, nil, nil
	case want.End == TooLong:
		return TooLongThere, nil, nil
	case strings.Contains(want.text(), "stack overflow"):
		return StackFull, nil, nil
	}
	got := j.ours.Run(ours...)
	if got.End == TooLong { // a slow machine: a program that hangs does so again
		j.repeated++
		got = j.ours.Run(ours...)
	}
	switch {
	case strings.Contains(got.text(), "coroutines resumed inside each other"):
		return StackFull, nil, nil
	case tooLarge.MatchString(got.text()):
		return TooLarge, nil, nil
	}
	if sameOutcome(got, want) {
		return Compared, nil, nil
	}
	return Compared, &Difference{Source: strings.TrimLeft(ours[len(ours)-1], "\n"), Ours: got, Reference: want}, nil
}

// functionName is the name in the error of an argument. Lua 5.1 has "?" where an instruction does
// not hold the name.
var functionName = regexp.MustCompile(`bad argument #(\d+) to '[^']*'`)

func sameOutcome(got, want Outcome) bool {
	ours, reference := normalize(got.text()), normalize(want.text())
	if strings.Contains(reference, " to '?'") {
		ours, reference = functionName.ReplaceAllString(ours, "bad argument #$1"), functionName.ReplaceAllString(reference, "bad argument #$1")
	}
	return ours == reference
}

// Both returns the results of a program in our VM and in lua5.1.
func (j *Judge) Both(source string) (ours, reference Outcome, err error) {
	reference, err = j.reference.Run(source)
	return j.ours.Run(source), reference, err
}

// Case is a random program and the way in which our VM runs it.
type Case struct {
	Root *Node
	// Prompt runs each statement as an input of a prompt.
	Prompt bool
}

// NewCase returns the case of a seed and a number.
func NewCase(seed, number uint64) Case { return Case{Program(seed, number), atPrompt(number)} }

func (c Case) inputs(f form) []string {
	if c.Prompt {
		return c.Root.inputs(f)
	}
	return []string{c.Root.render(f)}
}

// compareGuarded compares a random program. If the outcomes differ, its guarded form decides
// whether that is on purpose.
func (j *Judge) compareGuarded(c Case) (Verdict, *Difference, error) {
	verdict, found, err := j.compare(c.inputs(form{}), c.Root.ReferenceSource())
	if found == nil || err != nil {
		return verdict, nil, err
	}
	found.Source = c.Root.Source()
	if c.Root.sameStatements(found) {
		return verdict, nil, nil
	}
	if c.Prompt {
		_, differs, err := j.compare(c.inputs(form{}), c.Root.globals())
		if differs == nil || err != nil {
			return Deviating, nil, err // "The prompt" in docs/reference/lua.md
		}
	}
	reference, err := j.reference.Run(c.Root.render(form{reference: true, guarded: true}))
	if err != nil {
		return verdict, nil, err
	}
	ours := j.ours.Run(c.inputs(form{guarded: true})...)
	if strings.Contains(reference.Output, deviates) || strings.Contains(ours.Output, deviates) {
		return Deviating, nil, nil
	}
	return verdict, found, nil
}

// CompareProgram compares a random program, and reduces it if the outcomes differ.
func (j *Judge) CompareProgram(c Case) (Verdict, *Difference, error) {
	verdict, found, err := j.compareGuarded(c)
	if found == nil || err != nil {
		return verdict, nil, err
	}
	found, err = j.shrink(c, found)
	return verdict, found, err
}
