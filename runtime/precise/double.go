package precise

import (
	"math"
	"math/big"
	"sync"
)

// double is the exact sum of two floats. The second is less than a unit in the last place of the
// first.
type double struct{ high, low float64 }

// sum returns a + b, if a is not the smaller of the two.
func sum(a, b float64) double {
	high := a + b
	return double{high, b - (high - a)}
}

// product returns a * b without an error.
func product(a, b float64) double {
	high := a * b
	return double{high, math.FMA(a, b, -high)}
}

func (d double) times(f float64) double {
	p := product(d.high, f)
	return sum(p.high, math.FMA(d.low, f, p.low))
}

func (d double) timesDouble(e double) double {
	p := product(d.high, e.high)
	return sum(p.high, p.low+d.high*e.low+d.low*e.high)
}

func (d double) float() float64 { return d.high + d.low }

// steps is the number of roots between 1 and 2.
const steps = 128

// roots returns the powers of 2 with the exponents 0/128 to 127/128.
var roots = sync.OnceValue(rootsOfTwo)

func rootsOfTwo() *[steps]double {
	var values [steps]double
	const bits = 160
	root := big.NewFloat(2).SetPrec(bits)
	for range 7 {
		root.Sqrt(root)
	}
	power := big.NewFloat(1).SetPrec(bits)
	for i := range values {
		values[i].high, _ = power.Float64()
		rest := new(big.Float).Sub(power, big.NewFloat(values[i].high))
		values[i].low, _ = rest.Float64()
		power.Mul(power, root)
	}
	return &values
}

// The high parts are rounded by hand, because Go computes with exact constants: the low parts are
// the remainders.
const (
	stepHigh  = 0x1.62e42fefa39efp-8
	log10High = 0x1.bcb7b1526e50ep-2
	log2High  = 0x1.71547652b82fep+0
)

var (
	step     = double{stepHigh, math.Ln2/steps - stepHigh}
	perLog10 = double{log10High, 1/math.Ln10 - log10High}
	perLog2  = double{log2High, 1/math.Ln2 - log2High}
)
