package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/clienttest/pgproxy"
)

// killsVariable is the variable with the number of kills on each database, such as 1000.
const killsVariable = "DBOS_SCRIPT_TEST_KILLS"

// The boundaries at which processes are killed.
const (
	beforeEffect  = "before the effect"
	beforeCommit  = "within the transaction"
	beforeAnswer  = "between send and answer"
	afterCommit   = "after the commit"
	inReplay      = "after the claim of the run"
	beforeOutside = "before an effect outside"
	inOutside     = "between an effect outside and its answer"
	afterOutside  = "after the answer from outside"
	anyTime       = "at any time"
)

// Durable runs whose processes are killed with SIGKILL again and again, at every boundary, are
// finished by later processes: each effect on the database took place once, each effect outside
// once at least, and is recorded.
func TestRunsOfKilledProcessesAreFinished(t *testing.T) {
	t.Parallel()
	kills, series := 4, 2
	if text := os.Getenv(killsVariable); text != "" {
		var err error
		if kills, err = strconv.Atoi(text); err != nil {
			t.Fatalf("%s: %v", killsVariable, err)
		}
		series = 16
	}
	for name, boundaries := range map[string][]string{
		"SQLite":   {beforeCommit, beforeAnswer, afterCommit, inReplay, beforeOutside, inOutside, afterOutside, anyTime},
		"Postgres": {beforeEffect, beforeAnswer, afterCommit, inReplay, beforeOutside, inOutside, afterOutside, anyTime},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fell := &tally{counts: map[string]int{}}
			t.Run("series", func(t *testing.T) {
				for i := range series {
					t.Run(fmt.Sprint(i), func(t *testing.T) {
						t.Parallel()
						v := newVictims(t, name, i, boundaries, fell)
						v.live((kills + series - 1) / series)
						v.check()
					})
				}
			})
			t.Log(fell)
		})
	}
}

// A tally counts kills by their boundary, and by how far the process had come.
type tally struct {
	mutex  sync.Mutex
	counts map[string]int
	total  int
}

func (f *tally) add(where string) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.counts[where]++
	f.total++
}

func (f *tally) String() string {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	text := fmt.Sprintf("%d kills:\n", f.total)
	for _, where := range slices.Sorted(maps.Keys(f.counts)) {
		text += fmt.Sprintf("%6d %s\n", f.counts[where], where)
	}
	return text
}

// Victims are the processes of several runs, one after the other, on a database of their own.
type victims struct {
	t          *testing.T
	b          clienttest.Backend
	folder     string
	chance     *rand.Rand
	boundaries []string
	next       int // the boundary of the next kill
	fell       *tally
	url        string // of the database, for the processes
	outside    *httptest.Server
	runs       []string

	mutex sync.Mutex
	now   *victim        // the process that is alive
	posts map[string]int // effects outside, by path
	dead  map[string]int // kills of each run
}

// A victim is a process, and the place where it is killed.
type victim struct {
	cmd      *exec.Cmd
	boundary string
	at       int           // at which of its chances
	pause    time.Duration // after that
	changed  int           // requests that change something, so far
	posted   int           // the requests to the outside
	armed    bool          // the next request is the last one
	ended    chan struct{}
	once     sync.Once
}

