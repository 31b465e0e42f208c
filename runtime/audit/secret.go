package audit

import (
	"regexp"
	"strings"
)

var (
	// secretURL is what stands between the user and the host of a URL.
	secretURL = regexp.MustCompile(`(://[^:/@\s]*:)[^@\s]+@`)
	// secretPair is a name that speaks of a secret, with its value.
	secretPair = regexp.MustCompile(`(?i)([a-z0-9_-]*(?:password|passwd|passphrase|pwd|secret|token|credential|api[_-]?key|private[_-]?key)[a-z0-9_-]*["']?\s*[=:]\s*)("[^"]*"|'[^']*'|[^\s,;}&]+)`)
	// secretFlag is a parameter whose value is the next word.
	secretFlag = regexp.MustCompile(`(?i)^--?[a-z0-9_-]*(?:password|passwd|passphrase|pwd|secret|token|credential|api[_-]?key|private[_-]?key)[a-z0-9_-]*$`)
)

const masked = "***"

// Mask takes out of a text what looks like a secret: the password of a URL, the value of a name
// such as password or token.
func Mask(text string) string {
	text = secretURL.ReplaceAllString(text, "${1}"+masked+"@")
	return secretPair.ReplaceAllString(text, "${1}"+masked)
}

// MaskArguments does the same for the words of a command line.
func MaskArguments(words []string) []string {
	list := make([]string, len(words))
	for i, word := range words {
		list[i] = Mask(word)
		if i > 0 && secretFlag.MatchString(words[i-1]) && !strings.HasPrefix(word, "--") {
			list[i] = masked
		}
	}
	return list
}
