package audit

import (
	"regexp"
	"strings"
	"sync"
)

// onFirstUse returns a function that compiles the pattern when it is first called, because most
// commands mask nothing, and all patterns together take half a millisecond of each start.
func onFirstUse(pattern string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) })
}

var (
	// secretURL is a URL that holds more than a place: from there on nothing is known for
	// certain, since a password may have any sign, blanks too.
	secretURL = onFirstUse(`(?is)\b([a-z][a-z0-9+.-]*:/+)[^@]*@.*$`)
	// serverURL is a database on a server. Even without an @ there may be a password before a
	// missing host.
	serverURL = onFirstUse(`(?is)\b((?:postgres|postgresql|cockroachdb|mysql|mariadb|mongodb|redis)(?:\+[a-z0-9]+)?:/).*$`)
	// fileParameters matches the parameters of a database file, because one of them may be a
	// secret.
	fileParameters = onFirstUse(`(?is)\b(sqlite3?(?:\+[a-z0-9]+)?:[^?\s]*\?).*$`)
	// login is user:password@host without a scheme.
	login = onFirstUse(`(?s)[^\s:@"'=]+:[^\s@][^@]*@.*$`)
	// keywords are a connection string, which speaks of a host, a user or a database by libpq's
	// names.
	keywords = onFirstUse(`(?is)\b(?:host|hostaddr|port|user|dbname|password)\s*=.*\b(?:host|hostaddr|port|user|dbname|password|passwd)\s*=.*$`)
	// passwordPair is a password to the end of the text, for it may have any sign.
	passwordPair = onFirstUse(`(?is)\b([a-z_]*(?:password|passwd)\s*=\s*).*$`)
	// secretPair is a name that speaks of a secret, with its value.
	secretPair = onFirstUse(`(?i)([a-z0-9_-]*(?:password|passwd|passphrase|pwd|secret|token|credential|api[_-]?key|private[_-]?key)[a-z0-9_-]*["']?\s*[=:]\s*)("[^"]*"|'[^']*'|[^\s,;}&]+)`)
	// secretFlag is a parameter whose value is the next word.
	secretFlag = onFirstUse(`(?i)^--?[a-z0-9_-]*(?:password|passwd|passphrase|pwd|secret|token|credential|api[_-]?key|private[_-]?key)[a-z0-9_-]*$`)
)

// written are the ways in which a secret stands in the text of a program: a URL with a password,
// a database URL with parameters or with neither host nor port, a login, a connection string, and
// a literal under a name of secretPair.
var written = onFirstUse(`(?is)\b[a-z][a-z0-9+.-]*:/+[^\s/@:"']*:[^@]*@` +
	`|\b(?:postgres|postgresql|cockroachdb|mysql|mariadb|mongodb|redis|sqlite3?)(?:\+[a-z0-9]+)?:[^\n]*\?` +
	`|\b(?:postgres|postgresql|cockroachdb|mysql|mariadb|mongodb|redis)(?:\+[a-z0-9]+)?:/+[^\s@:"']*:(?:[^\d\n]|\d+[^\d/"'\]\s,])` +
	`|["'\[/][^\s:@"'=()\[\]/]+:[^\s@"'/][^@]*@` +
	`|["'\[]\s*(?:host|hostaddr|port|user|dbname|password|passwd)\s*=.*\b(?:host|hostaddr|port|user|dbname|password|passwd)\s*=` +
	`|(?:password|passwd|passphrase|pwd|secret|token|credential|api_?key|private_?key|access_?key)\w*["']?\]?\s*=\s*(?:["']|\[=*\[)`)

// Written returns true if the text of a program seems to have a secret in it.
func Written(text string) bool { return written().MatchString(text) }

const masked = "***"

// Mask masks the parts of a text that look like a secret: a URL or a connection string from its
// user on, and the value of a name such as password or token. The end of an unescaped password is
// unknown, so the rest of the text is masked too. A long text ends after
// its first 64 KiB.
func Mask(text string) string {
	if len(text) <= longestMasked {
		return mask(text)
	}
	return cut(mask(cut(text, maskedWindow)), longestMasked)
}

const (
	// longestMasked is how many bytes a masked text has at most. Masking takes about 2 seconds for
	// a mebibyte, and cannot be interrupted.
	longestMasked = 64 << 10
	// maskedWindow is how many bytes of a longer text are looked at, so that a secret at its end is
	// still recognised by what follows.
	maskedWindow = 2 * longestMasked
)

// cut returns at most so many bytes of a text, with … in the place of the rest.
func cut(text string, most int) string {
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + "…"
}

func mask(text string) string {
	text = maskForms(text)
	text = secretURL().ReplaceAllString(text, "${1}"+masked)
	text = serverURL().ReplaceAllString(text, "${1}/"+masked)
	text = fileParameters().ReplaceAllString(text, "${1}"+masked)
	text = keywords().ReplaceAllString(text, masked)
	text = login().ReplaceAllString(text, masked)
	text = passwordPair().ReplaceAllString(text, "${1}"+masked)
	return secretPair().ReplaceAllString(text, "${1}"+masked)
}
