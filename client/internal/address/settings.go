package address

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/dbos-script/dbos-script/client/internal/nearest"
)

// A rule says which values of a parameter make sense.
type rule struct {
	takes func(value string) bool
	words []string // all that it takes, if they are few
	are   string   // the allowed values, in words
}

func anything() rule { return rule{takes: func(string) bool { return true }} }

func oneOf(words ...string) rule {
	return rule{func(value string) bool { return slices.Contains(words, value) }, words, strings.Join(words, ", ")}
}

func number() rule {
	return rule{takes: func(value string) bool {
		number, err := strconv.Atoi(value)
		return err == nil && number >= 0
	}, are: "a whole number, such as 10"}
}

func duration() rule {
	return rule{takes: func(value string) bool {
		_, err := time.ParseDuration(value)
		return err == nil
	}, are: "a duration with its unit, such as 30s or 1h"}
}

func isPorts(value string) bool {
	for _, port := range strings.Split(value, ",") {
		if number, err := strconv.ParseUint(port, 10, 16); port != "" && (err != nil || number == 0) {
			return false
		}
	}
	return true
}

// isHosts takes names, addresses, and folders of a socket.
func isHosts(value string) bool {
	for _, host := range strings.Split(value, ",") {
		if !isHostName(host) && (!strings.HasPrefix(host, "/") || strings.ContainsAny(host, "@?#=")) {
			return false
		}
	}
	return true
}

func isHostName(host string) bool {
	for _, sign := range host {
		if !unicode.IsLetter(sign) && !unicode.IsNumber(sign) && !strings.ContainsRune("._:%-", sign) {
			return false
		}
	}
	return utf8.ValidString(host)
}

// plain are the parameters that a script's URL may have, too.
func plain() map[string]rule {
	return map[string]rule{
		"host": {takes: isHosts}, "port": {takes: isPorts}, "user": anything(), "password": anything(), "database": anything(),
		"sslmode":         oneOf("disable", "allow", "prefer", "require", "verify-ca", "verify-full"),
		"connect_timeout": number(), "application_name": anything(),
	}
}

// driven are further parameters that the driver reads.
func driven() map[string]rule {
	protocol := oneOf("3.0", "3.2", "latest")
	return map[string]rule{
		"passfile": anything(), "service": anything(), "servicefile": anything(),
		"sslkey": anything(), "sslcert": anything(), "sslrootcert": anything(), "sslpassword": anything(),
		"sslcertmode": oneOf("disable", "allow", "require"), "sslsni": oneOf("0", "1"), "sslnegotiation": oneOf("postgres", "direct"),
		"target_session_attrs": oneOf("any", "read-write", "read-only", "primary", "standby", "prefer-standby"),
		"min_protocol_version": protocol, "max_protocol_version": protocol,
		"channel_binding": oneOf("disable", "prefer", "require"), "require_auth": anything(),
		"pool_max_conns": number(), "pool_min_conns": number(), "pool_min_idle_conns": number(),
		"pool_max_conn_lifetime": duration(), "pool_max_conn_idle_time": duration(), "pool_health_check_period": duration(),
		"pool_max_conn_lifetime_jitter": duration(), "pool_ping_timeout": duration(),
		"statement_cache_capacity": number(), "description_cache_capacity": number(),
		"default_query_exec_mode": oneOf("cache_statement", "cache_describe", "describe_exec", "exec", "simple_protocol"),
	}
}

// session are parameters of the server's session. A pooler refuses most of them.
func session() []string {
	return []string{
		"client_encoding", "client_min_messages", "datestyle", "DateStyle", "default_transaction_deferrable", "default_transaction_isolation",
		"default_transaction_read_only", "deadlock_timeout", "extra_float_digits", "idle_in_transaction_session_timeout", "idle_session_timeout",
		"intervalstyle", "IntervalStyle", "lock_timeout", "log_statement", "options", "role", "search_path", "standard_conforming_strings", "statement_timeout",
		"tcp_keepalives_count", "tcp_keepalives_idle", "tcp_keepalives_interval", "tcp_user_timeout", "timezone", "TimeZone", "transaction_timeout", "work_mem",
	}
}

// foreign are parameters of other drivers, which make no difference here.
func foreign() []string {
	return []string{
		"keepalives", "keepalives_idle", "keepalives_interval", "keepalives_count", "gssencmode", "krbsrvname", "fallback_application_name",
		"load_balance_hosts", "sslcompression", "sslcrl", "ssl_min_protocol_version", "ssl_max_protocol_version", "requirepeer",
		"prepared_statement_cache_size", "prepareThreshold", "pgbouncer", "connection_limit", "pool_timeout", "pool_size", "max_overflow", "uselibpqcompat",
	}
}

