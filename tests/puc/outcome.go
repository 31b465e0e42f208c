package puc

import "strings"

// Outcome is the output of one run of a program, and how it ended.
type Outcome struct {
	Output string
	End    End
	// Failure is the error that ended the program; empty unless End is Failed, Refused or Broken.
	Failure string
}

// End says how a program ended.
type End string

const (
	Finished End = "ok"     // to its end
	Failed   End = "error"  // by an error that nothing caught
	Refused  End = "syntax" // it did not compile
	TooLong  End = "long"   // by the limit on its instructions or its time
	Broken   End = "broken" // by a fault of the host, which no program may cause
)

func newOutcome(output, status string) Outcome {
	end, failure, _ := strings.Cut(status, " ")
	return Outcome{Output: output, End: End(end), Failure: failure}
}

// text is the whole outcome as it is compared and shown.
func (o Outcome) text() string {
	return o.Output + strings.TrimSpace(string(o.End)+" "+o.Failure) + "\n"
}
