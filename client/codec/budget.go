package codec

import "errors"

var (
	errTooLarge = errors.New("shared parts expand to an unreasonable size")
	errCyclic   = errors.New("the value contains itself or is nested too deep")
)

// A budget bounds the size that a text may expand to: superjson and pickle can refer to
// one part many times, so that a short text stands for gigabytes of JSON.
type budget struct {
	left  int
	depth int
}

func newBudget(textLength int) *budget {
	return &budget{left: 16<<20 + 16*textLength}
}

// spend takes the cost of one value with extra bytes of text.
func (b *budget) spend(extra int) error {
	const perValue = 16
	if b.left -= perValue + extra; b.left < 0 {
		return errTooLarge
	}
	return nil
}

// enter pays for a container of n elements and steps into it; leave steps out.
func (b *budget) enter(n int) error {
	if b.depth++; b.depth > maxDepth {
		return errCyclic
	}
	return b.spend(n)
}

func (b *budget) leave() { b.depth-- }
