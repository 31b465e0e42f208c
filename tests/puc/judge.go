package puc

import (
	"fmt"
	"strings"
)

// Judge compares programs. It is for one goroutine at a time.
type Judge struct {
	reference *Reference
	ours      *Ours
	judged    uint64 // programs that lua5.1 ran to their end
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
	return fmt.Sprintf("--- program\n%s--- lua5.1\n%s--- ours\n%s", d.Source, d.Reference.text(), d.Ours.text())
}

// Compare runs one program on both sides and returns nil if they agree. A program that lua5.1
// refuses, that runs too long there or that fills its stack says nothing, nor does one that
// resumes more threads inside each other than we allow: it counts as agreement.
func (j *Judge) Compare(ours, reference string) (*Difference, error) {
	want, err := j.reference.Run(reference)
	if err != nil {
		return nil, err
	}
	if want.End == Refused || want.End == TooLong || strings.Contains(want.text(), "stack overflow") {
		return nil, nil
	}
	j.judged++
	got := j.ours.Run(ours)
	if strings.Contains(got.text(), "coroutines resumed inside each other") || normalize(got.text()) == normalize(want.text()) {
		return nil, nil
	}
	return &Difference{Source: ours, Ours: got, Reference: want}, nil
}

// Both returns the outcomes of a program in our VM and in lua5.1.
func (j *Judge) Both(source string) (ours, reference Outcome, err error) {
	reference, err = j.reference.Run(source)
	return j.ours.Run(source), reference, err
}

// CompareProgram compares a random program, and reduces it if the outcomes differ.
func (j *Judge) CompareProgram(root *Node) (*Difference, error) {
	found, err := j.Compare(root.Source(), root.ReferenceSource())
	if found == nil || err != nil {
		return nil, err
	}
	return j.shrink(root, found)
}
