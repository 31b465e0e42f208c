package durable

import (
	"fmt"
	"strings"
	"testing"
)

// The beginning of an output is kept, and its end says that more has come.
func TestAnOutputIsKeptUpToALimit(t *testing.T) {
	t.Parallel()
	for limit, want := range map[int]string{
		100: "first\nsecond\nthird\n",
		8:   "first\nse\n" + outputCut,
		6:   "first\n\n" + outputCut,
	} {
		o := &Output{left: limit}
		for _, line := range []string{"first\n", "second\n", "third\n"} {
			if n, err := o.Write([]byte(line)); n != len(line) || err != nil {
				t.Fatalf("%d, %v", n, err)
			}
		}
		if got := o.text.String(); got != want {
			t.Errorf("limit %d: %q, want %q", limit, got, want)
		}
	}
	o := &Output{left: 1 << 10}
	for range 1 << 20 {
		_, _ = fmt.Fprint(o, "line\n")
	}
	if strings.Count(o.text.String(), outputCut) != 1 || o.text.Len() > 2<<10 {
		t.Errorf("%d bytes are kept", o.text.Len())
	}
}
