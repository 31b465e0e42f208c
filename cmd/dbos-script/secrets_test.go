package main

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest/pgtest"
	"github.com/dbos-script/dbos-script/runtime/lua/repl"
	"github.com/dbos-script/dbos-script/runtime/run/audit"
)

// The two pieces of every password here. Neither may be seen, alone or together.
const (
	secretHead = "Zq7wB"
	secretTail = "Kx9vM"
)

// spellings are the ways to write a password into a database URL, right and wrong ones. %s is where
// the rest of the address goes that is not under test.
func spellings(password, host, port, database string) map[string]string {
	escaped := url.QueryEscape(password)
	escaped = strings.ReplaceAll(escaped, "+", "%20")
	quoted := strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(password)
	unquoted := strings.NewReplacer(`\`, `\\`, `'`, `\'`, " ", `\ `).Replace(password)
	at := host + ":" + port
	return map[string]string{
		"userinfo, escaped":        "postgres://ops:" + escaped + "@" + at + "/" + database,
		"userinfo, raw":            "postgres://ops:" + password + "@" + at + "/" + database,
		"userinfo, half escaped":   "postgres://ops:" + escaped[:len(escaped)/2] + password[len(password)/2:] + "@" + at + "/" + database,
		"as the user":              "postgres://" + password + "@" + at + "/" + database + "?#",
		"other scheme":             "PostgreSQL+psycopg2://ops:" + password + "@" + at + "/" + database,
		"query, escaped":           "postgres://ops@" + at + "/" + database + "?password=" + escaped,
		"query, raw":               "postgres://ops@" + at + "/" + database + "?sslmode=disable&password=" + password,
		"query, raw, first":        "postgres://" + at + "/" + database + "?password=" + password + "&user=ops",
		"query, unknown name":      "postgres://ops@" + at + "/" + database + "?passwd=" + password,
		"query, name":              "postgres://ops@" + at + "/" + database + "?" + password + "=1",
		"sslpassword":              "postgres://ops@" + at + "/" + database + "?sslpassword=" + escaped,
		"a wrong value":            "postgres://ops@" + at + "/" + database + "?sslmode=" + escaped,
		"a wrong number":           "postgres://ops@" + at + "/" + database + "?pool_max_conns=" + escaped,
		"a wrong duration":         "postgres://ops@" + at + "/" + database + "?connect_timeout=" + escaped,
		"as the port":              "postgres://ops:x@" + host + ":" + password + "/" + database,
		"two at signs":             "postgres://ops:" + password + "@" + secretTail + "@" + at + "/" + database,
		"no host":                  "postgres://ops:" + password + "/" + database,
		"one slash":                "postgres:/ops:" + password + "@" + at + "/" + database,
		"no scheme":                "ops:" + password + "@" + at + "/" + database,
		"no scheme, slashes":       "//ops:" + password + "@" + at + "/" + database,
		"another scheme":           "mysql://ops:" + password + "@" + at + "/" + database,
		"sqlite":                   "sqlite://ops:" + password + "@" + at + "/" + database,
		"sqlite, query":            "sqlite:own.sqlite?key=" + password,
		"sqlite, pragma":           "sqlite:own.sqlite?_pragma=" + escaped,
		"sqlite, mode":             "sqlite:own.sqlite?mode=" + escaped,
		"keywords":                 "host=" + host + " port=" + port + " user=ops password=" + password + " dbname=" + database,
		"keywords, last":           "host=" + host + " port=" + port + " user=ops dbname=" + database + " password=" + password,
		"keywords, first":          "password=" + password + " host=" + host + " port=" + port + " user=ops dbname=" + database,
		"keywords, escaped":        "host=" + host + " port=" + port + " user=ops password=" + unquoted + " dbname=" + database,
		"keywords, blanks":         "host = " + host + " port = " + port + " user = ops password = " + unquoted + " dbname = " + database,
		"keywords, quoted":         "host='" + host + "' port='" + port + "' user='ops' password='" + quoted + "' dbname='" + database + "'",
		"keywords, quoted, blanks": "password \t= '" + quoted + "' host  =  " + host + " port=" + port + " user = 'ops'",
		"keywords, quoted raw":     "host=" + host + " port=" + port + " user=ops password='" + password + "' dbname=" + database,
		"keywords, not closed":     "host=" + host + " port=" + port + " user=ops password='" + quoted,
		"keywords, unknown":        "host=" + host + " passwd=" + password + " port=" + port,
		"keywords, no value":       "host=" + host + " port=" + port + " user=ops " + password,
	}
}

// everyPassword returns a password for each printable sign of ASCII that is no letter and no digit,
// and at its end one with a small letter, a capital and a digit. All letters and digits are one
// case, because no spelling escapes them and no parser treats one of them like a sign.
func everyPassword() (list []string) {
	for sign := ' '; sign <= '~'; sign++ {
		if !unicode.IsLetter(sign) && !unicode.IsDigit(sign) {
			list = append(list, secretHead+string(sign)+secretTail)
		}
	}
	return append(list, secretHead+"aZ0"+secretTail)
}

// Letters and digits are written as they are in every spelling.
func TestLettersAreOneCase(t *testing.T) {
	t.Parallel()
	all := spellings(secretHead+"a"+secretTail, "127.0.0.1", "1", "shop")
	for sign := '0'; sign <= 'z'; sign++ {
		if !unicode.IsLetter(sign) && !unicode.IsDigit(sign) {
			continue
		}
		for name, text := range spellings(secretHead+string(sign)+secretTail, "127.0.0.1", "1", "shop") {
			if want := strings.ReplaceAll(all[name], secretHead+"a"+secretTail, secretHead+string(sign)+secretTail); text != want {
				t.Errorf("%s of %q is %s, want %s", name, sign, text, want)
			}
		}
	}
}

// ambiguous are those in which a password with an @ makes a URL that means something else: its
// end is a host, for nothing says otherwise. A word that is a password alone is known from no
// other word.
func ambiguous(name, password string) bool {
	return name == "no host" && strings.Contains(password, "@")
}

// shown is all that a command says and writes to its audit log, and what runs show makes of the
// log. The prompt has one input.
func shown(ctx context.Context, t interface{ Fatal(...any) }, log string, args ...string) string {
	var out bytes.Buffer
	Main(ctx, append(args, "--audit", log, "--timeout", "20s"), streams{in: strings.NewReader("dbos.enqueue('q', 'wf', 1)\n"), out: &out, err: &out})
	text, err := os.ReadFile(log)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	if out.Len() == 0 {
		t.Fatal("nothing is said by", args)
	}
	if len(text) > 0 {
		Main(ctx, []string{"runs", "show", "last", "--audit", log}, streams{in: strings.NewReader(""), out: &out, err: &out})
	}
	_ = os.Remove(log)
	return out.String() + string(text)
}

// leaks finds a piece of a password, whatever became of its case or its escapes.
func leaks(text string) bool {
	lower := strings.ToLower(text)
	for _, piece := range []string{secretHead, secretTail} {
		for length := 4; length <= len(piece); length++ {
			if strings.Contains(lower, strings.ToLower(piece[:length])) || strings.Contains(lower, strings.ToLower(piece[len(piece)-length:])) {
				return true
			}
		}
	}
	return false
}

// commands are those that show databases in one way or another.
func commands(folder, address string) [][]string {
	own := "sqlite:" + filepath.Join(folder, "own.sqlite")
	connect := filepath.Join(folder, "connect.lua")
	return [][]string{
		{"db", "info", "--db", address, "-v"},
		{"db", "info", "--db", address, "--output", "json"},
		{"-e", "dbos.enqueue('q', 'wf', 1)", "--db", address},
		{"--dry-run", "-e", "dbos.enqueue('q', 'wf', 1)", "--db", address},
		{"--read-only", "-e", "dbos.list_workflows()", "--db", address, "--debug"},
		{"run", connect, address, "--db", own, "--reason", "moving to " + address},
		{"run", connect, address, "--db", own, "--allow-db", address},
		{"run", connect, "--target=" + address, "--db", own},
		{"-e", "dbos.connect{database_url = [==[" + address + "]==]}", "--db", own},
	}
}

// creating are further ones, some of which would create a database where a server lets them.
func creating(folder, address string) [][]string {
	list := [][]string{
		{"serve", filepath.Join(folder, "served"), "--list", "--db", address},
		{"repl", "--db", address},
	}
	if strings.HasPrefix(address, "sqlite") {
		return list
	}
	return append(list, []string{"db", "init", "--db", address}, []string{"demo", "--dir", filepath.Join(folder, "demo"), "--db", address})
}

func secretFolder(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	script := "dbos.enqueue('q', 'wf', 1)\nlocal ok, err = pcall(dbos.connect, {database_url = args.raw[1]})\nprint(err)\nlog.info('x', {error = err})\ndbos.connect{database_url = args.raw[1]}\n"
	if err := os.WriteFile(filepath.Join(folder, "connect.lua"), []byte(script), 0o600); err != nil {
		t.Fatal(err)
	}
	served := filepath.Join(folder, "served")
	if err := os.Mkdir(served, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(served, "nightly.lua"), []byte("schedule.declare{cron = \"0 3 * * *\"}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	makeEmbedded(t, folder)
	if err := os.Rename(filepath.Join(folder, "dbos.sqlite"), filepath.Join(folder, "own.sqlite")); err != nil {
		t.Fatal(err)
	}
	return folder
}

// Every sign in every spelling: no piece of the password is in what any command says or records.
// The spellings of a sign share the text of an -e, in which each connection fails, so that a
// process is not made for each of them.
func TestNoPieceOfAPasswordIsShown(t *testing.T) {
	t.Parallel()
	for part := range 4 {
		t.Run(fmt.Sprint("part ", part), func(t *testing.T) {
			t.Parallel()
			folder := secretFolder(t) // of its own, because commands write into its database
			log := filepath.Join(t.TempDir(), "audit.jsonl")
			for i, password := range everyPassword() {
				if i%4 == part {
					notShown(t, folder, log, i, password)
				}
			}
		})
	}
}

func notShown(t *testing.T, folder, log string, i int, password string) {
	t.Helper()
	all := spellings(password, "127.0.0.1", "1", "shop")
	var connects strings.Builder
	for n, name := range slices.Sorted(maps.Keys(all)) {
		if ambiguous(name, password) {
			continue
		}
		connect := "dbos.connect{database_url = [==[" + all[name] + "]==]}"
		fmt.Fprintf(&connects, "print(pcall(function() %s end))\n", connect)
		config := client.ClientConfig{DatabaseURL: all[name], Logger: slog.New(slog.DiscardHandler)}
		_, err := client.NewClient(t.Context(), config)
		config.Foreign = true
		_, foreign := client.NewClient(t.Context(), config)
		texts := []any{client.Redact(all[name]), config.Shown(), err, foreign, audit.Mask(all[name]), audit.Mask(connect), audit.Mask("-e\n" + connect)}
		if text := fmt.Sprintf("%v %+v", texts, err); leaks(text) {
			t.Errorf("%s, %q: %s", name, password, text)
		}
		if tried := slices.Concat(commands(folder, all[name]), creating(folder, all[name])); n%3 == i%3 {
			args := tried[(n/3+i/3)%len(tried)] // each spelling in all of the commands, with one sign or another
			if text := shown(t.Context(), t, log, args...); leaks(text) {
				t.Errorf("%s, %q: %q says\n%s", name, password, args, text)
			}
		}
	}
	args := []string{"-e", connects.String(), "--db", "sqlite:" + filepath.Join(folder, "own.sqlite")}
	if i%2 == 0 {
		args = append(args, "--allow-db", "postgres://127.0.0.1:1/shop")
	}
	if text := shown(t.Context(), t, log, args...); leaks(text) || !strings.Contains(text, "false") {
		t.Errorf("%q: -e with every spelling says\n%s", password, text)
	}
}

// A password in the text of a script: no report about the script shows the line, in whatever
// format, and neither do the records of its run nor the prompt's history.
func TestNoPieceOfAPasswordInAScriptIsShown(t *testing.T) {
	t.Parallel()
	folder := secretFolder(t)
	own := "sqlite:" + filepath.Join(folder, "own.sqlite")
	write := func(name, text string) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	history, err := repl.OpenHistory("")
	if err != nil {
		t.Fatal(err)
	}
	log := filepath.Join(folder, "kept.jsonl")
	for i, password := range everyPassword() {
		all := spellings(password, "127.0.0.1", "1", "shop")
		for n, name := range slices.Sorted(maps.Keys(all)) {
			if ambiguous(name, password) || name == "as the user" { // a user alone is no secret
				continue
			}
			for _, literal := range []string{"[==[" + all[name] + "]==]", strconv.Quote(all[name]), "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(all[name]) + "'"} {
				if connect := "c = dbos.connect{database_url = " + literal + "}"; !audit.Written(connect) {
					t.Errorf("%s, %q: not taken for a secret: %s", name, password, connect)
				} else if _, err := history.Write(connect); err != nil || history.Len() > 0 {
					t.Errorf("%s, %q: the history keeps %s", name, password, connect)
				}
			}
			if n%24 != i%24 {
				continue
			}
			connect := "local unused\ndbos.connect{database_url = [==[" + all[name] + "]==]}\n"
			script, broken := write("script.lua", "dbos.enqueue('q', 'wf', 1) "+connect), write("broken.lua", "local c = dbos.connct{database_url = [==["+all[name]+"]==]} oops\n")
			for _, args := range [][]string{
				{"run", script, "--db", own, "--debug"}, {"run", script, "--db", own, "--output", "json"}, {"run", broken, "--db", own, "--output", "json"},
				{"check", broken}, {"check", broken, "--output", "json"}, {"--dry-run", "run", script, "--db", own, "--output", "json"}, {"--output", "json", "-e", connect, "--db", own},
				{"runs"}, {"runs", "show", "last", "--output", "json"}, {"runs", "show", "last"},
			} {
				var out bytes.Buffer
				Main(t.Context(), append(args, "--audit", log, "--timeout", "20s"), streams{in: strings.NewReader(""), out: &out, err: &out})
				if leaks(out.String()) {
					t.Errorf("%s, %q: %q says\n%s", name, password, args, out.String())
				}
			}
			if text, err := os.ReadFile(log); err != nil || leaks(string(text)) {
				t.Errorf("%s, %q: the audit log has a piece of it, or there is none: %v", name, password, err)
			}
			_ = os.Remove(log)
		}
	}
}

// Several signs at once, and addresses that are wrong elsewhere.
func TestNoPieceOfAnyPasswordIsShown(t *testing.T) {
	t.Parallel()
	folder := secretFolder(t)
	log := filepath.Join(folder, "audit.jsonl")
	signs := rapid.StringMatching(`[ -~]{1,6}`)
	rapid.Check(t, func(r *rapid.T) {
		password := secretHead + signs.Draw(r, "signs") + secretTail
		host := rapid.SampledFrom([]string{"127.0.0.1", "no-such-host.invalid", "", "[::1]", "a b", "/nowhere", "x,127.0.0.1"}).Draw(r, "host")
		port := rapid.SampledFrom([]string{"1", "", "x", "99999", "1,2,3"}).Draw(r, "port")
		all := spellings(password, host, port, "shop")
		name := rapid.SampledFrom(slices.Sorted(maps.Keys(all))).Draw(r, "spelling")
		if ambiguous(name, password) {
			return
		}
		address := all[name] + rapid.SampledFrom([]string{"", "", "\n", "?", "&", "#", "@", "%", " x"}).Draw(r, "end")
		args := rapid.SampledFrom(commands(folder, address)).Draw(r, "command")
		if text := shown(t.Context(), r, log, args...); leaks(text) {
			r.Fatalf("%q says\n%s", args, text)
		}
	})
}

// A server that answers: one that wants another password, and one that has no TLS and no such
// database.
func TestNoPieceOfAPasswordIsShownByAServer(t *testing.T) {
	t.Parallel()
	server, err := pgtest.Start(pgtest.Options{Password: "right"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Stop() })
	folder := secretFolder(t)
	for what, address := range map[string]string{"locked": server.URL("postgres"), "open": pgtest.NewDatabase(t)} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			at, err := url.Parse(address)
			if err != nil {
				t.Fatal(err)
			}
			log := filepath.Join(t.TempDir(), "audit.jsonl")
			for i, password := range everyPassword() {
				all := spellings(password, at.Hostname(), at.Port(), "nowhere")
				names := slices.Sorted(maps.Keys(all))
				for n, name := range names {
					if n%8 != i%8 || ambiguous(name, password) {
						continue // each sign in a few of the spellings
					}
					tried := commands(folder, all[name])
					args := tried[(i/8)%len(tried)]
					if text := shown(t.Context(), t, log, args...); leaks(text) {
						t.Errorf("%s, %q: %q says\n%s", name, password, args, text)
					}
				}
			}
		})
	}
}

