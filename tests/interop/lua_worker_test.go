//go:build interop

package interop

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"reflect"
	"strings"
	"syscall"
	"testing"

	"github.com/dbos-script/dbos-script/tests/interop/peer"
)

// needsTokens is the column without which nothing executes scripts.
const needsTokens = "workflow_status.creator_xid"

// anyLua has the application's client start workflows that are scripts, and handle them as its own.
func anyLua(t *testing.T, o *other) {
	defer o.servesLua(t)()
	o.talksToLua(t)
	o.failsInLua(t)
	o.cancelsLua(t)
	o.asksLua(t)
	o.explainsNative(t)
}

// servesLua starts a server with the scripts of served, and returns a function that stops it.
func (o *other) servesLua(t *testing.T) (stop func()) {
	t.Helper()
	binary, err := command()
	if err != nil {
		t.Fatal(err)
	}
	if out := call(t, o.database, "db", "init", "--runs"); out.err != nil {
		t.Fatalf("db init --runs: %v\n%s", out.err, out.stderr)
	}
	var log bytes.Buffer
	server := exec.Command(binary, "serve", "served", "--durable")
	server.Env = append(os.Environ(), "DBOS_SYSTEM_DATABASE_URL="+o.database, "XDG_STATE_HOME="+t.TempDir())
	server.Stdout, server.Stderr = &log, &log
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Wait() }()
	return func() {
		if err := server.Process.Signal(syscall.SIGTERM); err != nil {
			t.Errorf("the server has ended by itself: %v", err)
		}
		<-ended
		if t.Failed() {
			t.Logf("the server logged\n%s", &log)
		}
	}
}

// enqueueLua has the application's client enqueue a script in portable JSON.
func (o *other) enqueueLua(t *testing.T, id string, input map[string]any) {
	t.Helper()
	o.ask(t, peer.Request{Do: "enqueue", Workflow: "talker", Args: []any{input}, Options: o.luaOptions(t, id)}, nil)
}

func (o *other) luaOptions(t *testing.T, id string) map[string]any {
	t.Helper()
	options := map[string]any{"queueName": "lua", "workflowID": id, "portable": true}
	if o.namesOwners() {
		options["applicationName"] = "dbos-script"
	} else {
		options["className"] = ""
	}
	return options
}

// namesOwners returns true if the SDK's client can say for which application it enqueues.
func (o *other) namesOwners() bool { return o.sdk.Language != peer.Java }

// talksToLua reads an event of a script, sends it a message, and waits for its result. The script
// has the application run a child.
func (o *other) talksToLua(t *testing.T) {
	t.Helper()
	input := map[string]any{"order": 7, "queue": "ordinary", "class": o.class()}
	if o.class() == "" {
		delete(input, "class")
	}
	if o.namesOwners() {
		input["app"] = o.name()
	}
	o.enqueueLua(t, "lua-talks", input)
	var ready any
	if o.awaitReady(t, "lua-talks", &ready); !reflect.DeepEqual(ready, map[string]any{"for_order": 7.0}) {
		t.Errorf("the application's client reads the event as %v", ready)
	}
	told := map[string]any{"text": "ünï", "list": []any{1.0, nil, "x"}}
	o.ask(t, peer.Request{Do: "send", WorkflowID: "lua-talks", Key: "go", Args: []any{told}, Options: map[string]any{"portable": true}}, nil)
	var result any
	o.ask(t, peer.Request{Do: "result", WorkflowID: "lua-talks"}, &result)
	want := map[string]any{"order": 7.0, "told": told, "child": map[string]any{"told": told, "list": []any{1.0, "two"}}, "ratio": 0.5, "yes": true}
	if !reflect.DeepEqual(result, want) {
		t.Errorf("the application's handle returns\n%v, not\n%v", result, want)
	}
	child := o.theirs(t, map[string]any{"workflow_ids": []string{"lua-talks-child"}})
	if len(child) != 1 || child[0]["status"] != "SUCCESS" || child[0]["parent_workflow_id"] != "lua-talks" {
		t.Errorf("the application's client lists the child as %v", child)
	}
}

// awaitReady reads the event of a script, and waits for it. The client of TypeScript looks every
// ten seconds, so its application does it.
func (o *other) awaitReady(t *testing.T, id string, value any) {
	t.Helper()
	request := peer.Request{Do: "event", WorkflowID: id, Key: "ready"}
	if o.sdk.Language == peer.TypeScript {
		request = peer.Request{Do: "dbos", Method: "getEvent", Args: []any{id, "ready", 10}}
	}
	o.ask(t, request, value)
}

// failsInLua reads the error of a script.
func (o *other) failsInLua(t *testing.T) {
	t.Helper()
	o.enqueueLua(t, "lua-fails", map[string]any{"refuse": "no luck for ünï"})
	err := o.tryAsk(t, peer.Request{Do: "result", WorkflowID: "lua-fails"}, nil)
	if !isRemote(err) || !strings.Contains(err.Error(), "no luck for ünï") {
		t.Errorf("the application's handle returns the error %v", err)
	}
	failed := o.theirs(t, map[string]any{"workflow_ids": []string{"lua-fails"}})
	if len(failed) != 1 || failed[0]["status"] != "ERROR" || !strings.Contains(fmt.Sprint(failed[0]["error"]), "no luck for ünï") {
		t.Errorf("the application's client lists it as %v", failed)
	}
}

// cancelsLua cancels a script that waits for a message.
func (o *other) cancelsLua(t *testing.T) {
	t.Helper()
	o.enqueueLua(t, "lua-held", map[string]any{"order": 8})
	o.awaitReady(t, "lua-held", nil)
	o.ask(t, peer.Request{Do: "cancel", WorkflowID: "lua-held"}, nil)
	o.awaitTheirs(t, "lua-held", "CANCELLED")
	o.ask(t, peer.Request{Do: "send", WorkflowID: "lua-held", Key: "go", Args: []any{1}, Options: map[string]any{"portable": true}}, nil)
}

// asksLua has a workflow of the Go application start a script and wait for it.
func (o *other) asksLua(t *testing.T) {
	t.Helper()
	if o.sdk.Language != peer.Go {
		return
	}
	question := map[string]any{"Application": "dbos-script", "Queue": "lua", "Workflow": "talker", "Input": map[string]any{"refuse": "not today"}}
	o.site.start(t, "lua-asked", "ask", question)
	err := o.tryAsk(t, peer.Request{Do: "result", WorkflowID: "lua-asked"}, nil)
	if !isRemote(err) || !strings.Contains(err.Error(), "not today") {
		t.Errorf("a workflow of the application gets the error %v", err)
	}
}

// explainsNative enqueues an input that no script can answer in its serialization. Why says so.
func (o *other) explainsNative(t *testing.T) {
	t.Helper()
	if o.sdk.Language == peer.Go {
		return
	}
	options := o.luaOptions(t, "lua-native")
	delete(options, "portable")
	o.ask(t, peer.Request{Do: "enqueue", Workflow: "talker", Args: []any{map[string]any{"order": 9}}, Options: options}, nil)
	native := map[peer.Language]string{peer.Python: "py_pickle", peer.Java: "java_jackson", peer.TypeScript: "js_superjson"}[o.sdk.Language]
	out := call(t, o.database, "why", "lua-native", "--output", "table")
	if !strings.Contains(out.stdout, "its input is "+native+", in which a script can neither read it nor answer") {
		t.Errorf("why says %q, %q", out.stdout, out.stderr)
	}
	o.ask(t, peer.Request{Do: "cancel", WorkflowID: "lua-native"}, nil)
}
