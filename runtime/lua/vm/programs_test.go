package vm

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	lua "github.com/yuin/gopher-lua"
)

// smallPrograms are the files of testdata/programs with what lua5.1 returns of them.
var smallPrograms = []struct{ name, want string }{
	{"fib", "17711"},
	{"nbody", "0.013535"},
	{"spectral_norm", "1.274167288"},
	{"strings", "22593 813 842"},
	{"tables", "136 4165833 2500"},
	{"sort", "436992"},
	{"closures", "13960500"},
	{"methods", "19 23178 822 16000"},
}

func readProgram(t testing.TB, name string) string {
	t.Helper()
	source, err := os.ReadFile(filepath.Join("testdata", "programs", name+".lua"))
	if err != nil {
		t.Fatal(err)
	}
	return string(source)
}

func TestSmallPrograms(t *testing.T) {
	t.Parallel()
	for _, p := range smallPrograms {
		v := quietVM(t)
		got, err := v.RunString(t.Context(), p.name, readProgram(t, p.name))
		if err != nil || joinedValues(got) != p.want {
			t.Errorf("%s: %v, %v; lua5.1 has %s", p.name, got, err, p.want)
		}
	}
}

// plainProgram returns a run of a program on gopher-lua alone, without limits.
func plainProgram(b *testing.B, source string) func() {
	b.Helper()
	L := lua.NewState(lua.Options{CallStackSize: callStackSize, RegistrySize: registrySize, RegistryMaxSize: registryMaxSize, RegistryGrowStep: registryGrowStep})
	b.Cleanup(L.Close)
	f, err := L.LoadString(source)
	if err != nil {
		b.Fatal(err)
	}
	return func() {
		L.Push(f)
		L.Call(0, 1)
		L.Pop(1)
	}
}

// ownProgram returns a run of a program with all limits.
func ownProgram(b *testing.B, source string) func() {
	b.Helper()
	v := New(Config{Limits: Limits{Time: time.Hour}})
	b.Cleanup(v.Close)
	program, err := Compile("program", source)
	if err != nil {
		b.Fatal(err)
	}
	return func() {
		if _, err := v.Run(b.Context(), program); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkProgramsAgainstPlain runs each program here and on gopher-lua alone by turns, and
// reports the ratio of the shortest times; "all" is the geometric mean.
func BenchmarkProgramsAgainstPlain(b *testing.B) {
	product, count := 1.0, 0
	for _, p := range smallPrograms {
		b.Run(strings.ReplaceAll(p.name, "_", " "), func(b *testing.B) {
			source := readProgram(b, p.name)
			own, plain := ownProgram(b, source), plainProgram(b, source)
			own()
			plain()
			ours, theirs := time.Duration(math.MaxInt64), time.Duration(math.MaxInt64)
			for b.Loop() {
				start := time.Now()
				own()
				half := time.Now()
				plain()
				ours, theirs = min(ours, half.Sub(start)), min(theirs, time.Since(half))
			}
			ratio := ours.Seconds() / theirs.Seconds()
			product, count = product*ratio, count+1
			b.ReportMetric(ours.Seconds()*1e6, "own-µs")
			b.ReportMetric(theirs.Seconds()*1e6, "plain-µs")
			b.ReportMetric(ratio, "ratio")
		})
	}
	b.Run("all", func(b *testing.B) {
		for b.Loop() {
			b.ReportMetric(math.Pow(product, 1/float64(max(count, 1))), "ratio")
		}
	})
}