// Passwords of the environment, of the user's files and of a profile.
func TestNoPieceOfAPasswordOfTheEnvironmentIsShown(t *testing.T) {
	t.Parallel()
	server, err := pgtest.Start(pgtest.Options{Password: "right"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Stop() })
	at, err := url.Parse(server.URL("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	folder := secretFolder(t)
	var signs strings.Builder
	for sign := '!'; sign <= '~'; sign++ {
		signs.WriteRune(sign)
	}
	password := secretHead + signs.String() + secretTail
	quoted := strings.NewReplacer(`\`, `\\`, `:`, `\:`).Replace(password)
	service := fmt.Sprintf("[shop]\nhost=%s\nport=%s\nuser=ops\npassword=%s\ndbname=shop\n", at.Hostname(), at.Port(), password)
	toml := fmt.Sprintf("[profile.shop]\nurl = \"postgres://ops:${SHOP_PASSWORD}@%s/shop\"\n[profile.raw]\nurl = '''postgres://ops:%s@%s/shop'''\n", at.Host, strings.ReplaceAll(password, "'", ""), at.Host)
	for name, text := range map[string]string{"passfile": "*:*:*:*:" + quoted + "\n", "service": service, "dbos-script.toml": toml} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	plain := "postgres://ops@" + at.Host + "/shop"
	for name, c := range map[string]struct {
		environment []string
		args        []string
	}{
		"PGPASSWORD": {[]string{"PGPASSWORD=" + password}, []string{"--db", plain}},
		"passfile":   {[]string{"PGPASSFILE=" + filepath.Join(folder, "passfile")}, []string{"--db", plain}},
		"service":    {[]string{"PGSERVICEFILE=" + filepath.Join(folder, "service")}, []string{"--db", "postgres://?service=shop"}},
		"profile":    {[]string{"SHOP_PASSWORD=" + password}, []string{"--profile", "shop"}},
		"raw":        {nil, []string{"--profile", "raw"}},
		"the URL":    {[]string{environmentURL + "=postgres://ops:" + password + "@" + at.Host + "/shop"}, nil},
		"escaped":    {[]string{environmentURL + "=postgres://ops:" + url.QueryEscape(password) + "@" + at.Host + "/shop"}, nil},
	} {
		for _, doing := range [][]string{{"db", "info"}, {"-e", "dbos.enqueue('q', 'wf', 1)"}, {"--dry-run", "-e", "dbos.list_workflows()"}} {
			cmd := command(t, t.TempDir(), append(doing, c.args...)...)
			cmd.Dir = folder
			cmd.Env = append(os.Environ(), append(c.environment, "XDG_STATE_HOME="+t.TempDir())...)
			if out, _ := cmd.CombinedOutput(); leaks(string(out)) {
				t.Errorf("%s: %q says\n%s", name, doing, out)
			}
		}
	}
}
