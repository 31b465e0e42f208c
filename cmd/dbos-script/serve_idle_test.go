package main

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest/pgproxy"
	"github.com/dbos-script/dbos-script/client/clienttest/pgtest"
)

// idleVariable is the variable for how long TestAnIdleServerAsksOnceASecond looks at a server, such
// as 30s.
const idleVariable = "DBOS_SCRIPT_TEST_IDLE"

// A server with schedules, workflows, a page and parked runs sends at most one request a second to
// the database while nothing happens. It runs as a process of its own, by the real clock.
func TestAnIdleServerAsksOnceASecond(t *testing.T) {
	t.Parallel()
	text := os.Getenv(idleVariable)
	if text == "" {
		return // it waits by the real clock
	}
	length, err := time.ParseDuration(text)
	if err != nil {
		t.Fatalf("%s: %v", idleVariable, err)
	}
	database := pgtest.NewDatabase(t)
	c := makeRuns(t, database)
	var counted requests
	proxy := pgproxy.New(t, database, pgproxy.Options{Intercept: counted.add})
	folder := t.TempDir()
	for name, text := range map[string]string{
		"yearly.lua": "schedule.declare{cron = '0 0 1 1 *'}\n",
		"waits.lua":  "workflow.declare{name = 'waits', queue = 'ops'}\ndurable.recv('go', '8h')\n",
		"sleeps.lua": "workflow.declare{name = 'sleeps', queue = 'ops'}\ndurable.sleep('8h')\n",
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s := newServing(t, folder, proxy.URL(), nil, "--durable", "--listen", "127.0.0.1:0")
	const each = 10
	for i := range each {
		for _, name := range []string{"waits", "sleeps"} {
			if _, err := c.Enqueue("ops", name, client.PortableWorkflowArgs{}, client.WithEnqueueWorkflowID(fmt.Sprint(name, i))); err != nil {
				t.Fatal(err)
			}
		}
	}
	s.until("the runs wait, and the server is ready", func() bool {
		address := listensOn(s.log.String())
		if address == "" {
			return false
		}
		status, _ := ask(t, address+"/readyz")
		return status == http.StatusOK && strings.Count(s.log.String(), "the run waits until") == 2*each
	})
	for busy, deadline := true, time.Now().Add(patience); busy; { // the start of the server and of the runs
		<-time.After(time.Second)
		asked := counted.take()
		if busy = len(asked) > 1; busy && time.Now().After(deadline) {
			t.Fatalf("the server is never idle; in a second it has sent\n%s", strings.Join(asked, "\n"))
		}
	}
	<-time.After(length)
	if asked := counted.take(); len(asked) > int(length/time.Second)+1 {
		t.Errorf("an idle server has sent %d requests in %s:\n%s", len(asked), length, strings.Join(asked, "\n"))
	} else {
		t.Logf("an idle server with %d parked runs has sent %d requests in %s", 2*each, len(asked), length)
	}
	if status, _ := ask(t, listensOn(s.log.String())+"/metrics"); status != http.StatusOK {
		t.Errorf("/metrics answers %d", status)
	}
	t.Logf("/metrics took %d requests", len(counted.take()))
}

// requests are those that a client has sent.
type requests struct {
	mutex sync.Mutex
	sent  []string
}

func (r *requests) add(sent pgproxy.Request) pgproxy.Action {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.sent = append(r.sent, strings.Join(sent.SQL, "; "))
	return pgproxy.Pass
}

// take returns the requests since the last call.
func (r *requests) take() []string {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	sent := r.sent
	r.sent = nil
	return sent
}
