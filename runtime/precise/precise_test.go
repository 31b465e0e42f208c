package precise

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

// distance returns how far a result is from the exact one, in units of the result's last place.
func distance(result float64, exact *big.Float) float64 {
	unit := math.Nextafter(math.Abs(result), math.Inf(1)) - math.Abs(result)
	d, _ := new(big.Float).Sub(exact, big.NewFloat(result)).Float64()
	return math.Abs(d) / unit
}

func power(x float64, n int) *big.Float {
	result, base := big.NewFloat(1).SetPrec(300), big.NewFloat(x).SetPrec(300)
	for range n {
		result.Mul(result, base)
	}
	return result
}

func TestPowersAreExactToTheirLastPlace(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for range 20000 {
		x, n := math.Exp(r.Float64()*8-4), 1+r.IntN(250)
		if got := Pow(x, float64(n)); !math.IsInf(got, 0) && distance(got, power(x, n)) > 0.51 {
			t.Errorf("Pow(%v, %d) = %v, which is %.3f units away", x, n, got, distance(got, power(x, n)))
		}
	}
}

func TestSmallestPowersAreRoundedOnce(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4))
	for range 2000 {
		x := 0.0015 * (1 + r.Float64()/4)
		exact := power(x, 111)
		want, _ := exact.Float64()
		if got := Pow(x, 111); got != want {
			t.Errorf("Pow(%v, 111) = %v, not %v", x, got, want)
		}
	}
}

func TestLogarithmsOfPowersAreWhole(t *testing.T) {
	t.Parallel()
	for n := 1.0; n <= 22; n++ {
		if Log10(math.Pow10(int(n))) != n || Log2(math.Ldexp(1, int(n))) != n || Pow(10, n) != math.Pow10(int(n)) {
			t.Errorf("n = %v: %v, %v, %v", n, Log10(math.Pow10(int(n))), Log2(math.Ldexp(1, int(n))), Pow(10, n))
		}
	}
}

func TestExponentialAndLogarithmAreInverse(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(5, 6))
	for range 20000 {
		x := math.Exp(r.Float64()*1200 - 600)
		y := Log(x)
		if back := Exp(y); math.Abs(back/x-1) > (math.Abs(y)+2)*0x1p-53 {
			t.Errorf("Exp(Log(%v)) = %v", x, back)
		}
	}
}

func TestSpecialValuesAreThoseOfMath(t *testing.T) {
	t.Parallel()
	if got := Log(math.SmallestNonzeroFloat64); math.Abs(got+1074*math.Ln2) > 1e-12 {
		t.Errorf("Log(5e-324) = %v", got)
	}
	special := []float64{0, math.Copysign(0, -1), 1, -1, 2, -2, 3, -3, 0.5, -0.5, 1e300, -1e300, 5e-324, math.MaxFloat64, math.Inf(1), math.Inf(-1), math.NaN()}
	same := func(name string, got, want float64, at ...float64) {
		t.Helper()
		if math.IsNaN(got) != math.IsNaN(want) || math.Signbit(got) != math.Signbit(want) && !math.IsNaN(got) || math.Abs(got-want) > math.Abs(want)*1e-12 {
			t.Errorf("%s%v = %v, not %v", name, at, got, want)
		}
	}
	for _, x := range special {
		same("Exp", Exp(x), math.Exp(x), x)
		if x != math.SmallestNonzeroFloat64 { // of which math.Log on amd64 is wrong
			same("Log", Log(x), math.Log(x), x)
			same("Log10", Log10(x), math.Log10(x), x)
		}
		same("Log2", Log2(x), math.Log2(x), x)
		for _, y := range special {
			same("Pow", Pow(x, y), math.Pow(x, y), x, y)
		}
	}
}

func BenchmarkPow(b *testing.B) {
	for name, pow := range map[string]func(x, y float64) float64{"ours": Pow, "math": math.Pow} {
		b.Run(name, func(b *testing.B) {
			x := 1.1
			for b.Loop() {
				x = 1.1 + pow(x, 1.7)*1e-9
			}
		})
	}
}
