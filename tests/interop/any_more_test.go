//go:build interop

package interop

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/dbos-script/dbos-script/client/clienttest/pgtest"
	"github.com/dbos-script/dbos-script/tests/interop/peer"
)

func anyOptions(t *testing.T, o *other) {
	o.runAny(t, "any_options.lua")
	o.rejectsTaken(t)
}

// rejectsTaken has each side insist on a new id that a workflow of the other side has, where the
// tables have the column by which a client knows the rows that it inserted. Ours leave it as it is.
func (o *other) rejectsTaken(t *testing.T) {
	t.Helper()
	if !o.has(t, "workflow_status.creator_xid") {
		return
	}
	insist := func(id string) error {
		options := map[string]any{"queueName": "ordinary", "workflowID": id, "workflowIDReusePolicy": "reject"}
		return o.tryAsk(t, peer.Request{Do: "enqueue", Workflow: "same", Args: []any{1}, Options: options}, nil)
	}
	if err := insist("taken-theirs"); err != nil {
		t.Fatalf("the application's client takes a new id: %v", err)
	}
	creator := o.creatorOf(t, "taken-theirs")
	o.chunk(t, `
		local options = {workflow_id = "taken-ours", class_name = `+luaText(o.class())+`}
		assert(dbos.enqueue("ordinary", "same", 2, options):get_result{timeout = 20} == 2)
		options.workflow_id = "taken-theirs"
		assert(dbos.enqueue("ordinary", "same", 2, options):get_result{timeout = 20} == 1)
		options.workflow_id_reuse_policy = "reject"
		local ok, err = pcall(dbos.enqueue, "ordinary", "same", 2, options)
		assert(not ok and err.code == "WorkflowIDInUse" and err.workflow_id == "taken-theirs", tostring(err))`)
	for _, id := range []string{"taken-ours", "taken-theirs"} {
		if err := insist(id); !isRemote(err) {
			t.Errorf("the application's client takes %s once more: %v", id, err)
		}
	}
	if after := o.creatorOf(t, "taken-theirs"); creator == "" || after != creator {
		t.Errorf("the row of the application's client has the creator %q, and had %q", after, creator)
	}
}

func (o *other) creatorOf(t *testing.T, id string) string {
	t.Helper()
	handle, table := o.open(t), "dbos.workflow_status"
	defer handle.Close()
	if o.sqlite() {
		table = "workflow_status"
	}
	return strings.Join(column(t, handle, "SELECT COALESCE(creator_xid, '') FROM "+table+" WHERE workflow_uuid = '"+id+"'"), " ")
}

func isRemote(err error) bool {
	_, is := errors.AsType[*peer.RemoteError](err)
	return is
}

func anyFork(t *testing.T, o *other) {
	o.site.start(t, "forks-native", "journey", 3)
	o.ask(t, peer.Request{Do: "result", WorkflowID: "forks-native"}, nil)
	o.runAny(t, "any_fork.lua")
	o.runAny(t, "any_failed.lua")
}

// anyKeyed sends a message with a key twice from each side, and once more from the other one.
func anyKeyed(t *testing.T, o *other) {
	o.runAny(t, "any_keyed.lua")
	destinations, more := []string{"keyed-theirs", "keyed-theirs"}, ""
	if o.sdk.Language != peer.TypeScript || peer.CompareVersions(o.sdk.Version, "4.20") >= 0 { // 4.19 has keys of another form
		destinations = append(destinations, "keyed-ours")
		more = `dbos.send("keyed-theirs", "ours", "release", {idempotency_key = "k"})`
	}
	for _, id := range destinations {
		o.ask(t, peer.Request{Do: "send", WorkflowID: id, Key: "release", Args: []any{"theirs"}, Options: map[string]any{"idempotencyKey": "k"}}, nil)
	}
	o.chunk(t, more+`
		for _, id in ipairs{"keyed-ours", "keyed-theirs"} do
			assert(#dbos.retrieve_workflow(id):messages() == 1, id .. " has " .. #dbos.retrieve_workflow(id):messages() .. " messages")
			dbos.cancel_workflow(id)
		end`)
}

