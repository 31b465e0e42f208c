package stdlib

import (
	"context"
	"regexp"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/stdlib/expression"
)

func reModule(host Host) declare.Module {
	cache := &expression.Cache{}
	return declare.Module{
		Name:    "re",
		Section: declare.DataSection,
		Doc: "Regular expressions in the syntax of RE2, as in Go: `\\d+`, `(?i)`, `(?P<name>…)`, alternatives with `|`. Their time " +
			"grows with the length of the text only, for every expression. In a Lua string write a backslash twice, or write the " +
			"string as `[[\\d+]]`.",
		Funcs:   []declare.Func{reTest(host, cache), reMatch(host, cache), reFind(host, cache), reFindAll(host, cache), reReplace(host, cache), reSplit(host, cache), reEscape()},
		Classes: []*declare.Class{declare.RecordOf[expression.Match]("match", "A place where an expression matches.").Shown(func(v any) string { return v.(*expression.Match).Text })},
	}
}

type reArgs struct {
	Text    string `arg:"text" doc:"The text to look in."`
	Pattern string `arg:"pattern" doc:"The expression."`
}

// quickText is how many bytes a text and its expression have that need no goroutine of their own:
// the longest search in them takes some milliseconds.
const quickText = 2 << 10

// searched works with the expression. A search cannot be interrupted: one in a long text goes on
// beside the run.
func searched[R any](ctx context.Context, host Host, cache *expression.Cache, a reArgs, work func(*regexp.Regexp) (R, error)) (R, error) {
	search := func() (result R, err error) {
		re, err := a.compiled(cache)
		if err != nil {
			return result, err
		}
		return work(re)
	}
	if len(a.Text)+len(a.Pattern) <= quickText {
		return search()
	}
	return abandonable(ctx, host.Abandoned, search)
}

// compiled returns the expression. A mistake in it is an error of the argument.
func (a reArgs) compiled(cache *expression.Cache) (*regexp.Regexp, error) {
	re, err := cache.Compile(a.Pattern)
	if err != nil {
		return nil, declare.BadArgument("pattern", "%v", err)
	}
	return re, nil
}

func reTest(host Host, cache *expression.Cache) declare.Func {
	return declare.Fn("test", "Returns whether an expression matches somewhere in a text.",
		func(ctx context.Context, a reArgs) (bool, error) {
			return searched(ctx, host, cache, a, func(re *regexp.Regexp) (bool, error) { return re.MatchString(a.Text), nil })
		}).Pure().
		Returning("whether it does").
		Example(`print(re.test("order-17", [[^order-\d+$]]))`)
}

func reMatch(host Host, cache *expression.Cache) declare.Func {
	return declare.Fn("match", "Returns the texts that the groups of an expression match, as `string.match` does.",
		func(ctx context.Context, a reArgs) (declare.Results, error) {
			return searched(ctx, host, cache, a, func(re *regexp.Regexp) (declare.Results, error) { return expression.Captures(re, a.Text), nil })
		}).Pure().
		Returning("the text of each group, nil for a group that took no part; the whole match if there are no groups; nil if nothing matches").
		Example(`local name, number = re.match("order-17", [[^(\w+)-(\d+)$]])` + "\nprint(name, number)")
}

func reFind(host Host, cache *expression.Cache) declare.Func {
	return declare.Fn("find", "Finds the first match of an expression.",
		func(ctx context.Context, a reArgs) (*expression.Match, error) {
			return searched(ctx, host, cache, a, func(re *regexp.Regexp) (*expression.Match, error) { return expression.Find(re, a.Text), nil })
		}).Pure().
		Returning("the match; nil when there is none").OrNil().
		Example("local m = re.find(\"2026-11-23 ERROR order 17\", [[order (?P<id>\\d+)]])\nprint(m.text, m.from, m.to, m.groups[1], m.named.id)")
}

type reLimited struct {
	reArgs
	Limit *int `json:"limit" doc:"How many at most; all when not given." min:"1"`
}

// limit returns the limit as package regexp expects it: -1 for none.
func (a reLimited) limit() int {
	if a.Limit == nil {
		return -1
	}
	return *a.Limit
}

func reFindAll(host Host, cache *expression.Cache) declare.Func {
	return declare.Fn("find_all", "Finds all matches of an expression that do not overlap.",
		func(ctx context.Context, a reLimited) ([]*expression.Match, error) {
			return searched(ctx, host, cache, a.reArgs, func(re *regexp.Regexp) ([]*expression.Match, error) {
				return expression.FindAll(re, a.Text, a.limit())
			})
		}).Pure().
		Returning("the matches, in their order").
		Example(`for _, m in ipairs(re.find_all("a=1, b=2", [[(\w)=(\d)]])) do print(m.groups[1], m.groups[2]) end`)
}

func reSplit(host Host, cache *expression.Cache) declare.Func {
	return declare.Fn("split", "Divides a text where an expression matches.",
		func(ctx context.Context, a reLimited) ([]string, error) {
			return searched(ctx, host, cache, a.reArgs, func(re *regexp.Regexp) ([]string, error) {
				return expression.Split(re, a.Text, a.limit())
			})
		}).Pure().
		Returning("the parts between the matches; if there is a limit, the last part is the rest").
		Example(`print(table.concat(re.split("a, b;c", [[\s*[,;]\s*]]), "|"))`)
}

func reEscape() declare.Func {
	type args struct {
		Text string `arg:"text" doc:"Any text."`
	}
	return declare.Fn("escape", "Writes a text as an expression that matches it.",
		func(_ context.Context, a args) (string, error) { return regexp.QuoteMeta(a.Text), nil }).Pure().
		Returning("the expression").
		Example(`print(re.escape("1.5 (approx.)"))`)
}
