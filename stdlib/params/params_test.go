package params_test

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/stdlib/params"
)

var now = time.Date(2026, time.March, 2, 10, 0, 0, 0, time.UTC)

func members(pairs ...any) declare.Members {
	var m declare.Members
	for i := 0; i < len(pairs); i += 2 {
		m = append(m, declare.Member{Key: pairs[i].(string), Value: pairs[i+1]})
	}
	return m
}

func declared(t *testing.T) *params.Set {
	t.Helper()
	set, err := params.Declare(members(
		"summary", "Does things.",
		"status", members("default", "ERROR", "values", []any{"ERROR", "CANCELLED"}),
		"batch", members("type", "integer", "default", int64(200), "min", int64(1), "max", int64(1000), "short", "b"),
		"share", members("type", "number"),
		"since", members("type", "duration", "default", "24h", "doc", "how far back"),
		"until", members("type", "time"),
		"plan_only", members("type", "boolean"),
		"name", members("type", "list"),
		"state", members("type", "list", "values", []any{"new", "old"}, "default", []any{"new"}),
		"pause", members("max", "5m", "type", "duration", "min", int64(1)),
		"queue", members("required", true),
	))
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func TestParseReadsEveryType(t *testing.T) {
	t.Parallel()
	words := strings.Fields("--queue q --status CANCELLED -b 7 --share=0.5 --since 90 --until -1h --plan-only --name a,b --name c --state old,new --state old --pause 2m")
	got, err := declared(t).Parse(words, now)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"queue": "q", "status": "CANCELLED", "batch": int64(7), "share": 0.5, "since": 90.0,
		"until": now.Add(-time.Hour), "plan_only": true, "name": []any{"a", "b", "c"}, "state": []any{"old", "new", "old"}, "pause": 120.0,
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v\nwant %v", got, want)
	}
}

// A duration without a sign is a time in the past.
func TestParseReadsTimesThatPeopleWrite(t *testing.T) {
	t.Parallel()
	for word, want := range map[string]time.Time{
		"2h": now.Add(-2 * time.Hour), "2h ago": now.Add(-2 * time.Hour), "+2h": now.Add(2 * time.Hour), "3d": now.Add(-72 * time.Hour),
		"yesterday": time.Date(2026, time.March, 1, 0, 0, 0, 0, time.UTC), "1772445600": now,
	} {
		got, err := declared(t).Parse([]string{"--queue", "q", "--until", word}, now)
		if err != nil || got["until"] != want {
			t.Errorf("%s is %v, %v, want %v", word, got["until"], err, want)
		}
	}
}

func TestParseGivesDefaults(t *testing.T) {
	t.Parallel()
	got, err := declared(t).Parse([]string{"--queue", "q", "--no-plan-only", "--until", "1772445600"}, now)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]any{"queue": "q", "status": "ERROR", "batch": int64(200), "since": 86400.0, "plan_only": false,
		"until": now, "state": []any{"new"}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v\nwant %v", got, want)
	}
}

// Words that are no flags belong to the positional parameter, whatever they hold.
func TestParseReadsPositionalWords(t *testing.T) {
	t.Parallel()
	set, err := params.Declare(members("ids", members("type", "list", "positional", true, "required", true), "deep", members("type", "boolean")))
	if err != nil {
		t.Fatal(err)
	}
	got, err := set.Parse([]string{"a,b", "--deep", "c d"}, now)
	if want := map[string]any{"ids": []any{"a,b", "c d"}, "deep": true}; err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, %v\nwant %v", got, err, want)
	}
	if _, err := set.Parse([]string{"--deep"}, now); err == nil || err.Error() != "IDS is required" {
		t.Errorf("no word returned %v", err)
	}
	if usage := set.Usage("dbos-script why"); !strings.Contains(usage, "Usage: dbos-script why IDS… [parameters]") {
		t.Errorf("the usage text is\n%s", usage)
	}
	one, err := params.Declare(members("id", members("positional", true)))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := one.Parse([]string{"a", "b"}, now); err == nil || err.Error() != `unexpected "b" after "a"` {
		t.Errorf("two words for one returned %v", err)
	}
}

func TestParseNamesMistakes(t *testing.T) {
	t.Parallel()
	for words, want := range map[string]string{
		"":                         "--queue is required",
		"--queue":                  "--queue needs a value",
		"--queue q --btach 3":      `unknown parameter --btach (did you mean "--batch"?)`,
		"--queue q --batch many":   `--batch: "many" is no whole number`,
		"--queue q --batch 0":      "--batch is at least 1, not 0",
		"--queue q --batch 1001":   "--batch is at most 1000, not 1001",
		"--queue q --status EROR":  `--status is one of ERROR, CANCELLED, not "EROR" (did you mean "ERROR"?)`,
		"--queue q --share x":      `--share: "x" is no number`,
		"--queue q --since soon":   `--since: "soon" is no duration`,
		"--queue q --until soon":   `--until: "soon" is no time`,
		"--queue q --until 30":     `--until: "30" has no unit: write 30s, 30m, 30h or 30d`,
		"--queue q --state nwe":    `--state is one of new, old, not "nwe" (did you mean "new"?)`,
		"--queue q --pause 6m":     "--pause is at most 300, not 6m",
		"--queue q --plan-only=no": `--plan-only: "no" is neither true nor false`,
		"--queue q order-17":       `unexpected "order-17"`,
	} {
		_, err := declared(t).Parse(strings.Fields(words), now)
		var mistake *params.Error
		if !errors.As(err, &mistake) || !strings.Contains(err.Error(), want) || mistake.ExitCode() != 2 {
			t.Errorf("%q: %v, want %s", words, err, want)
		}
	}
}

