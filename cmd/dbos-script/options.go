package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/spf13/pflag"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/lua/vm"
	"github.com/dbos-script/dbos-script/runtime/run/profile"
	"github.com/dbos-script/dbos-script/stdlib/grants"
)

// options are the flags of the command itself. They may stand before the script or after it.
type options struct {
	profile   string
	database  string
	schema    string
	sdk       sdkName
	app       appName
	output    string
	logFormat logFormat
	tz        zone
	readOnly  bool
	strict    bool
	verbose   bool
	debug     bool
	timeout   duration
	maxMemory size
	maxOutput size
	allow     grants.Lists
	safety
}

// environmentURL names the database when no flag does.
const environmentURL = "DBOS_SYSTEM_DATABASE_URL"

// embeddedURL is the database if nothing else names one: a file in the working directory. A run
// refuses to begin if the file does not exist, because opening it would make an empty one.
const (
	embeddedURL  = "sqlite:" + embeddedFile
	embeddedFile = "dbos.sqlite"
)

// defaultSchema is where the SDKs put their tables.
const defaultSchema = "dbos"

func (o *options) register(flags *pflag.FlagSet) {
	flags.StringVar(&o.database, "db", "", "URL of the system database: postgres://… or sqlite:PATH (default $"+environmentURL+", else "+embeddedURL+")")
	flags.StringVar(&o.profile, "profile", "", "take flags from this profile of "+profile.FileName+" (default $"+environmentProfile+")")
	o.safety.register(flags)
	flags.StringVar(&o.schema, "schema", defaultSchema, "schema of its tables, on Postgres")
	flags.Var(&o.sdk, "sdk", "SDK of the applications: go, python, typescript or java (default what their rows show)")
	flags.Var(&o.app, "application", "application to work for: it owns what is written, and lists show its rows and unowned ones (default what the rows show)")
	flags.StringVar(&o.output, "output", "", "how emit writes: table, json, ndjson, csv or ids (default table on a terminal, else ndjson)")
	flags.Var(&o.logFormat, "log-format", "how standard error is written: text, or json for one object a line, with the id of the run (default text)")
	flags.Var(&o.tz, "tz", "time zone of the times that people read and write, such as Europe/Berlin, UTC or local (default local)")
	flags.BoolVar(&o.readOnly, "read-only", false, "let the database refuse every change")
	flags.BoolVar(&o.strict, "strict", false, "refuse unknown queues and workflow names, instead of a warning")
	flags.BoolVarP(&o.verbose, "verbose", "v", false, "show debug messages")
	flags.BoolVar(&o.debug, "debug", false, "show the whole Go stack of an internal error")
	flags.Var(&o.timeout, "timeout", "end the run after this time, such as 30s or 2h")
	flags.Var(&o.maxMemory, "max-memory", "end the run when it needs more memory, such as 256MB (default 512MB)")
	flags.StringArrayVar(&o.allow.Read, "allow-read", nil, "let the script read files below this folder")
	flags.StringArrayVar(&o.allow.Write, "allow-write", nil, "let the script write files below this folder")
	flags.StringArrayVar(&o.allow.Net, "allow-net", nil, "let the script send requests to this host")
	flags.StringArrayVar(&o.allow.Env, "allow-env", nil, "let the script read this environment variable")
	flags.StringArrayVar(&o.allow.Exec, "allow-exec", nil, "let the script run this program")
	flags.StringArrayVar(&o.allow.DB, "allow-db", nil, "let the script connect to this database: a URL, or the name of a profile")
	flags.Var(&o.maxOutput, "max-output", "end the run when it writes more, to standard error too, such as 10MB (default 1GB)")
}

// flagNames returns the flags that a command takes wherever they stand, such as --db. They are
// listed once, because a server asks for each run.
var flagNames = sync.OnceValue(func() (names []string) {
	flags := pflag.NewFlagSet("flags", pflag.ContinueOnError)
	new(options).register(flags)
	flags.VisitAll(func(f *pflag.Flag) { names = append(names, "--"+f.Name) })
	return slices.Clip(names)
})

// takeFlags reads flags of the command from words, in addition to the flags already set. register
// sets every option to its default, so the options are put back after it.
func (a *app) takeFlags(words []string) error {
	flags := pflag.NewFlagSet("flags", pflag.ContinueOnError)
	set := a.options
	a.options.register(flags)
	a.options = set
	if err := flags.Parse(words); err != nil {
		return declare.BadArgument("flags", "%s", err)
	}
	if flags.NArg() > 0 {
		return declare.BadArgument("flags", "unexpected %q", flags.Arg(0))
	}
	return nil
}

