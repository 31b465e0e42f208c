package pattern

import (
	"net/netip"
	"strings"
)

// masked returns a word in which each part that differs from failure to failure is a mark. A code
// stays, because it says what happened: "status code 503", "errno 111".
func masked(word, before string) string {
	switch {
	case isScrambled(word):
		return Mark
	case !varies(word), isCode(word, before):
		return word
	case isEmail(word), isAddress(word), isHost(word):
		return Mark
	}
	if scheme, rest, found := strings.Cut(word, "://"); found {
		rest, _, _ = strings.Cut(rest, "?")
		return scheme + "://" + parts(rest)
	}
	return parts(word)
}

// varies returns true if a word may hold something to mask: a digit, or the sign of an address.
func varies(word string) bool {
	for i := 0; i < len(word); i++ {
		if c := word[i]; isDigit(c) || c == '@' || c == ':' {
			return true
		}
	}
	return false
}

// isCode returns true for the number of a state or an error behind a word that announces one.
func isCode(word, before string) bool {
	if len(word) > 5 || strings.ContainsAny(word, ".:") {
		return false
	}
	switch strings.ToLower(strings.TrimRight(before, ":")) {
	case "code", "status", "errno", "sqlstate", "http", "signal", "errcode", "error_code", "exit", "status_code", "statuscode":
		return true
	}
	return false
}

// isEmail returns true for text with one @ and a dot behind it.
func isEmail(word string) bool {
	name, host, found := strings.Cut(word, "@")
	return found && name != "" && !strings.ContainsAny(name, "/:") && strings.Contains(host, ".") && !strings.Contains(host, "@")
}

// isAddress returns true for an address of IP, with or without a port.
func isAddress(word string) bool {
	if !strings.ContainsAny(word, ".:") {
		return false
	}
	if _, err := netip.ParseAddr(word); err == nil {
		return true
	}
	_, err := netip.ParseAddrPort(word)
	return err == nil
}

// isHost returns true for the name of a machine with a number in it, such as "db-3.eu.internal".
func isHost(word string) bool {
	if strings.ContainsAny(word, "/\\_") {
		return false
	}
	host, _, _ := strings.Cut(word, ":")
	domain := host[strings.LastIndexByte(host, '.')+1:]
	return strings.Count(host, ".") > 1 && domain != "" && !strings.ContainsAny(domain, "0123456789") && strings.ContainsAny(host, "0123456789")
}

// isScrambled returns true for letters that change between small and capital ones as no name does:
// more often than with each third letter.
func isScrambled(word string) bool {
	changes := 0
	for i := 1; i < len(word); i++ {
		if word[i]|word[i-1] < 0x80 && isLetter(word[i]) && isLetter(word[i-1]) && (word[i]^word[i-1])&0x20 != 0 {
			changes++
		}
	}
	return len(word) >= 10 && 3*changes > len(word)
}

// uuidLength is the length of a UUID with its hyphens.
const uuidLength = 36

// isUUID returns true for text that begins with a UUID, whose parts may be letters only.
func isUUID(text string) bool {
	if len(text) < uuidLength {
		return false
	}
	for i := range uuidLength {
		c := text[i]
		if hyphen := i == 8 || i == 13 || i == 18 || i == 23; hyphen != (c == '-') || !hyphen && !isDigit(c) && (c|0x20 < 'a' || c|0x20 > 'f') {
			return false
		}
	}
	return true
}

// parts masks each part of a word, such as the path of a file or an id with a prefix. One mark
// stands for neighbouring parts that are masked as a whole.
func parts(word string) string {
	var b strings.Builder
	last := "" // the separator before, if the part before it was masked as a whole
	for word != "" {
		end := separator(word)
		switch {
		case isUUID(word):
			end = uuidLength
		case end < 0:
			end = len(word)
		}
		part := maskedPart(word[:end])
		if part == Mark && last != "" {
			trimmed := strings.TrimSuffix(b.String(), last)
			b.Reset()
			b.WriteString(trimmed)
			last = ""
		} else {
			b.WriteString(part)
		}
		whole := part == Mark
		if end < len(word) {
			divider := word[end : end+1]
			b.WriteString(divider)
			if last = ""; whole {
				last = divider
			}
			end++
		}
		word = word[end:]
	}
	return b.String()
}

// separator returns the place of the first character that divides the parts of a word, or -1.
func separator(word string) int {
	for i := 0; i < len(word); i++ {
		switch word[i] {
		case '-', '_', '.', ':', '/', '#', '+', '@', '&', '~', '%', '$', '\\', '^':
			return i
		}
	}
	return -1
}

// maskedPart returns the part of a word with its digits masked: as a whole if it begins with a
// digit or changes between letters and digits more than once, because then it is a number or an id.
func maskedPart(part string) string {
	first, changes := -1, 0
	for i := 0; i < len(part); i++ {
		digit := isDigit(part[i])
		if digit && first < 0 {
			first = i
		}
		if i > 0 && digit != isDigit(part[i-1]) {
			changes++
		}
	}
	switch {
	case isUUID(part), isScrambled(part):
		return Mark
	case first < 0:
		return part
	case first == 0 || changes > 1 || len(part) >= 12:
		return Mark
	}
	return part[:first] + Mark
}