func anyToldForks(t *testing.T, o *other) {
	o.runAny(t, "any_told_forks.lua")
	send := peer.Request{Do: "send", WorkflowID: "told-theirs", Key: "release", Args: []any{"theirs"}, Options: map[string]any{"toForks": true}}
	if !o.operate(t, "send to forks", send, nil) {
		o.chunk(t, `dbos.send("told-theirs", "theirs", "release", {send_to_forks = true})`)
	}
	o.chunk(t, `
		for _, id in ipairs{"told-theirs", "told-theirs-2", "told-theirs-3"} do
			assert(dbos.retrieve_workflow(id):get_result{timeout = 20} == "theirs")
		end`)
}

// anyFamily cancels two parents with their children, one by the application's client.
func anyFamily(t *testing.T, o *other) {
	o.runAny(t, "any_family.lua")
	cancel := peer.Request{Do: "cancel", WorkflowID: "family-theirs", Options: map[string]any{"children": true}}
	if !o.operate(t, "cancel children", cancel, nil) {
		return
	}
	parent := `== "CANCELLED"`
	if o.sdk.Language == peer.TypeScript && peer.CompareVersions(o.sdk.Version, "5") < 0 {
		parent = `~= "SUCCESS"` // it writes that its child was cancelled over the state that it has
	}
	o.chunk(t, `
		assert(dbos.retrieve_workflow("family-theirs-child"):get_status().status == "CANCELLED")
		assert(dbos.retrieve_workflow("family-theirs"):get_status().status `+parent+`)`)
}

// anyRewind rewinds a workflow twice, and has the application's client rewind it once more.
func anyRewind(t *testing.T, o *other) {
	ran := o.runAny(t, "any_rewind.lua").only(t)
	o.forgetsEvents(t)
	rewind := peer.Request{Do: "rewind", WorkflowID: "rewind-trial", Options: map[string]any{"step": ran["step"], "queueName": "ordinary"}}
	if !o.operate(t, "rewind", rewind, nil) {
		return
	}
	var again map[string]any
	o.ask(t, peer.Request{Do: "result", WorkflowID: "rewind-trial"}, &again)
	o.chunk(t, `assert(dbos.list_workflows{workflow_ids = "rewind-trial"}[1].status == "SUCCESS")`)
	if again["first"] != ran["first"] || again["second"].(float64) <= ran["second"].(float64) || again["told"] != "fresh" {
		t.Errorf("rewound by the application's client it returns %v, after %v", again, ran)
	}
}

// forgetsEvents has the application's client fork a workflow that was rewound to its start, from
// behind the steps that it had. The fork would have the events that a rewind left in their history.
func (o *other) forgetsEvents(t *testing.T) {
	t.Helper()
	options := map[string]any{"workflowID": "rewind-untold", "step": 100, "queueName": "parked"}
	o.ask(t, peer.Request{Do: "fork", WorkflowID: "rewind-told", Options: options}, nil)
	o.chunk(t, `
		local fork = dbos.retrieve_workflow("rewind-untold")
		assert(fork:get_status().forked_from == "rewind-told" and next(fork:events()) == nil, "the fork has events of a run that was undone")
		dbos.cancel_workflows{"rewind-told", "rewind-untold"}`)
}

func anyChildren(t *testing.T, o *other) {
	ran := o.runAny(t, "any_children.lua").only(t)
	fork := peer.Request{Do: "fork", WorkflowID: "children-brood", Options: map[string]any{
		"workflowID": "children-theirs", "step": ran["step"], "queueName": "ordinary", "replacementChildren": map[string]any{ran["child"].(string): "children-other"},
	}}
	if o.operate(t, "replace children", fork, nil) {
		o.chunk(t, `assert(dbos.retrieve_workflow("children-theirs"):get_result{timeout = 20}.n == 9)`)
	}
}

// anyCounts compares our counts with those of the application's client or, if it has none, with
// what it lists.
func anyCounts(t *testing.T, o *other) {
	ours := o.runAny(t, "any_counts.lua").only(t)
	var theirs map[string]any
	if !o.operate(t, "aggregates", peer.Request{Do: "aggregates", Args: []any{"counted-"}}, &theirs) {
		theirs = o.counted(t)
	}
	if !reflect.DeepEqual(ours, theirs) || len(ours) < 6 {
		t.Errorf("we count %v, the application's client counts %v", ours, theirs)
	}
}

