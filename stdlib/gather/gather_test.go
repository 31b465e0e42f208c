package gather

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

// reserving is the context of a run that allows texts of so many bytes, and notes what it is asked.
func reserving(t *testing.T, most int64, asked *[]int64) context.Context {
	return context.WithValue(t.Context(), declare.MemoryKey(), func(size int64) error {
		if *asked = append(*asked, size); size > most {
			return errors.New("too much")
		}
		return nil
	})
}

func TestATextAsksBeforeItGrows(t *testing.T) {
	t.Parallel()
	var asked []int64
	text := New(reserving(t, 150, &asked), 1000)
	for range 3 {
		if _, err := text.Write([]byte(strings.Repeat("x", 40))); err != nil {
			t.Fatal(err)
		}
	}
	if text.String() != strings.Repeat("x", 120) || text.Len() != 120 || len(asked) == 0 || !slices.IsSorted(asked) {
		t.Errorf("%d bytes, asked for %v", text.Len(), asked)
	}
	if _, err := text.Write(make([]byte, 100)); err == nil || err.Error() != "too much" || text.Len() != 120 {
		t.Errorf("the text has %d bytes, %v", text.Len(), err)
	}
}

func TestATextOfAKnownLengthIsAskedForOnce(t *testing.T) {
	t.Parallel()
	var asked []int64
	text := New(reserving(t, 1000, &asked), 500)
	if err := text.Expect(300); err != nil {
		t.Fatal(err)
	}
	for range 300 {
		if _, err := text.Write([]byte("x")); err != nil {
			t.Fatal(err)
		}
	}
	if !slices.Equal(asked, []int64{300}) {
		t.Errorf("asked for %v", asked)
	}
	if err := New(reserving(t, 100, &asked), 500).Expect(300); err == nil {
		t.Error("more than the run may take was promised")
	}
}

func TestATextIsBounded(t *testing.T) {
	t.Parallel()
	text := New(t.Context(), 10)
	_, err := text.Write([]byte("0123456789"))
	_, long := text.Write([]byte("x"))
	if err != nil || long == nil || long.Error() != "it has more than 10 bytes" || text.String() != "0123456789" {
		t.Errorf("%q, %v, %v", text.String(), err, long)
	}
}