func TestDeclareNamesMistakes(t *testing.T) {
	t.Parallel()
	for want, declaration := range map[string]declare.Members{
		`no type "int": it is string, integer,`:   members("batch", members("type", "int")),
		`unknown key "defualt" (did you mean "de`: members("batch", members("defualt", int64(1))),
		`expected`:           members("batch", "200"),
		"positional already": members("a", members("positional", true), "b", members("positional", true)),
		"of type integer":    members("a", members("type", "integer", "positional", true)),
		`cannot be two`:      members("batch", members("min", "two")),
	} {
		if _, err := params.Declare(declaration); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v, want %s", declaration, err, want)
		}
	}
}

func TestUsageListsEverything(t *testing.T) {
	t.Parallel()
	set := declared(t)
	usage := set.Usage("dbos-script run x.lua")
	for _, want := range []string{
		"Does things.", "dbos-script run x.lua", "-b, --batch N", "  1 to 1000; default 200\n",
		"--since DURATION", "how far back (default 24h)", "--queue TEXT", "  required\n", "--share N\n", "--plan-only\n", "one of ERROR, CANCELLED",
	} {
		if !strings.Contains(usage, want) {
			t.Errorf("the usage text lacks %q:\n%s", want, usage)
		}
	}
	if !set.WantsHelp([]string{"--queue", "q", "--help"}) || set.WantsHelp([]string{"--queue", "q"}) {
		t.Error("--help is not recognised")
	}
}

func TestBehindDashesEveryWordIsPositional(t *testing.T) {
	t.Parallel()
	set, err := params.Declare(members(
		"ids", members("type", "list", "positional", true, "secret", true),
		"queue", members("type", "string"),
	))
	if err != nil {
		t.Fatal(err)
	}
	words := []string{"a", "--queue", "q", "--", "-x", "--queue", "--"}
	got, err := set.Parse(words, now)
	want := map[string]any{"queue": "q", "ids": []any{"a", "-x", "--queue", "--"}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, %v\nwant %v", got, err, want)
	}
	if masked := set.Masked(words); !slices.Equal(masked, []string{"***", "--queue", "q", "--", "***", "***", "***"}) {
		t.Errorf("masked %q", masked)
	}
	if _, err := declared(t).Parse([]string{"--queue", "q", "--", "x"}, now); err == nil || !strings.Contains(err.Error(), `unexpected "x"`) {
		t.Errorf("without a positional parameter: %v", err)
	}
}

func TestADashReadsItemsFromStandardInput(t *testing.T) {
	t.Parallel()
	set, err := params.Declare(members("ids", members("type", "list", "positional", true)))
	if err != nil {
		t.Fatal(err)
	}
	words := []string{"first", "-", "last"}
	if _, err := set.Parse(words, now); err == nil || !strings.Contains(err.Error(), "there is none") {
		t.Errorf("without standard input: %v", err)
	}
	for _, test := range []struct {
		text string
		want []any
		err  string
	}{
		{"", []any{"first", "last"}, ""},
		{"a,b\r\n\n  c  \n", []any{"first", "a,b", "c", "last"}, ""},
		{`{"id":"x","status":"ERROR"}` + "\n" + `{"workflow_id":"y"}`, []any{"first", "x", "y", "last"}, ""},
		{"a\n" + `{"status":"ERROR"}`, nil, "line 2 of standard input: it is JSON, and has no id"},
		{`{"id":`, nil, "line 1 of standard input"},
	} {
		set.Stdin = func() ([]byte, error) { return []byte(test.text), nil }
		got, err := set.Parse(words, now)
		if test.err != "" {
			if err == nil || !strings.Contains(err.Error(), test.err) {
				t.Errorf("%q: %v", test.text, err)
			}
			continue
		}
		if err != nil || !reflect.DeepEqual(got, map[string]any{"ids": test.want}) {
			t.Errorf("%q: %v, %v", test.text, got, err)
		}
	}
	got, err := set.Parse([]string{"--", "-"}, now)
	if err != nil || !reflect.DeepEqual(got, map[string]any{"ids": []any{"-"}}) {
		t.Errorf("behind --: %v, %v", got, err)
	}
}
