package stdlib

import (
	"context"
	"os"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

func envModule(host Host) declare.Module {
	return declare.Module{
		Name:    "env",
		Section: declare.OutsideSection,
		Doc:     "The environment variables that `--allow-env` names, as in `--allow-env=HOME` or `--allow-env='AWS_*'`.",
		Funcs:   []declare.Func{envGet(host)},
	}
}

func envGet(host Host) declare.Func {
	type args struct {
		Name    string  `arg:"name" doc:"The variable's name."`
		Default *string `arg:"default,optional" doc:"The value to return if it is not set."`
	}
	return declare.Fn("get", "Reads an environment variable.",
		func(ctx context.Context, a args) (*string, error) {
			if err := host.Grants.Variable(a.Name); err != nil {
				return nil, failed(ctx, "env.get", err)
			}
			if value, set := os.LookupEnv(a.Name); set {
				if host.Secret != nil {
					host.Secret(a.Name, value)
				}
				return &value, nil
			}
			return a.Default, nil
		}).Reads().
		Returning("its value; the default, or nil, if it is not set").OrNil().
		Raises("Denied").
		Example(`print(env.get("HOME", "nowhere"))`)
}
