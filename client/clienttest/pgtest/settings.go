package pgtest

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// settings returns the server's configuration, one parameter a line. It allows many connections,
// because all parallel tests of a package share the server.
func (s *Server) settings() string {
	all := map[string]string{
		"listen_addresses":        "127.0.0.1",
		"port":                    strconv.Itoa(s.port),
		"unix_socket_directories": s.run,
		"max_connections":         "400",
		"fsync":                   onOff(s.opts.Fsync),
		"synchronous_commit":      onOff(s.opts.Fsync),
		"full_page_writes":        onOff(s.opts.Fsync),
	}
	maps.Copy(all, s.opts.Settings)
	var text strings.Builder
	for _, name := range slices.Sorted(maps.Keys(all)) {
		fmt.Fprintf(&text, "%s = '%s'\n", name, strings.ReplaceAll(all[name], "'", "''"))
	}
	return text.String()
}

func onOff(on bool) string {
	if on {
		return "on"
	}
	return "off"
}
