package peer

import (
	"context"
	"os"
)

// A Language is that of an SDK, as dbos-script spells it.
type Language string

// The languages.
const (
	Go         Language = "go"
	Python     Language = "python"
	Java       Language = "java"
	TypeScript Language = "typescript"
)

// An SDK is one version of the SDK of a language.
type SDK struct {
	Language Language
	Version  string
}

// Others returns the SDKs, other than the TypeScript ones, on which an application runs.
func Others() []SDK {
	return []SDK{{Go, "1.3.0"}, {Go, "1.8.0"}, {Python, "2.31.1"}, {Python, "3.4.0"}, {Java, "1.1.0-m6"}}
}

// String returns the language's name with the version.
func (s SDK) String() string {
	name := map[Language]string{Go: "Go", Python: "Python", Java: "Java", TypeScript: "TypeScript"}[s.Language]
	return name + " " + s.Version
}

// SQLite says whether the SDK can use a SQLite database.
func (s SDK) SQLite() bool { return s.Language == Go || s.Language == Python }

// StartOther builds or installs the application of an SDK where needed, launches it on a database
// and waits until it takes requests. Of the options Version and Schema do not count.
func StartOther(ctx context.Context, sdk SDK, opts Options) (*Application, error) {
	if sdk.Language == TypeScript {
		opts.Version = sdk.Version
		return Start(ctx, opts)
	}
	command, err := sdk.Install(ctx)
	if err != nil {
		return nil, err
	}
	app := newApplication(command[0], command[1:]...)
	// The Go SDK spells ticks in the zone of its machine, which is not ours.
	app.cmd.Env = append(os.Environ(), append(opts.environment(""), "PYTHONUNBUFFERED=1", "PYTHONDONTWRITEBYTECODE=1", "TZ=Asia/Kathmandu")...)
	if err := app.launch(); err != nil {
		return nil, err
	}
	return app, app.awaitReady(ctx)
}
