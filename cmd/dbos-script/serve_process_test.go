package main

import (
	"encoding/json"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/stdlib"
)

// A serving is the command serve as a process of its own.
type serving struct {
	*exec.Cmd
	t   *testing.T
	log notebook
	out notebook
}

func newServing(t *testing.T, folder, database string, environment []string, args ...string) *serving {
	t.Helper()
	s := &serving{t: t, Cmd: exec.CommandContext(t.Context(), commandPath(t), append([]string{"serve", folder, "--db", database, "--log-format", "json"}, args...)...)}
	s.Stdout, s.Stderr, s.Dir = &s.out, &s.log, t.TempDir()
	s.Env = append(append(os.Environ(), "HOME="+s.Dir, "XDG_STATE_HOME="+s.Dir), environment...)
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Process.Kill() })
	return s
}

// until waits for a condition of a process.
func (s *serving) until(what string, holds func() bool) {
	s.t.Helper()
	(&served{t: s.t, log: &s.log}).until(what, holds)
}

// messages returns the messages that systemd would receive on a socket.
func messages(t *testing.T) (path string, received <-chan string) {
	t.Helper()
	folder, err := os.MkdirTemp("", "notify-") // a path of a socket has at most 107 characters
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	path = filepath.Join(folder, "socket")
	socket, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { socket.Close() })
	texts := make(chan string, 100)
	go func() {
		buffer := make([]byte, 4096)
		for {
			n, err := socket.Read(buffer)
			if err != nil {
				return
			}
			texts <- string(buffer[:n])
		}
	}()
	return path, texts
}

// expectMessage waits for a message that begins with words.
func expectMessage(t *testing.T, received <-chan string, words string) {
	t.Helper()
	for patience := time.After(time.Minute); ; {
		select {
		case text := <-received:
			if strings.HasPrefix(text, words) {
				return
			}
		case <-patience:
			t.Fatalf("systemd was never told %s", words)
		}
	}
}

// A server as systemd and a collector of logs see it, from its start to its end.
func TestAServerAsAService(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, database string) {
		c, err := client.NewClient(t.Context(), client.ClientConfig{DatabaseURL: database, Create: true})
		if err != nil {
			t.Fatal(err)
		}
		c.Shutdown(0)
		folder := t.TempDir()
		for name, text := range map[string]string{
			"logs.lua":  "schedule.declare{cron = '* * * * * *'}\nlog.info('from the script', {count = 2})\nprint('data')\ndbos.enqueue('q', 'w', 1, {sdk = 'go'})\n",
			"fails.lua": "schedule.declare{cron = '* * * * * *'}\nlocal orders\nprint(orders.id)\n",
		} {
			if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		socket, received := messages(t)
		s := newServing(t, folder, database, []string{"NOTIFY_SOCKET=" + socket, "WATCHDOG_USEC=8000000"}, "--listen", "127.0.0.1:0")
		expectMessage(t, received, "READY=1\nSTATUS=")
		expectMessage(t, received, "WATCHDOG=1")
		address := listensOn(s.log.String())
		s.until("it is ready, and the script has run", func() bool {
			status, _ := ask(t, address+"/readyz")
			return status == http.StatusOK && strings.Contains(s.log.String(), "from the script") && strings.Contains(s.log.String(), "orders.id")
		})
		refusedWhileTaken(t, folder, database, strings.TrimPrefix(address, "http://"))
		expectMessage(t, received, "WATCHDOG=1")
		if err := s.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		expectMessage(t, received, "STOPPING=1\nSTATUS=waiting for ")
		if err := s.Wait(); err != nil {
			t.Errorf("it ended with %v", err)
		}
		if out := s.out.String(); !strings.HasPrefix(out, "data\n") {
			t.Errorf("standard output is %q", out)
		}
		expectRunsInLog(t, s.log.String())
	})
}

// refusedWhileTaken starts a second server on the address of the first, which must end before
// anything else happens.
func refusedWhileTaken(t *testing.T, folder, database, address string) {
	t.Helper()
	second := newServing(t, folder, database, nil, "--listen", address)
	err := second.Wait()
	if text := second.log.String(); err == nil || second.ProcessState.ExitCode() != stdlib.ExitUnavailable || strings.Count(text, "\n") != 1 || !strings.Contains(text, "cannot listen on "+address+": address already in use") || second.out.String() != "" {
		t.Errorf("the second server: %v, %q", err, text)
	}
}

// expectRunsInLog wants every line to be JSON, and the lines of a run to have its id.
func expectRunsInLog(t *testing.T, text string) {
	t.Helper()
	runs, seen := map[string]string{}, map[string]int{}
	for line := range strings.Lines(text) {
		var record map[string]any
		if err := json.Unmarshal([]byte(line), &record); err != nil || record["time"] == nil || record["level"] == nil {
			t.Errorf("%v: %q", err, line)
			continue
		}
		message, _ := record["msg"].(string)
		script, _ := record["script"].(string)
		id, _ := record["run"].(string)
		seen[script+" "+message]++
		if message == "from the script" && (id == "" || script != "logs.lua" || record["count"] != 2.0 || record["at"] == nil || record["tick"] == nil) {
			t.Errorf("the line of the script is %s", line)
		}
		if message == "failed" && (id == "" || record["level"] != "ERROR" || !strings.Contains(record["detail"].(string), "3 | print(orders.id)")) {
			t.Errorf("the failure is %s", line)
		}
		if other, known := runs[id]; known && other != script {
			t.Errorf("the run %s is of %s and of %s", id, other, script)
		}
		if runs[id] = script; id == "" {
			delete(runs, id)
		}
	}
	for _, want := range []string{" listening", "logs.lua serving", "logs.lua started", "logs.lua from the script", "logs.lua ended", "fails.lua failed"} {
		if seen[want] == 0 {
			t.Errorf("the log has no record %q:\n%s", want, text)
		}
	}
	if strings.Contains(text, "script cron") {
		t.Errorf("the log has a table:\n%s", text)
	}
}
