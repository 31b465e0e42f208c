package audit

import "strings"

var (
	// header is a header that authenticates, to the end of its line.
	header = onFirstUse(`(?i)\b((?:proxy-)?authorization|x-api-key|x-auth-token|(?:set-)?cookie)(["']?\]?\s*[:=]\s*)[^\n]*`)
	// scheme matches the value of an Authorization header.
	scheme = onFirstUse(`(?i)\b(bearer|basic)(\s+)[a-z0-9._~+/=-]{4,}`)
	// shortPair is a short name that means a secret, with its value.
	shortPair = onFirstUse(`(?i)((?:^|[^a-z0-9])(?:[a-z0-9]+[_-])*(?:pass|pw|auth|pat|otp|pin|access[_-]?key|signature|sig)["']?\s*[=:]\s*)("[^"]*"|'[^']*'|[^\s,;}&]+)`)
	// parameter is one of a URL.
	parameter = onFirstUse(`(?i)([?&](?:key|code|sig|signature|auth|access_key)=)[^&\s#"']+`)
	// issued are the tokens that say by their beginning or their form who has issued them.
	issued = onFirstUse(`\b(?:A[KS]IA[0-9A-Z]{12,}|gh[pousr]_[A-Za-z0-9]{10,}|github_pat_\w{10,}|gl(?:pat|ptt|rt)-[\w-]{10,}` +
		`|xox[a-z]-[\w-]{8,}|xapp-[\w-]{8,}|[srp]k_(?:live|test)_\w{8,}|sk-[\w-]{16,}|AIza[\w-]{20,}|npm_\w{20,}|pypi-[\w-]{16,}` +
		`|dop_v1_\w{16,}|hf_\w{16,}|hv[sb]\.[\w-]{16,}|SG\.[\w-]{10,}\.[\w-]{10,}|eyJ[\w-]{5,}\.[\w-]{5,}\.[\w-]*)`)
	// hook is an address that is itself the secret.
	hook = onFirstUse(`(?i)((?:hooks\.slack\.com/(?:services|workflows)|discord(?:app)?\.com/api/webhooks|api\.telegram\.org/bot))/?[^\s"']+`)
	// privateKey is a key in PEM, whose end may be missing.
	privateKey = onFirstUse(`(?s)-----BEGIN [A-Z ]*PRIVATE KEY-----.*`)
	// shortFlag is a parameter whose value is the next word, by names that are a secret on their
	// own.
	shortFlag = onFirstUse(`(?i)^(?:-p|--?(?:[a-z0-9]+[_-])*(?:pass|pw|auth|pat|otp|pin|access[_-]?key|authorization|bearer|cookie))$`)
	// glued is the flag -p with its value, as mysql takes it.
	glued = onFirstUse(`(?s)^(-p=?)[^=].*$`)
	// userFlag takes user:password.
	userFlag = onFirstUse(`^(?:-u|--user|--login)$`)
	// account is the name in user:password.
	account = onFirstUse(`(?s)^([^:]*:).*$`)
)

// maskForms masks secrets that are recognised by their own form, or by a name that is short.
func maskForms(text string) string {
	text = privateKey().ReplaceAllString(text, masked)
	text = hook().ReplaceAllString(text, "${1}/"+masked)
	text = header().ReplaceAllString(text, "${1}${2}"+masked)
	text = scheme().ReplaceAllString(text, "${1}${2}"+masked)
	text = issued().ReplaceAllString(text, masked)
	text = parameter().ReplaceAllString(text, "${1}"+masked)
	return shortPair().ReplaceAllString(text, "${1}"+masked)
}

// MaskArguments masks the words of a command line, like Mask. A flag may have its value in the
// next word.
func MaskArguments(words []string) []string {
	list := make([]string, len(words))
	for i, word := range words {
		list[i] = glued().ReplaceAllString(Mask(word), "${1}"+masked)
		if i == 0 {
			continue
		}
		before := words[i-1]
		switch {
		case shortFlag().MatchString(before) && !strings.HasPrefix(word, "--"), secretFlag().MatchString(before) && !strings.HasPrefix(word, "--"):
			list[i] = masked
		case userFlag().MatchString(before) && strings.Contains(word, ":"):
			list[i] = account().ReplaceAllString(word, "${1}"+masked)
		case strings.EqualFold(before, "bearer") || strings.EqualFold(before, "basic"):
			list[i] = masked
		}
	}
	return list
}

// longestText is how many bytes of a script's text the record keeps: each line of the run has it.
const longestText = 4 << 10

// MaskText returns the text of a script without its secrets. Where one begins, the rest goes too.
func MaskText(text string) string {
	return cut(Mask(text), longestText)
}
