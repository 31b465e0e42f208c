package grants

import (
	"errors"
	"net"
	"strconv"
	"strings"
)

// A host is a host name or address, with a port or without, to which a run may connect.
type host struct {
	name   string // lower case; that of the domain when below
	port   string // empty for any
	below  bool   // all names below the domain
	anyone bool
}

var errHost = errors.New("a host such as api.example.com, api.example.com:8443 or *.example.com is expected, without a scheme or path")

func parseHost(text string) (host, error) {
	name, port := text, ""
	if h, p, err := net.SplitHostPort(text); err == nil {
		name, port = h, p
		if number, err := strconv.ParseUint(port, 10, 16); err != nil || number == 0 {
			return host{}, errHost
		}
	}
	if name == "*" {
		return host{port: port, anyone: true}, nil
	}
	domain, below := strings.CutPrefix(plainHost(name), "*.")
	switch {
	case net.ParseIP(domain) != nil && !below:
		return host{name: domain, port: port}, nil
	case domain == "" || strings.ContainsAny(domain, "/:*@?# "):
		return host{}, errHost
	}
	return host{name: domain, port: port, below: below}, nil
}

// plainHost is a host's name as names are compared: lower case, without brackets or the dot of
// the root.
func plainHost(name string) string {
	name = strings.TrimSuffix(strings.TrimPrefix(name, "["), "]")
	return strings.TrimSuffix(strings.ToLower(name), ".")
}

func (h host) allows(name, port string) bool {
	switch {
	case h.port != "" && h.port != port:
		return false
	case h.anyone:
		return true
	case h.below:
		return strings.HasSuffix(name, "."+h.name)
	}
	return name == h.name
}

// Connect grants a connection to a host. usual says that the port is that of the protocol, so
// that a flag need not name it.
func (g Grants) Connect(name, port string, usual bool) error {
	plain := plainHost(name)
	for _, h := range g.net {
		if h.allows(plain, port) {
			return nil
		}
	}
	value := plain
	switch {
	case !usual:
		value = net.JoinHostPort(plain, port)
	case strings.Contains(plain, ":"):
		value = "[" + plain + "]"
	}
	return &DeniedError{What: "connecting to " + value, Flag: FlagNet, Value: value}
}