// counted counts what the application's client lists.
func (o *other) counted(t *testing.T) map[string]any {
	t.Helper()
	counts := map[string]any{}
	count := func(key string) {
		before, _ := counts[key].(float64)
		counts[key] = before + 1
	}
	for _, one := range o.theirs(t, map[string]any{"workflow_id_prefix": []string{"counted-"}}) {
		count(one["name"].(string) + " " + one["status"].(string))
		var steps []struct{ Name string }
		o.ask(t, peer.Request{Do: "steps", WorkflowID: one["id"].(string)}, &steps)
		for _, step := range steps {
			count("step " + step.Name)
		}
	}
	return counts
}

// anySetAttributes sets attributes, which the application's client finds where its SDK filters by
// them, and has it set others.
func anySetAttributes(t *testing.T, o *other) {
	o.runAny(t, "any_attributes.lua")
	o.finds(t, map[string]any{"attributes": map[string]any{"tier": 2, "region": "eu"}}, "attributed-set")
	set := peer.Request{Do: "attributes", WorkflowID: "attributed-set", Args: []any{map[string]any{"by": "them"}}}
	if o.operate(t, "set attributes", set, nil) {
		o.finds(t, map[string]any{"attributes": map[string]any{"by": "them"}}, "attributed-set")
		o.finds(t, map[string]any{"attributes": map[string]any{"tier": 2}, "workflow_id_prefix": []string{"attributed-"}})
	}
}

func anyMergeAttributes(t *testing.T, o *other) {
	o.chunk(t, `
		dbos.enqueue("ordinary", "same", 1, {workflow_id = "merging", attributes = {ours = 1}, class_name = `+luaText(o.class())+`}):get_result{timeout = 20}
		dbos.set_workflow_attributes("merging", {more = 2}, {merge = true})`)
	merge := peer.Request{Do: "attributes", WorkflowID: "merging", Args: []any{map[string]any{"theirs": 3}}, Options: map[string]any{"merge": true}}
	all := map[string]any{"ours": 1, "more": 2}
	if o.operate(t, "merge attributes", merge, nil) {
		all["theirs"] = 3
	}
	o.finds(t, map[string]any{"attributes": all}, "merging")
}

// anyOwners also reads the owner that the application's client gives.
func anyOwners(t *testing.T, o *other) {
	o.runAny(t, "any_owners.lua")
	options := map[string]any{"queueName": "ordinary", "workflowID": "owners-theirs", "applicationName": "another"}
	o.ask(t, peer.Request{Do: "enqueue", Workflow: "same", Args: []any{1}, Options: options}, nil)
	o.chunk(t, `
		local wf = dbos.list_workflows{workflow_ids = "owners-theirs"}[1]
		assert(wf.application_name == "another" and wf.status == "ENQUEUED", tostring(wf.application_name))
		dbos.cancel_workflow("owners-theirs")`)
}

func anyRename(t *testing.T, o *other) {
	o.runAny(t, "any_rename.lua")
	name := "theirs-former"
	if o.operate(t, "rename", peer.Request{Do: "rename", Args: []any{name, "theirs-latter"}}, nil) {
		name = "theirs-latter"
	}
	o.chunk(t, `
		assert(dbos.list_workflows{workflow_ids = "renamed-theirs"}[1].application_name == [[`+name+`]])
		dbos.cancel_workflow("renamed-theirs")`)
}

// anyQueues also has both sides read the queues of the other.
func anyQueues(t *testing.T, o *other) {
	o.runAny(t, "any_queues.lua")
	o.ask(t, peer.Request{Do: "queue", Key: "theirs-by-client", Options: map[string]any{"concurrency": 3}}, nil)
	o.chunk(t, `
		assert(dbos.get_queue("theirs-by-client").concurrency == 3)
		dbos.register_queue{name = "ours-by-script", concurrency = 7, application_name = `+luaText(o.owner(t))+`}`)
	if limits, has := o.queueLimits(t); has && limits["ours-by-script"] != 7.0 {
		t.Errorf("the application's client reads the limits %v", limits)
	}
	o.chunk(t, `for _, name in ipairs{"theirs-by-client", "ours-by-script"} do dbos.delete_queue(name) end`)
}

