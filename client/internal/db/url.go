package db

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/dbos-script/dbos-script/client/internal/query"
)

// libpqKeywords are the first words of a connection string without a scheme.
var libpqKeywords = []string{"user", "host", "hostaddr", "port", "dbname", "database", "password", "sslmode", "application_name", "options"}

// KindOf tells from a URL's spelling which kind of database it names.
func KindOf(text string) (query.Dialect, error) {
	if text == "" {
		return 0, errors.New("no database is named")
	}
	scheme, _, found := strings.Cut(text, ":")
	switch {
	case found && (scheme == "postgres" || scheme == "postgresql"):
		return query.Postgres, nil
	case found && (scheme == "sqlite" || scheme == "sqlite3"):
		return query.SQLite, nil
	case isKeywordString(text):
		return query.Postgres, nil
	case found && !strings.ContainsAny(scheme, "= /"):
		return 0, fmt.Errorf("a database URL starts with postgres: or sqlite:, not %q", scheme+":")
	}
	return 0, fmt.Errorf("%q is no database URL: it starts with postgres:// or sqlite:", Redact(text))
}

func isKeywordString(text string) bool {
	word, _, found := strings.Cut(strings.TrimSpace(text), "=")
	if !found {
		return false
	}
	for _, keyword := range libpqKeywords {
		if strings.TrimSpace(word) == keyword {
			return true
		}
	}
	return false
}

// Redact masks the password of a URL or of a connection string.
func Redact(text string) string {
	if isKeywordString(text) {
		return redactKeywords(text)
	}
	parsed, err := url.Parse(text)
	if err != nil {
		scheme, _, _ := strings.Cut(text, ":")
		return scheme + ":…"
	}
	values := parsed.Query()
	if values.Has("password") {
		values.Set("password", "xxxxx")
		parsed.RawQuery = values.Encode()
	}
	return parsed.Redacted()
}

// redactKeywords masks a password=… of a connection string, quoted or not.
func redactKeywords(text string) string {
	before, after, found := strings.Cut(text, "password=")
	if !found {
		return text
	}
	end := strings.IndexByte(after, ' ')
	if strings.HasPrefix(after, "'") {
		if end = strings.IndexByte(after[1:], '\''); end >= 0 {
			end += 2
		}
	}
	if end < 0 {
		end = len(after)
	}
	return before + "password=xxxxx" + after[end:]
}
