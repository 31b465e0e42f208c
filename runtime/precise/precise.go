package precise

import "math"

const (
	perStep   = steps / math.Ln2
	maxLog    = 710.0  // e to this power is infinite
	minLog    = -746.0 // e to this power is 0
	minNormal = -1022  // exponent of the smallest number with 53 bits
)

// Pow returns x to the power of y. Signs, zeros, infinities and NaN are as in math.Pow.
func Pow(x, y float64) float64 {
	if y == 2 {
		return x * x
	}
	base := math.Abs(x)
	if base == 0 || base == 1 || y == 0 || !finite(base) || !finite(y) || x < 0 && y != math.Trunc(y) {
		return math.Pow(x, y)
	}
	result, t := 0.0, logarithm(base).times(y)
	if t.high > maxLog || math.IsNaN(t.high) {
		result = math.Pow(base, y)
	} else if t.high > minLog {
		result = exponential(t)
	}
	if x < 0 && math.Abs(math.Mod(y, 2)) == 1 {
		return -result
	}
	return result
}

// Exp returns e to the power of x.
func Exp(x float64) float64 {
	if !(x < maxLog && x > minLog) {
		return math.Exp(x)
	}
	return exponential(double{x, 0})
}

// Log returns the natural logarithm of x.
func Log(x float64) float64 {
	if !(x > 0) || !finite(x) || x == 1 {
		return math.Log(x)
	}
	return logarithm(x).float()
}

// Log10 returns the logarithm of x to the base 10.
func Log10(x float64) float64 {
	if !(x > 0) || !finite(x) || x == 1 {
		return math.Log10(x)
	}
	return logarithm(x).timesDouble(perLog10).float()
}

// Log2 returns the logarithm of x to the base 2.
func Log2(x float64) float64 {
	if !(x > 0) || !finite(x) || x == 1 {
		return math.Log2(x)
	}
	return logarithm(x).timesDouble(perLog2).float()
}

func finite(x float64) bool { return x-x == 0 }

// logarithm divides by the nearest root of 2. The quotient differs from 1 by less than 1/256, so
// a few terms of ln(1 + r) = r - r²/2 + r³/3 - … are enough, and only the first two need more
// than a float.
func logarithm(x float64) double {
	fraction, exponent := math.Frexp(x)
	n := math.Round(math.Log(fraction)*perStep) + steps*float64(exponent)
	inverse := -int(n)
	root := roots()[inverse&(steps-1)]
	m := math.Ldexp(x, inverse>>7)
	p := product(m, root.high)
	r := sum(p.high-1, math.FMA(m, root.low, p.low))
	h := r.high
	square := product(h, h)
	square.low += 2 * h * r.low
	tail := h * square.high * (1./3 - h*(1./4-h*(1./5-h*(1./6-h*(1./7-h*(1./8-h/9))))))
	whole := step.times(n)
	first := sum(whole.high, h)
	second := sum(first.high, -square.high/2)
	return sum(second.high, second.low+first.low+whole.low+r.low-square.low/2+tail)
}

// exponential takes out the nearest root of 2 too, and sums up r + r²/2 + r³/6 + … for the rest.
func exponential(t double) float64 {
	n := math.Round(t.high * perStep)
	whole := product(n, step.high)
	r := sum(t.high-whole.high, t.low-whole.low-n*step.low)
	h := r.high
	rest := r.low + h*h*(1./2+h*(1./6+h*(1./24+h*(1./120+h*(1./720+h/5040)))))
	root := roots()[int(n)&(steps-1)]
	linear := product(root.high, h)
	result := sum(root.high, linear.high)
	result.low += linear.low + root.high*rest + root.low + root.low*h
	return scaled(result, int(n)>>7)
}

// scaled returns d * 2^exponent. A result with less than 53 bits is rounded once: adding 1 pushes
// out the bits behind its last place.
func scaled(d double, exponent int) float64 {
	if exponent >= minNormal {
		return math.Ldexp(d.float(), exponent)
	}
	high, low := math.Ldexp(d.high, exponent-minNormal), math.Ldexp(d.low, exponent-minNormal)
	rounded := sum(1, high)
	rounded.high += rounded.low + low
	return math.Ldexp(rounded.high-1, minNormal)
}