// url returns the URL of the database. embedded is true if it is embeddedURL by default, because
// neither a flag nor the environment names a database.
func (o *options) url() (url string, embedded bool) {
	if o.database != "" {
		return o.database, false
	}
	if url := os.Getenv(environmentURL); url != "" {
		return url, false
	}
	return embeddedURL, true
}

func (o *options) config(url string) client.ClientConfig {
	return client.ClientConfig{DatabaseURL: url, DatabaseSchema: o.schema, SDK: client.SDK(o.sdk), AppName: string(o.app), ReadOnly: o.readOnly, Strict: o.strict, DryRun: o.dryRun}
}

func (o *options) limits() vm.Limits {
	return vm.Limits{Time: time.Duration(o.timeout), Memory: int64(o.maxMemory), Output: int64(o.maxOutput)}
}

// sdkName is a flag that names an SDK.
type sdkName client.SDK

func (s *sdkName) String() string { return string(*s) }

func (s *sdkName) Type() string { return "SDK" }

func (s *sdkName) Set(text string) error {
	if sdk := client.SDK(strings.ToLower(text)); sdk.Valid() {
		*s = sdkName(sdk)
		return nil
	}
	return fmt.Errorf("there is no SDK %q: it is go, python, typescript or java", text)
}

// appName is a flag that names an application.
type appName string

func (a *appName) String() string { return string(*a) }

func (a *appName) Type() string { return "NAME" }

func (a *appName) Set(text string) error {
	if text == "" {
		return errors.New("the name is empty")
	}
	*a = appName(text)
	return nil
}

// duration is a flag with a duration as scripts write it: 90s, 1h30m, 7d.
type duration time.Duration

func (d *duration) String() string {
	if *d == 0 {
		return ""
	}
	return time.Duration(*d).String()
}

func (d *duration) Type() string { return "duration" }

func (d *duration) Set(text string) error {
	value, err := declare.ParseDuration(text)
	if err == nil && value <= 0 {
		err = fmt.Errorf("%q is not positive", text)
	}
	*d = duration(value)
	return err
}

// pastTime is a flag with a time as scripts write it, in the past: 2h, yesterday, 2026-11-23.
type pastTime string

func (p *pastTime) String() string { return string(*p) }

func (p *pastTime) Type() string { return "time" }

func (p *pastTime) Set(text string) error {
	*p = pastTime(text)
	if _, err := declare.ParsePast(text, time.Now()); err != nil {
		return fmt.Errorf("%w: %s", err, declare.TimeHint)
	}
	return nil
}

// at returns the time, or the zero time if the flag is not set. A day and a duration count from
// now, in its zone.
func (p pastTime) at(now time.Time) time.Time {
	past, err := declare.ParsePast(string(p), now)
	if err != nil {
		return time.Time{}
	}
	return past
}

// optionalCount is a flag with a number from 0 on. given is nil if the flag is not set.
type optionalCount struct{ given *int64 }

// orDefault returns the number, or fallback if the flag is not set.
func (c optionalCount) orDefault(fallback int64) int64 {
	if c.given == nil {
		return fallback
	}
	return *c.given
}

func (c *optionalCount) String() string {
	if c.given == nil {
		return ""
	}
	return strconv.FormatInt(*c.given, 10)
}

func (c *optionalCount) Type() string { return "N" }

func (c *optionalCount) Set(text string) error {
	number, err := strconv.ParseInt(text, 10, 64)
	if err != nil || number < 0 {
		return fmt.Errorf("%q is no whole number from 0 on", text)
	}
	c.given = &number
	return nil
}

// size is a flag with a number of bytes and a unit, such as 256MB.
type size int64

func (s *size) String() string {
	if *s == 0 {
		return ""
	}
	return strconv.FormatInt(int64(*s), 10)
}

func (s *size) Type() string { return "size" }

// units are the suffixes of a size. One that ends in another one stands before it: MB before B.
var units = []struct {
	name  string
	bytes int64
}{{"GB", 1 << 30}, {"MB", 1 << 20}, {"KB", 1 << 10}, {"G", 1 << 30}, {"M", 1 << 20}, {"K", 1 << 10}, {"B", 1}, {"", 1}}

func (s *size) Set(text string) error {
	for _, unit := range units { // the last one, "", fits every text
		digits, found := strings.CutSuffix(strings.ToUpper(text), unit.name)
		if !found {
			continue
		}
		number, err := strconv.ParseInt(strings.TrimSpace(digits), 10, 64)
		if err != nil || number <= 0 || number > (1<<62)/unit.bytes {
			return fmt.Errorf("%q is no size such as 256MB", text)
		}
		*s = size(number * unit.bytes)
		return nil
	}
	return nil
}
