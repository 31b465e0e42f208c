package address

import (
	"fmt"
	"net/netip"
	"net/url"
	"strings"
)

// parseURL reads the part after postgres://. It is stricter than the driver, because an unescaped
// character in a password could turn part of it into a host or a database.
func parseURL(rest string) (Settings, error) {
	if strings.Contains(rest, "#") {
		return nil, unescaped("#")
	}
	rest, query, asked := strings.Cut(rest, "?")
	authority, path, _ := strings.Cut(rest, "/")
	user, hosts, named := strings.Cut(authority, "@")
	switch {
	case !named:
		user, hosts = "", authority
	case strings.Contains(hosts, "@"):
		return nil, unescaped("@")
	}
	switch {
	case asked && strings.Contains(query, "@"):
		return nil, unescaped("?", "@")
	case strings.Contains(path, "@"):
		return nil, unescaped("/", "@")
	case strings.Contains(path, "/"):
		return nil, unescaped("/")
	}
	settings := Settings{}
	for _, step := range []error{settings.takeUser(user, named), settings.takeHosts(hosts), settings.takeText("database", path), settings.takeQuery(query)} {
		if step != nil {
			return nil, step
		}
	}
	return settings, nil
}

// unescaped is the error of signs that mean something else where they stand.
func unescaped(signs ...string) error {
	written := make([]string, len(signs))
	for i, sign := range signs {
		written[i] = fmt.Sprintf("%s as %%%02X", sign, sign[0])
	}
	return &Error{
		"the database URL cannot be parsed: it holds a sign that has a meaning in URLs (" + strings.Join(signs, " or ") + ") at a place where it makes no sense",
		"within a user name, a password or a database name, write " + strings.Join(written, ", ") + "; a parameter of the URL that holds one, too",
	}
}

func (s Settings) takeUser(text string, named bool) error {
	if !named {
		return nil
	}
	user, password, both := strings.Cut(text, ":")
	if err := s.takeText("user", user); err != nil || !both {
		return err
	}
	return s.takeText("password", password)
}

// takeText sets a text, unescaped, if it is not empty.
func (s Settings) takeText(name, text string) error {
	plain, err := url.PathUnescape(text)
	if err != nil {
		return unescaped("%")
	}
	if plain != "" {
		s[name] = plain
	}
	return nil
}

func (s Settings) takeHosts(text string) error {
	var hosts, ports []string
	given := false
	for _, one := range strings.Split(text, ",") {
		host, port, err := hostAndPort(one)
		if err != nil {
			return err
		}
		hosts, ports = append(hosts, host), append(ports, port)
		given = given || port != ""
	}
	if host := strings.Join(hosts, ","); host != "" {
		if err := s.takeText("host", host); err != nil {
			return err
		}
	}
	if given {
		s["port"] = strings.Join(ports, ",")
	}
	return nil
}

// hostAndPort takes name, name:port and [address]:port.
func hostAndPort(text string) (host, port string, err error) {
	if inner, bracketed := strings.CutPrefix(text, "["); bracketed {
		host, rest, closed := strings.Cut(inner, "]")
		port, named := strings.CutPrefix(rest, ":")
		if !closed || !isIPv6(host) || rest != "" && !named {
			return "", "", wrongBrackets()
		}
		return host, port, nil
	}
	host, port, _ = strings.Cut(text, ":")
	switch {
	case strings.ContainsAny(text, "[]"), isIPv6(text):
		return "", "", wrongBrackets()
	case strings.Contains(port, ":"):
		return "", "", wrongPort()
	}
	return host, port, nil
}

// isIPv6 takes an address with its zone, whose % is escaped in a URL.
func isIPv6(text string) bool {
	address, err := netip.ParseAddr(strings.Replace(text, "%25", "%", 1))
	return err == nil && address.Is6()
}

func wrongBrackets() error {
	return &Error{
		"the host of the database URL is no IPv6 address between brackets",
		"write an IPv6 address as in postgres://USER@[::1]:5432/DATABASE, and a name or an IPv4 address without brackets; " +
			"if the password holds a sign such as / ? # @ : [ or %, write it as %2F %3F %23 %40 %3A %5B or %25",
	}
}

func wrongPort() error {
	return &Error{
		"the port of the database URL is no number from 1 to 65535",
		"if the password holds a sign such as / ? # @ : or %, write it as %2F %3F %23 %40 %3A or %25",
	}
}

func (s Settings) takeQuery(query string) error {
	for _, pair := range strings.Split(query, "&") {
		if pair == "" {
			continue
		}
		name, value, found := strings.Cut(pair, "=")
		if !found {
			return unescaped("?", "&")
		}
		name, err := url.QueryUnescape(name)
		if err == nil {
			value, err = url.QueryUnescape(value)
		}
		if err != nil {
			return unescaped("%")
		}
		if name = s.name(name); name == "ssl" {
			name, value = "sslmode", secure(value)
		}
		s[name] = value
	}
	return nil
}

// secure is the sslmode of the parameter ssl, as other drivers have it.
func secure(value string) string {
	switch strings.ToLower(value) {
	case "true", "1":
		return "require"
	case "false", "0":
		return "disable"
	}
	return value
}

// name is the one under which a parameter is kept.
func (Settings) name(text string) string {
	switch text {
	case "dbname":
		return "database"
	case "hostaddr":
		return "host"
	}
	return text
}

const blanks = " \t\n\r\v\f"

// isKeywordString returns true if the first word shows that a text is keyword=value pairs.
func isKeywordString(text string) bool {
	word, _, found := strings.Cut(text, "=")
	return found && (isKnown(strings.Trim(word, blanks)) || strings.Trim(word, blanks) == "dbname" || strings.Trim(word, blanks) == "hostaddr")
}

// parseKeywords reads pairs as libpq does: blanks around the sign, quotes, and backslashes.
func parseKeywords(text string) (Settings, error) {
	settings := Settings{}
	for text = strings.Trim(text, blanks); text != ""; text = strings.TrimLeft(text, blanks) {
		name, rest, found := strings.Cut(text, "=")
		name = strings.Trim(name, blanks)
		if !found || name == "" || strings.ContainsAny(name, blanks) {
			return nil, &Error{"the keyword string of the database cannot be parsed: a word has no value",
				`a value with blanks stands between single quotes: password='…'; write \' and \\ within them`}
		}
		value, rest, closed := keywordValue(strings.TrimLeft(rest, blanks))
		if !closed {
			return nil, &Error{"the keyword string of the database cannot be parsed: a single quote is not closed", `write \' for a single quote, and \\ for a backslash`}
		}
		if name = settings.name(name); name != "user" || value != "" {
			settings[name] = value
		}
		text = rest
	}
	return settings, nil
}

// keywordValue returns the value at the beginning of a text, and the rest. closed is false if a
// quote is not closed.
func keywordValue(text string) (value, rest string, closed bool) {
	quoted := strings.HasPrefix(text, "'")
	if quoted {
		text = text[1:]
	}
	var plain strings.Builder
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\':
			if i++; i < len(text) {
				plain.WriteByte(text[i])
			}
		case quoted && c == '\'':
			return plain.String(), text[i+1:], true
		case !quoted && strings.IndexByte(blanks, c) >= 0:
			return plain.String(), text[i:], true
		default:
			plain.WriteByte(c)
		}
	}
	return plain.String(), "", !quoted
}