func isKnown(name string) bool {
	_, isPlain := plain()[name]
	_, isDriven := driven()[name]
	return isPlain || isDriven || slices.Contains(session(), name) || slices.Contains(foreign(), name)
}

// check drops settings without effect, and refuses wrong ones. Its errors name parameters only
// from our own list.
func (s Settings) check(source Source) error {
	for _, name := range foreign() {
		delete(s, name)
	}
	allowed := plain()
	if source == Operator {
		maps.Copy(allowed, driven())
		for _, name := range session() {
			allowed[name] = anything()
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s)) {
		if err := checkOne(name, s[name], allowed); err != nil {
			return err
		}
	}
	if source == Script {
		return s.complete()
	}
	return nil
}

func checkOne(name, value string, allowed map[string]rule) error {
	rule, found := allowed[name]
	switch {
	case !found && isKnown(name):
		return &Error{"the database URL of a script has no parameter " + name,
			"a script's URL has " + enumerate(plain()) + "; a profile, which its user writes, may have all others"}
	case !found:
		return &Error{"the database URL has a parameter that there is not" + nearestSetting(name, allowed),
			"if the password holds ? or &, write %3F or %26; in a keyword string a value with blanks stands between single quotes"}
	case rule.takes(value):
		return nil
	case name == "port":
		return wrongPort()
	case name == "host":
		return &Error{"the host of the database URL is no host name",
			"if the password holds a sign such as / ? # @ or %, write it as %2F %3F %23 %40 or %25"}
	}
	return rule.wrong(name, value)
}

// wrong returns the error of a value, which names the nearest right one.
func (r rule) wrong(name, value string) error {
	near := ""
	if r.words != nil {
		near = nearest.Suggestion(strings.ToLower(value), r.words)
		if slices.Contains(r.words, strings.ToLower(value)) {
			near = " (in small letters)"
		}
	}
	return &Error{"the parameter " + name + " of the database URL has a value that makes no sense" + near, name + " is " + r.are}
}

func enumerate(rules map[string]rule) string {
	return strings.Join(slices.Sorted(maps.Keys(rules)), ", ")
}

// nearestSetting names the parameter nearest to a name.
func nearestSetting(name string, allowed map[string]rule) string {
	for _, known := range slices.Sorted(maps.Keys(allowed)) {
		if squeeze(known) == squeeze(name) {
			return fmt.Sprintf(" (did you mean %q?)", known)
		}
	}
	return nearest.Suggestion(name, slices.Sorted(maps.Keys(allowed)))
}

func squeeze(name string) string {
	return strings.ToLower(strings.NewReplacer("_", "", "-", "", " ", "").Replace(name))
}

// complete requires the settings that the environment would supply otherwise, and sets defaults
// for the rest.
func (s Settings) complete() error {
	for _, name := range []string{"host", "user"} {
		if strings.Trim(s[name], ",") == "" {
			return &Error{"the database URL of a script has no " + name, "a script's URL is complete: the environment adds nothing to it. A profile may leave things out: dbos.connect{profile = …}"}
		}
	}
	if s["port"] == "" {
		s["port"] = "5432"
	}
	if s["database"] == "" {
		s["database"] = s["user"]
	}
	return nil
}

// Text is a keyword string of the settings, in which every value is quoted. That of a script names
// all that the driver would otherwise take from the environment and the user's files.
func (a Address) Text() string {
	all := maps.Clone(a.Settings)
	if a.Source == Script {
		for name, value := range map[string]string{
			"password": "", "passfile": "", "sslmode": "prefer", "sslkey": "", "sslcert": "", "sslrootcert": "", "sslpassword": "",
			"sslcertmode": "disable", "sslsni": "1", "sslnegotiation": "postgres", "target_session_attrs": "any", "connect_timeout": "10",
			"channel_binding": "prefer", "require_auth": "", "min_protocol_version": "3.0", "max_protocol_version": "3.0", "servicefile": "",
		} {
			if all[name] == "" {
				all[name] = value
			}
		}
	}
	var text strings.Builder
	for _, name := range slices.Sorted(maps.Keys(all)) {
		text.WriteString(name + "='" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(all[name]) + "' ")
	}
	return text.String()
}