// owner returns the application's name, if rows can have one.
func (o *other) owner(t *testing.T) string {
	t.Helper()
	if o.has(t, "queues.application_name") {
		return o.name()
	}
	return ""
}

// anySplit puts a second, older application on a database of the same schema. One kind of database
// shows it.
func anySplit(t *testing.T, o *other) {
	if o.sqlite() {
		return
	}
	before := map[peer.Language]string{peer.Go: "1.3.0", peer.Python: "2.31.1"}[o.sdk.Language]
	both := &site{version: o.sdk.Version, database: pgtest.NewDatabase(t)}
	both.app = launchOther(t, o.sdk, peer.Options{DatabaseURL: both.database, ApplicationVersion: "new", Executor: "peer-new"})
	launchOther(t, peer.SDK{Language: o.sdk.Language, Version: before}, peer.Options{DatabaseURL: both.database, ApplicationVersion: "old", Executor: "peer-old"})
	both.start(t, "split-shown", "same", 1)
	both.ask(t, peer.Request{Do: "result", WorkflowID: "split-shown"}, nil)
	both.run(t, "any_split.lua", "--class", o.class())
	var result any
	if both.ask(t, peer.Request{Do: "result", WorkflowID: "split-old"}, &result); !reflect.DeepEqual(result, []any{"old", []any{1.0, 2.0}}) {
		t.Errorf("the newer application reads the older one's result as %v", result)
	}
}

// anyGuard wants one warning for each mistake, and an error when strict.
func anyGuard(t *testing.T, o *other) {
	mistakes := map[string]string{
		"name": `no workflow "sme" (did you mean "same"?)`, "queue": `no queue "ordinry" (did you mean "ordinary"?)`, "class": `workflow "same" only`,
		"partition": "queue_partition_key", "version": `the version "v2" (did you mean "v1"?)`,
	}
	o.site.start(t, "guard-known", "same", "known")
	o.ask(t, peer.Request{Do: "result", WorkflowID: "guard-known"}, nil)
	out := o.try(t, "any_guard.lua", o.parameters(t)...)
	if out.err != nil {
		t.Fatalf("any_guard.lua: %v\n%s", out.err, out.stderr)
	}
	found := out.emitted(t)
	for _, mistake := range found {
		what, message := mistake["mistake"].(string), mistake["message"].(string)
		if mistake["code"] != "InvalidOption" || !strings.Contains(message, mistakes[what]) {
			t.Errorf("a wrong %s is answered with %v", what, mistake)
		}
		if strings.Count(strings.ReplaceAll(out.stderr, `\"`, `"`), mistakes[what]) != 1 {
			t.Errorf("not one warning of a wrong %s:\n%s", what, out.stderr)
		}
	}
	if len(found) != len(mistakes) {
		t.Errorf("%d mistakes are refused when strict, not %d", len(found), len(mistakes))
	}
}

// anyReadOnly reads everything of a database at rest, in both ways of being careful, and looks
// whether anything changed; the application must work afterwards as before.
func anyReadOnly(t *testing.T, o *other) {
	o.chunk(t, `
		dbos.create_schedule{schedule_name = "tour", workflow_name = "tick", workflow_class_name = `+luaText(o.class())+`, schedule = "0 0 3 1 1 *"}
		dbos.pause_schedule("tour")`)
	o.app.Stop()
	before := o.snapshot(t)
	told := []string{"--told", "theirs-report", "--key", "progress", "--streamed", "theirs-report", "--class", o.class()}
	for _, careful := range [][]string{{"run", "--read-only", "--output", "ndjson", "runbooks/tour.lua", "--refuse"}, {"run", "--output", "ndjson", "runbooks/tour.lua", "--refuse", "--database", o.database}} {
		if o.sqlite() && careful[1] != "--read-only" {
			continue // SQLite itself tidies up its log when a program that may write closes the file
		}
		if out := call(t, o.database, append(careful, told...)...); out.err != nil {
			t.Errorf("%v: %v\n%s", careful, out.err, out.stderr)
		}
		unchanged(t, before, o.snapshot(t))
	}
	o.start(t)
	o.site.start(t, "afterwards", "same", "again")
	var got any
	if o.ask(t, peer.Request{Do: "result", WorkflowID: "afterwards"}, &got); got != "again" {
		t.Errorf("after the tour the application returns %v", got)
	}
}
