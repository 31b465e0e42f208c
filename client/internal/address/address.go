package address

import (
	"net"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/dbos-script/dbos-script/client/internal/nearest"
)

// A Source says who wrote a URL, which decides which settings the URL may have.
type Source int

const (
	// Operator is the person who starts the run: flags, profiles and the environment.
	Operator Source = iota
	// Script is the script that runs. Nothing from the environment completes its URL, and the URL
	// cannot name a file other than the database, such as a certificate.
	Script
)

// An Error describes a mistake in a URL without quoting any part of it.
type Error struct {
	Message string
	Hint    string
}

func (e *Error) Error() string { return e.Message }

// ErrorHint returns the hint, or "".
func (e *Error) ErrorHint() string { return e.Hint }

// An Address says where a database is: File is set for SQLite, Settings for Postgres.
type Address struct {
	Source   Source
	File     *File
	Settings Settings
}

// Settings are the parameters of a Postgres connection by their names in a keyword string, with
// "database" for the name of the database.
type Settings map[string]string

// Parse reads a URL, a keyword string such as "host=db user=ops", or the path of an SQLite file
// that exists. Its errors are of type *Error.
func Parse(text string, source Source) (Address, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return Address{}, &Error{Message: "no database is named"}
	}
	if strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return Address{}, &Error{Message: "the database URL holds a control character, such as a line break"}
	}
	scheme, rest, found := strings.Cut(text, ":")
	kind, driver, _ := strings.Cut(strings.ToLower(scheme), "+")
	switch {
	case found && isSQLite(kind):
		return ofFile(source)(parseFile(rest, driver != "", source))
	case found && kind == "file":
		return ofFile(source)(parseFile(text, false, source))
	case found && isPostgres(kind) && strings.HasPrefix(rest, "//"):
		return ofSettings(source)(parseURL(rest[2:]))
	case isKeywordString(text):
		return ofSettings(source)(parseKeywords(text))
	case isDatabaseFile(text):
		return Address{Source: source, File: &File{Path: text}}, nil
	}
	if first, _ := utf8.DecodeRuneInString(text); strings.ContainsRune(quotes, first) {
		return Address{}, &Error{"the database URL begins with a quote", "write it without quotes around it: where no shell takes them away, as in a file of variables, they are a part of it"}
	}
	if source == Operator && !strings.ContainsAny(text, ":@=") {
		if err := notDatabaseFile(text); err != nil {
			return Address{}, err
		}
	}
	return Address{}, unknown(kind, rest, found)
}

// quotes are the opening signs that people put around a URL.
const quotes = "\"'`<\u201c\u201e\u2018"

func isSQLite(kind string) bool   { return kind == "sqlite" || kind == "sqlite3" }
func isPostgres(kind string) bool { return slices.Contains(postgresSchemes(), kind) }

// postgresSchemes returns the schemes of Postgres. The last one is SQLAlchemy's for CockroachDB.
func postgresSchemes() []string {
	return []string{"postgres", "postgresql", "cockroachdb"}
}

// ofFile returns a function that makes an address of a result of parseFile.
func ofFile(source Source) func(*File, error) (Address, error) {
	return func(file *File, err error) (Address, error) {
		return Address{Source: source, File: file}, err
	}
}

// ofSettings returns a function that checks the result of a parser of Postgres URLs, and makes an
// address of it.
func ofSettings(source Source) func(Settings, error) (Address, error) {
	return func(settings Settings, err error) (Address, error) {
		if err == nil {
			err = settings.check(source)
		}
		if err != nil {
			return Address{}, err
		}
		return Address{Source: source, Settings: settings}, nil
	}
}

// unknown returns the error for a text that is no database URL. The error quotes the scheme only if
// it is that of another database, because any other text before a colon may be part of a password.
// It then names the nearest scheme that dbos-script knows.
func unknown(kind, rest string, found bool) error {
	others := []string{"mysql", "mariadb", "mongodb", "mssql", "sqlserver", "oracle", "redis", "http", "https", "jdbc", "libsql"}
	message := "this is no database URL: it starts with postgres:// or sqlite:"
	if found && slices.Contains(others, kind) {
		message = `a database URL starts with postgres: or sqlite:, not "` + kind + `:"`
	} else if found && strings.HasPrefix(rest, "//") {
		message += nearest.Suggestion(kind, slices.Concat(postgresSchemes(), []string{"sqlite"}))
	}
	if name, value, set := strings.Cut(kind, "="); set && isVariable(name) && (isPostgres(value) || isSQLite(value)) {
		return &Error{"this is a variable with its value, not a database URL", "write only the part after the ="}
	}
	return &Error{message, "write postgres://USER:PASSWORD@HOST:PORT/DATABASE, sqlite:PATH, or the path of an SQLite file that exists"}
}

// isVariable returns true for the name of an environment variable, with or without export before
// it. The name is in lower case here, because Parse compares schemes so.
func isVariable(name string) bool {
	name = strings.TrimSpace(strings.TrimPrefix(name, "export "))
	return name != "" && strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == ""
}

// String returns the parts of the address that may be shown: the path of a file, or the user, host,
// port and database of a server.
func (a Address) String() string {
	if a.File != nil {
		return a.File.String()
	}
	return Show(a.Settings["user"], a.Settings["host"], a.Settings["port"], a.Settings["database"])
}

// Show returns a Postgres URL without a password. Empty parts are left out.
func Show(user, host, port, database string) string {
	shown := url.URL{Scheme: "postgres", Path: "/" + database}
	if user != "" {
		shown.User = url.User(user)
	}
	if filepath.IsAbs(host) {
		shown.RawQuery = "host=" + host
		if port != "" {
			shown.RawQuery += "&port=" + port
		}
		if shown.User != nil {
			return "postgres://" + shown.User.String() + "@" + shown.EscapedPath() + "?" + shown.RawQuery
		}
		return "postgres://" + shown.EscapedPath() + "?" + shown.RawQuery
	}
	shown.Host = Hosts(host, port)
	return shown.String()
}

// Hosts joins hosts and ports, which are lists with commas as in a keyword string: "a,b" and
// "5432,5433" become "a:5432,b:5433". The last port is that of all further hosts.
func Hosts(host, port string) string {
	hosts, ports := strings.Split(host, ","), strings.Split(port, ",")
	for i, name := range hosts {
		number := ports[min(i, len(ports)-1)]
		switch {
		case number != "":
			hosts[i] = net.JoinHostPort(name, number)
		case strings.Contains(name, ":"):
			hosts[i] = "[" + name + "]"
		}
	}
	return strings.Join(hosts, ",")
}
