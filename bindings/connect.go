package bindings

import (
	"context"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/runtime/declare"
)

// ConnectOptions say which database to open.
type ConnectOptions struct {
	DatabaseURL     string     `json:"database_url" doc:"The system database: postgres://… or sqlite:PATH. Nothing is added to it from the environment and the user's files (PGPASSWORD, ~/.pgpass, certificates)." nonempty:"true"`
	Profile         string     `json:"profile" doc:"The name of a profile of dbos-script.toml, instead of a URL. It keeps the password out of the script." nonempty:"true"`
	DatabaseSchema  string     `json:"database_schema" doc:"The schema of its tables, on Postgres." default:"dbos" nonempty:"true"`
	SDK             client.SDK `json:"sdk" doc:"The language of the SDK of its applications. When not given, their rows show it." enum:"go,python,typescript,java"`
	ApplicationName string     `json:"application_name" doc:"The application to work for: it owns new rows, and lists show its rows and rows without an owner." nonempty:"true"`
	ReadOnly        bool       `json:"read_only" doc:"Whether the database itself refuses every change."`
}

func connect(host Host) declare.Func {
	return declare.Fn("connect", "Opens another system database.",
		func(ctx context.Context, o ConnectOptions) (*Connection, error) {
			if (o.DatabaseURL == "") == (o.Profile == "") {
				return nil, declare.BadArgument("options", "either database_url or profile is needed")
			}
			c, err := host.Connect(ctx, o)
			if err == nil {
				c.foreign = true
			}
			return c, err
		}).Outside().
		Returning("a client, which has the functions of `dbos` as methods").
		Raises("Initialization", "Unavailable", "Denied").
		Notes("A database that is not the run's own needs a grant: `--allow-db` with its URL, or with the name of a profile whose database it is. " +
			"Host, port and database must be the same, and the user too if the grant names one; of an SQLite database the file, with links resolved. " +
			"A run may have at most 32 of them open.").
		Example("local other = dbos.connect{database_url = \"sqlite:dbos.sqlite\", read_only = true}\nprint(#other:list_workflows{limit = 10})\nother:shutdown()")
}

// shutdownGrace is how long shutdown waits for calls under way when the script does not say.
const shutdownGrace = 5 * time.Second

func closing() []declare.Func {
	type args struct {
		Timeout *time.Duration `arg:"timeout,optional" doc:"How long to wait for calls under way; 5 seconds when not given."`
	}
	return []declare.Func{
		declare.MethodDo("shutdown", "Closes the connections to the database. Calls after it fail; a second one is harmless.",
			func(ctx context.Context, c *Connection, a args) error {
				grace := shutdownGrace
				if a.Timeout != nil {
					grace = *a.Timeout
				}
				return c.client.Close(grace)
			}).Outside().
			Notes("It raises `Timeout` if calls are still under way then. They go on, and their connections close when they end.").
			Example("local other = dbos.connect{database_url = \"sqlite:dbos.sqlite\"}\nother:shutdown(\"5s\")"),
	}
}
