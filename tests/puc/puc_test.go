package puc_test

import (
	"os"
	"strings"
	"testing"

	"github.com/dbos-script/dbos-script/tests/puc"
)

// seed makes the programs and calls of this test the same each time.
const seed = 20260101

// TestRandomProgramsEndAsInLua51 compares programs and calls of the library with lua5.1.
func TestRandomProgramsEndAsInLua51(t *testing.T) {
	t.Parallel()
	report, err := puc.Run(puc.Options{Seed: seed, Programs: 600, Calls: 5000, Most: 5}, func(d string) { t.Error(d) })
	if err != nil {
		t.Fatal(err)
	}
	t.Log(report)
	if compared := report.Verdicts[puc.Compared]; compared < report.Programs*9/10 || compared > report.Programs {
		t.Errorf("%d of %d programs were compared", compared, report.Programs)
	}
}

// TestProgramsOfTheTable runs the table in both; its values are those of lua5.1, too.
func TestProgramsOfTheTable(t *testing.T) {
	t.Parallel()
	examples, err := puc.Examples()
	if err != nil {
		t.Fatal(err)
	}
	judge, err := puc.NewJudge()
	if err != nil {
		t.Fatal(err)
	}
	defer judge.Close()
	for _, e := range examples {
		ours, reference, err := judge.Both(e.Source)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.TrimRight(ours.Output+ours.Failure, "\n"); got != e.Want {
			t.Errorf("%s: ours printed\n%s\nwant\n%s", e.Name, got, e.Want)
		}
		if got := strings.TrimRight(reference.Output+reference.Failure, "\n"); got != e.Want {
			t.Errorf("%s: lua5.1 printed\n%s\nwant\n%s", e.Name, got, e.Want)
		}
	}
	t.Logf("%d programs", len(examples))
}

// TestTheJudgeSeesADifference holds that a program that ends otherwise is found and reduced.
func TestTheJudgeSeesADifference(t *testing.T) {
	t.Parallel()
	judge, err := puc.NewJudge()
	if err != nil {
		t.Fatal(err)
	}
	defer judge.Close()
	for ours, reference := range map[string]string{
		"print(1)":                "print(2)",
		"print(1)\n":              "print(1) print(2)",
		"error('a', 0)":           "error('b', 0)",
		"local a, b = 1 print(a)": "local a, b = 1 print(b)",
		`print(pcall(function() error("x") end))`: `print(pcall(function() error("y") end))`,
	} {
		if d, err := judge.Compare(ours, reference); err != nil || d == nil {
			t.Errorf("%s and %s: no difference (%v)", ours, reference, err)
		}
	}
	if d, err := judge.Compare("print(1)", "print(1)"); err != nil || d != nil {
		t.Errorf("a difference where there is none: %v %v", d, err)
	}
}

// TestMinusZeroIsTheOnlySignThatIsDropped holds the exception for zeros to what the page for
// users says.
func TestMinusZeroIsTheOnlySignThatIsDropped(t *testing.T) {
	t.Parallel()
	judge, err := puc.NewJudge()
	if err != nil {
		t.Fatal(err)
	}
	defer judge.Close()
	for _, same := range [][2]string{{"a-0a", "a0a"}, {"-0", "0"}, {"-0-0", "00"}, {"-05", "05"}} {
		if d, err := judge.Compare("print('"+same[0]+"')", "print('"+same[1]+"')"); err != nil || d != nil {
			t.Errorf("%v: %v %v", same, d, err)
		}
	}
	for _, other := range [][2]string{{"-0.5", "0.5"}, {"1e-05", "1e05"}, {"-1", "1"}} {
		if d, err := judge.Compare("print('"+other[0]+"')", "print('"+other[1]+"')"); err != nil || d == nil {
			t.Errorf("%v: no difference (%v)", other, err)
		}
	}
}

// TestPowersAndLogarithmsHaveTheDigitsOfLua51 compares random ones by all the digits that print
// writes.
func TestPowersAndLogarithmsHaveTheDigitsOfLua51(t *testing.T) {
	t.Parallel()
	judge, err := puc.NewJudge()
	if err != nil {
		t.Fatal(err)
	}
	defer judge.Close()
	const source = `local seed = 7
local function random() seed = (seed * 16807) % 2147483647 return seed / 2147483647 end
print((1/3) ^ 255, 0.1 ^ 200, 2 ^ -1074, 10 ^ 22, (-3) ^ 41, 4 ^ 0.5, "2" ^ "0.3")
for i = 1, 3000 do
  local a, b = random() * 50 + 0.01, random() * 300 - 150
  print(a ^ b, math.pow(a, b), math.exp(b), math.log(a), math.deg(b), math.rad(b))
end`
	if d, err := judge.Compare(source, source); err != nil || d != nil {
		t.Errorf("%v %v", d, err)
	}
}

// TestDocsListEveryDeviation holds the judge's exceptions against the page for users.
func TestDocsListEveryDeviation(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/reference/lua.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range puc.Deviations() {
		if !strings.Contains(string(page), "\n## "+d.Doc+"\n") {
			t.Errorf("docs/reference/lua.md has no part %q", d.Doc)
		}
	}
}

// FuzzPrograms compares the programs and calls of further seeds.
func FuzzPrograms(f *testing.F) {
	judge, err := puc.NewJudge()
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(judge.Close)
	f.Add(uint64(1), uint64(1))
	f.Fuzz(func(t *testing.T, seed, number uint64) {
		found, err := judge.CompareSeed(seed, number)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range found {
			t.Error(d)
		}
	})
}
