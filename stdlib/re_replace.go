package stdlib

import (
	"context"
	"regexp"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/stdlib/expression"
)

func reReplace(host Host, cache *expression.Cache) declare.Func {
	type args struct {
		reArgs
		Replacement declare.Raw `arg:"replacement" doc:"Text, in which $1 or ${name} stands for a group and $$ for a dollar; or a function that is called with the texts of the groups, or with the whole match if there are no groups."`
		Limit       *int        `json:"limit" doc:"How many matches to replace at most; all when not given." min:"1"`
	}
	return declare.Fn("replace", "Replaces the matches of an expression.",
		func(ctx context.Context, a args) (string, error) {
			var compiled *regexp.Regexp
			found, err := searched(ctx, host, cache, a.reArgs, func(re *regexp.Regexp) ([][]int, error) {
				compiled = re
				return expression.Places(re, a.Text, reLimited{Limit: a.Limit}.limit())
			})
			if err != nil {
				return "", err
			}
			replacement, err := replacer(ctx, host, compiled, a.Text, a.Replacement)
			if err != nil {
				return "", err
			}
			return expression.Replace(a.Text, found, longestText, replacement)
		}).Pure().
		Returning("the text with the replacements").
		Notes("If the function returns nil or false, the match stays as it is.").
		Example(`print(re.replace("order 17", [[(\w+) (\d+)]], "$2: ${1}"))`).
		Example(`print(re.replace("a1 b2", [[\d]], function(digit) return tonumber(digit) + 1 end))`)
}

// replacer takes text or a function.
func replacer(ctx context.Context, host Host, re *regexp.Regexp, text string, replacement declare.Raw) (expression.Replacer, error) {
	if template, ok := replacement.Native().(string); ok {
		return expression.Expanded(re, text, template), nil
	}
	if replacement.Type() != "function" {
		return nil, declare.BadArgument("replacement", "string or function expected, got %s", replacement.Type())
	}
	return func(captures []any, at []int) (string, error) {
		results, err := host.Call(ctx, callChunk, append([]any{replacement}, captures...)...)
		if err != nil {
			return "", err
		}
		return replaced(results, text[at[0]:at[1]])
	}, nil
}

// replaced returns the replacement from the results of the function. If it returned nil or false,
// the match stays.
func replaced(results []declare.Raw, match string) (string, error) {
	if len(results) == 0 {
		return match, nil
	}
	switch value := results[0].Native().(type) {
	case string:
		return value, nil
	case float64:
		return results[0].Text()
	case bool:
		if !value {
			return match, nil
		}
	case nil:
		if results[0].Type() == "nil" {
			return match, nil
		}
	}
	return "", declare.BadArgument("replacement", "the function returned a %s, not a string", results[0].Type())
}
