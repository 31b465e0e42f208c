package durable_test

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/runtime/run"
	"github.com/dbos-script/dbos-script/runtime/run/durable"
	"github.com/dbos-script/dbos-script/stdlib/grants"
)

const (
	secretVariable = "RECORDED_TEST_TOKEN"
	secretValue    = "s3cr3t-\"quoted\"\nvalue"
	secretPassword = "db-p4ssw0rd"
)

const secretScript = `
	local token = env.get("RECORDED_TEST_TOKEN")
	print(#token, env.get("RECORDED_TEST_PLACE"))
	local echoed = step("echo", function() return {text = "token " .. token .. "!", list = {token}} end)
	print(echoed.text == "token " .. token .. "!", echoed.list[1] == token)
	print(select(2, pcall(step, "fails", function() error("no: " .. token) end)).message:find(token, 1, true) ~= nil)
	print(select(2, pcall(durable.set_event, "token", {of = token})).message)
	local text = fs.read("FILE")
	print(text == "db-p4ssw0rd " .. token or text == "none " .. token)
	dbos.enqueue("orders", "process", {1}, {workflow_id = "made"})
	print(dbos.count{name = "process"})
	error("ended with " .. token)`

// A secret stands nowhere in the database of a run: neither in the record of env.get, nor in any
// other result or error. Another process reads it again.
func TestNoSecretIsStored(t *testing.T) {
	t.Parallel()
	clienttest.BackendsAt(t, 125, func(t *testing.T, b clienttest.Backend) {
		file, password := filepath.Join(t.TempDir(), "file"), secretPassword
		if strings.HasPrefix(b.Config().DatabaseURL, "sqlite:") {
			password = "none"
		}
		if err := os.WriteFile(file, []byte(password+" "+secretValue), 0o600); err != nil {
			t.Fatal(err)
		}
		s := newScript(t, b, "secret", strings.ReplaceAll(secretScript, "FILE", file))
		var outputs []string
		for range 2 {
			out, err := s.liveWith(t, durable.RecordOf, func(c *run.Config) {
				c.Grants = grants.Lists{Env: []string{"RECORDED_TEST_*"}, Read: []string{file}}
				if place, ok := strings.CutPrefix(c.Database.DatabaseURL, "postgres://"); ok {
					_, host, _ := strings.Cut(place, "@")
					c.Database.DatabaseURL = "postgres://postgres:" + secretPassword + "@" + host
				}
			})
			if err == nil || !strings.Contains(err.Error(), "ended with s3cr3t") {
				t.Errorf("it ended with %v", err)
			}
			outputs = append(outputs, out)
		}
		if outputs[0] != outputs[1] || !strings.Contains(outputs[0], "true\ttrue\ntrue\n") || !strings.Contains(outputs[0], "holds the secret "+secretVariable) {
			t.Errorf("printed %q, and then %q", outputs[0], outputs[1])
		}
		for _, leaked := range leaks(b, []string{"s3cr3t", secretPassword}) {
			t.Error(leaked)
		}
		if rows := b.Rows("operation_outputs", "output LIKE '%north%'", nil); len(rows) != 1 {
			t.Errorf("%d steps have the variable that is no secret", len(rows))
		}
		_, err := s.liveWith(t, durable.RecordOf, func(c *run.Config) { c.Grants = grants.Lists{Read: []string{file}} })
		if err == nil || !strings.Contains(err.Error(), "the record has the secret "+secretVariable+" by its name only") || !run.Unfinished(err) {
			t.Errorf("without the variable: %v", err)
		}
	})
}

// TestMain sets the variables that scripts read, because parallel tests cannot.
func TestMain(m *testing.M) {
	for name, value := range map[string]string{secretVariable: secretValue, "RECORDED_TEST_PLACE": "north", "RECORDED_ZONE": "north"} {
		if err := os.Setenv(name, value); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

// A password is a secret wherever the address of the database has it, and also if it is the name of
// the user or of the scheme.
func TestAPasswordOfEachAddressIsASecret(t *testing.T) {
	t.Parallel()
	b := clienttest.On(t, "Postgres")
	plain, err := url.Parse(b.Config().DatabaseURL)
	if err != nil {
		t.Fatal(err)
	}
	host, port, user, database := plain.Hostname(), plain.Port(), plain.User.Username(), strings.TrimPrefix(plain.Path, "/")
	for name, password := range map[string]string{
		"user": user, "host": "a-host-of.example", "parameter": "p4r4m/ of+URL", "keyword": "k3yw0rd's word",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			escaped := url.QueryEscape(password)
			address := fmt.Sprintf("postgres://%s@%s:%s/%s?sslmode=disable&password=%s", user, host, port, database, escaped)
			if name == "keyword" {
				escaped = strings.ReplaceAll(password, "'", `\'`)
				address = fmt.Sprintf("host=%s port=%s user=%s dbname=%s sslmode=disable password='%s'", host, port, user, database, escaped)
			}
			s := newScript(t, b, "password-"+name, fmt.Sprintf(`
				local found = step("look", function() return {one = %[1]q, both = %[2]q .. " is " .. %[1]q, url = "postgres://postgres@a-host-of.example"} end)
				print(found.one == %[1]q, found.both == %[2]q .. " is " .. %[1]q, found.url)`, password, escaped))
			for range 2 {
				out, err := s.liveWith(t, durable.RecordOf, func(c *run.Config) { c.Database.DatabaseURL = address })
				if err != nil || !strings.HasPrefix(out, "true\ttrue\t") {
					t.Errorf("printed %q, %v", out, err)
				}
			}
			for _, row := range b.Rows("operation_outputs", "workflow_uuid = :id AND function_name = 'look'", map[string]any{"id": s.id}) {
				output := fmt.Sprint(row["output"])
				if strings.Count(output, "\ue000secret:") < 3 || strings.Contains(output, password) && name != "user" || strings.Contains(output, `one":"`+password) {
					t.Errorf("the record has %s", output)
				}
			}
		})
	}
}

// leaks returns the rows and files that hold one of the texts. Our own tables have the text of the
// script only.
func leaks(b clienttest.Backend, secrets []string) (found []string) {
	for _, table := range []string{"workflow_status", "workflow_input", "workflow_output", "operation_outputs", "notifications", "workflow_events",
		"workflow_events_history", "streams"} {
		for _, row := range b.Rows(table, "", nil) {
			for column, value := range row {
				for _, secret := range secrets {
					if strings.Contains(fmt.Sprint(value), secret) {
						found = append(found, fmt.Sprintf("%s.%s has a secret: %v", table, column, value))
					}
				}
			}
		}
	}
	path, isFile := strings.CutPrefix(b.Config().DatabaseURL, "sqlite:")
	if !isFile {
		return found
	}
	for _, suffix := range []string{"", "-wal"} {
		text, _ := os.ReadFile(path + suffix)
		for _, secret := range secrets {
			if strings.Contains(string(text), secret) {
				found = append(found, "the file has "+secret)
			}
		}
	}
	return found
}