func newVictims(t *testing.T, name string, seed int, boundaries []string, fell *tally) *victims {
	t.Helper()
	v := &victims{
		t: t, b: clienttest.On(t, name), folder: t.TempDir(), chance: rand.New(rand.NewPCG(uint64(seed), 17)), next: seed * 3,
		boundaries: boundaries, fell: fell, posts: map[string]int{}, dead: map[string]int{},
	}
	v.b.NewClient(func(c *client.ClientConfig) { c.CreateRuns = true })
	v.url = v.b.Config().DatabaseURL
	if name == "Postgres" {
		v.url = pgproxy.New(t, v.url, pgproxy.Options{Intercept: v.intercept}).URL()
	}
	v.outside = httptest.NewServer(http.HandlerFunc(v.receive))
	t.Cleanup(v.outside.Close)
	self, err := os.Executable()
	if err == nil {
		err = os.Symlink(self, filepath.Join(v.folder, mortalName))
	}
	if err == nil {
		err = os.CopyFS(v.folder, os.DirFS(filepath.Join("testdata", "kills")))
	}
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// live executes runs until so many processes are dead, and the last run to its end.
func (v *victims) live(kills int) {
	v.t.Helper()
	for died := 0; died < kills; {
		if len(v.runs) > 20*kills {
			v.t.Fatalf("%d runs, and only %d kills", len(v.runs), died)
		}
		id := fmt.Sprint("run-", len(v.runs))
		v.runs = append(v.runs, id)
		for !v.over(id) {
			if v.process(id, died < kills) {
				died++
			}
		}
	}
}

func (v *victims) over(id string) bool {
	row := v.b.Workflow(id)
	return row != nil && row["status"] != "PENDING" && row["status"] != "ENQUEUED"
}

// process executes a run in a process, and returns true if it was killed.
func (v *victims) process(id string, mortal bool) bool {
	v.t.Helper()
	before := v.steps(id)
	p := v.victim(id, mortal)
	var log bytes.Buffer
	p.cmd.Stdout, p.cmd.Stderr = &log, &log
	v.mutex.Lock()
	v.now = p
	err := p.cmd.Start()
	v.mutex.Unlock()
	if err != nil {
		v.t.Fatal(err)
	}
	if p.boundary == anyTime {
		time.AfterFunc(p.pause, p.kill)
	}
	hung := time.AfterFunc(patience, func() {
		v.t.Errorf("%v has not ended in %v\n%v", p.cmd.Args, patience, v.b.Workflow(id))
		p.kill()
	})
	defer hung.Stop()
	err = p.cmd.Wait()
	close(p.ended)
	if err == nil {
		return false
	}
	if text := log.String(); strings.Contains(text, "exists already") || strings.Contains(text, "has ended already") { // the server was slower than the death
		return false
	}
	if p.cmd.ProcessState.ExitCode() != -1 { // it ended by itself
		v.t.Fatalf("%v: %v\n%s", p.cmd.Args, err, &log)
	}
	v.dead[id]++
	v.fell.add(p.boundary + ", " + v.reached(id, p.cmd.Process.Pid, before))
	return true
}

// reached returns how far a dead process had come.
func (v *victims) reached(id string, pid, before int) string {
	row := v.b.Workflow(id)
	switch after := v.steps(id); {
	case row == nil:
		return "before the run existed"
	case after > before:
		return "after new steps"
	case !strings.Contains(fmt.Sprint(row["executor_id"]), fmt.Sprintf(":%d:", pid)):
		return "before it had the run"
	case before == 0:
		return "before the first step"
	default:
		return "during replay or the next call"
	}
}

func (v *victims) steps(id string) int {
	return len(v.b.Rows("operation_outputs", "workflow_uuid = :id", map[string]any{"id": id}))
}

// victim returns the next process of a run, and where it dies.
func (v *victims) victim(id string, mortal bool) *victim {
	p := &victim{ended: make(chan struct{})}
	args := []string{"run", "--continue", id}
	if v.b.Workflow(id) == nil {
		args = []string{"run", "book.lua", "--durable", "--run-id", id, "--queue", id, "--url", v.outside.URL}
	}
	args = append(args, "--yes", "--db", v.url, "--schema", v.b.Config().DatabaseSchema, "--allow-net", strings.TrimPrefix(v.outside.URL, "http://"))
	p.cmd = exec.CommandContext(v.t.Context(), filepath.Join(v.folder, mortalName), args...)
	p.cmd.Dir = v.folder
	p.cmd.Env = append(os.Environ(), "XDG_STATE_HOME="+v.folder)
	if !mortal {
		return p
	}
	p.boundary = v.boundaries[v.next%len(v.boundaries)]
	v.next++
	p.at, p.pause = 1+v.chance.IntN(14), time.Duration(v.chance.IntN(3000))*time.Microsecond
	switch p.boundary {
	case beforeOutside, inOutside, afterOutside:
		p.at = 1 + v.chance.IntN(2)
	case anyTime:
		p.pause = time.Duration(v.chance.IntN(2000)) * time.Millisecond
	case beforeCommit:
		p.cmd.Env = append(p.cmd.Env, fmt.Sprintf("%s=row %d 0s", dieAt, 2*p.at))
	}
	if v.b.Name == "SQLite" && p.boundary == beforeAnswer {
		p.cmd.Env = append(p.cmd.Env, fmt.Sprintf("%s=commit %d 0s", dieAt, p.at))
	}
	if p.boundary == inReplay {
		p.at = 4 + v.chance.IntN(6) // the lease, its renewals, the end of the last one, the claim
	}
	if v.b.Name == "SQLite" && (p.boundary == afterCommit || p.boundary == inReplay) {
		p.cmd.Env = append(p.cmd.Env, fmt.Sprintf("%s=commit %d %s", dieAt, p.at, cmp.Or(p.pause, time.Microsecond)))
	}
	return p
}

// kill ends the process with SIGKILL, and waits until it is gone.
func (p *victim) kill() {
	p.once.Do(func() { _ = p.cmd.Process.Kill() })
	<-p.ended
}

// intercept looks at the requests of a process to Postgres.
func (v *victims) intercept(r pgproxy.Request) pgproxy.Action {
	v.mutex.Lock()
	p := v.now
	v.mutex.Unlock()
	changes := slices.ContainsFunc([]string{"INSERT", "UPDATE", "DELETE"}, r.Mentions)
	if changes {
		p.changed++
	}
	due := changes && p.changed == p.at
	switch {
	case p.armed:
		p.kill()
		return pgproxy.Lose
	case p.boundary == beforeEffect && due:
		p.kill()
		return pgproxy.Lose
	case p.boundary == beforeAnswer && due:
		p.kill()
		return pgproxy.LoseAnswer
	case p.boundary == afterCommit && due:
		p.armed = true
	case p.boundary == inReplay && r.Mentions("ORDER BY workflow_uuid, function_id"):
		time.AfterFunc(p.pause, p.kill)
	}
	return pgproxy.Pass
}

// receive is the outside.
func (v *victims) receive(w http.ResponseWriter, r *http.Request) {
	v.mutex.Lock()
	p := v.now
	p.posted++
	due := p.posted == p.at
	v.mutex.Unlock()
	if due && p.boundary == beforeOutside {
		p.kill()
		return
	}
	v.mutex.Lock()
	v.posts[r.URL.Path]++
	v.mutex.Unlock()
	switch {
	case due && p.boundary == inOutside:
		p.kill()
	case due && p.boundary == afterOutside:
		time.AfterFunc(p.pause/10, p.kill)
	}
}

// check compares the effects of each run with the calls of its script.
func (v *victims) check() {
	v.t.Helper()
	for _, id := range v.runs {
		err := errors.Join(v.outcome(id), v.onDatabase(id), v.onOutside(id))
		if err != nil {
			v.t.Errorf("%s, after %d kills: %v", id, v.dead[id], err)
		}
	}
}

func (v *victims) outcome(id string) error {
	if row := v.b.Workflow(id); row["status"] != "SUCCESS" {
		return fmt.Errorf("it is %v: %v", row["status"], row["error"])
	}
	return nil
}

func (v *victims) onDatabase(id string) error {
	found := map[string]int{}
	effects := v.b.Rows("workflow_status", "queue_name = :queue", map[string]any{"queue": id})
	for _, row := range effects {
		found[fmt.Sprint("workflow ", row["name"], " ", row["status"])]++
		if row["name"] == "first" {
			for _, message := range v.b.Rows("notifications", "destination_uuid = :id", map[string]any{"id": row["workflow_uuid"]}) {
				found[fmt.Sprint("message ", message["message"])]++
			}
		}
	}
	for _, event := range v.b.Rows("workflow_events", "workflow_uuid = :id", map[string]any{"id": id}) {
		found[fmt.Sprint("event ", event["key"], " ", event["value"])]++
	}
	for _, value := range v.b.Rows("streams", "workflow_uuid = :id", map[string]any{"id": id}) {
		found[fmt.Sprint("stream ", value["offset"], " ", value["value"])]++
	}
	return expectCounts(found, map[string]int{
		"workflow first ENQUEUED": 1, "workflow many ENQUEUED": 3, "workflow second ENQUEUED": 1, "workflow third ENQUEUED": 1,
		"workflow last ENQUEUED": 1, `message {"n":1}`: 1, `message {"n":2}`: 1, "event progress 4": 1,
		`stream 0 "half"`: 1, `stream 1 "all"`: 1,
	})
}

// onOutside wants each effect outside to have taken place, and to be recorded.
func (v *victims) onOutside(id string) error {
	recorded := map[string]int{}
	for _, row := range v.b.Rows("operation_outputs", "workflow_uuid = :id", map[string]any{"id": id}) {
		if name := fmt.Sprint(row["function_name"]); name == "http.post" || name == "several" {
			recorded[name]++
		}
	}
	for _, name := range []string{"one", "two", "three"} {
		if count := v.posts["/"+id+"/"+name]; count < 1 || count > 1+v.dead[id] {
			return fmt.Errorf("the effect outside %q took place %d times", name, count)
		}
	}
	return expectCounts(recorded, map[string]int{"http.post": 2, "several": 1})
}

func expectCounts(got, want map[string]int) error {
	if !maps.Equal(got, want) {
		return fmt.Errorf("there are %v, want %v", got, want)
	}
	return nil
}
