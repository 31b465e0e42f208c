//go:build interop

package interop

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client/clienttest/operations"
	"github.com/dbos-script/dbos-script/tests/interop/peer"
)

// A record is a workflow as a list has it, by the names of its fields in Lua, without what is nil,
// zero or empty.
type record map[string]any

// A question is a filter, with the version in which it came to a client that has not always had it.
type question struct {
	name   string
	filter map[string]any
	since  map[peer.Language]string
}

// questions are all filters that both sides have, alone and with a limit, an offset and an order.
func questions(middle time.Time) []question {
	at := middle.UTC().Format("2006-01-02T15:04:05.000Z")
	prefix := func(more map[string]any) map[string]any {
		filter := map[string]any{"workflow_id_prefix": []string{"list-"}}
		maps.Copy(filter, more)
		return filter
	}
	onlyGo := map[peer.Language]string{peer.Python: never, peer.Java: never, peer.TypeScript: never}
	withForks := map[peer.Language]string{peer.Go: "1.6.0", peer.Python: "3.3.0", peer.Java: never, peer.TypeScript: "5.1.10"}
	withOwners := map[peer.Language]string{peer.Java: never, peer.TypeScript: "4.26"}
	return []question{
		{name: "a prefix", filter: prefix(nil)},
		{name: "two prefixes", filter: map[string]any{"workflow_id_prefix": []string{"list-same", "list-hold"}}},
		{name: "ids", filter: map[string]any{"workflow_ids": []string{"list-same-2", "list-nobody", "list-same-1"}}},
		{name: "a status", filter: prefix(map[string]any{"status": []string{"SUCCESS"}})},
		{name: "two statuses", filter: prefix(map[string]any{"status": []string{"ERROR", "CANCELLED"}})},
		{name: "a name", filter: prefix(map[string]any{"name": []string{"same"}})},
		{name: "two names", filter: prefix(map[string]any{"name": []string{"same", "hold"}})},
		{name: "start", filter: prefix(map[string]any{"start_time": at})},
		{name: "end", filter: prefix(map[string]any{"end_time": at})},
		{name: "a version", filter: prefix(map[string]any{"app_version": []string{"v1"}})},
		{name: "no version", filter: prefix(map[string]any{"app_version": []string{"v0"}})},
		{name: "a queue", filter: prefix(map[string]any{"queue_name": []string{"ordinary"}})},
		{name: "queues only", filter: prefix(map[string]any{"queues_only": true})},
		{name: "executors", filter: prefix(map[string]any{"executor_ids": []string{"goapp-1", "pyapp-1", "javaapp-1", "peer-1"}})},
		{name: "no executor", filter: prefix(map[string]any{"executor_ids": []string{"nobody"}})},
		{name: "forked from", filter: map[string]any{"forked_from": []string{"list-same-1"}}},
		{name: "was forked from", filter: prefix(map[string]any{"was_forked_from": true})},
		{name: "was not forked from", filter: prefix(map[string]any{"was_forked_from": false})},
		{name: "a parent", filter: map[string]any{"parent_workflow_id": []string{"list-brood"}}},
		{name: "with a parent", filter: map[string]any{"parent_workflow_id": []string{"list-brood", "list-hold"}, "has_parent": true}},
		{name: "without a parent", filter: prefix(map[string]any{"has_parent": false})},
		{name: "completed after", filter: prefix(map[string]any{"completed_after": at})},
		{name: "completed before", filter: prefix(map[string]any{"completed_before": at})},
		{name: "dequeued after", filter: prefix(map[string]any{"dequeued_after": at})},
		{name: "dequeued before", filter: prefix(map[string]any{"dequeued_before": at})},
		{name: "a user", filter: prefix(map[string]any{"user": []string{"ada"}})},
		{name: "no schedule", filter: map[string]any{"schedule_name": []string{"nobody"}}, since: map[peer.Language]string{peer.TypeScript: "4.22"}},
		{name: "forks", filter: prefix(map[string]any{"is_fork": true}), since: withForks},
		{name: "no forks", filter: prefix(map[string]any{"is_fork": false}), since: withForks},
		{name: "an application", filter: prefix(map[string]any{"application_name": []string{"goapp", "pyapp", "peer"}}), since: withOwners},
		{name: "a deduplication id", filter: map[string]any{"deduplication_id": []string{"list-dedup"}}, since: onlyGo},
		{name: "not debounced", filter: prefix(map[string]any{"is_debounced": false}), since: onlyGo},
		{name: "debounced", filter: prefix(map[string]any{"is_debounced": true}), since: onlyGo},
		{name: "a limit", filter: prefix(map[string]any{"limit": 3})},
		{name: "an offset", filter: prefix(map[string]any{"limit": 3, "offset": 2})},
		{name: "newest first", filter: prefix(map[string]any{"sort_desc": true})},
		{name: "newest first, a page", filter: prefix(map[string]any{"sort_desc": true, "limit": 2, "offset": 1})},
	}
}

// Each filter is compared with the clients of the SDKs that have it, by a question or by finds.
func TestEveryFilterIsCompared(t *testing.T) {
	t.Parallel()
	compared := map[string]bool{
		"attributes": true, "schedule_name": true, // by finds, in capabilities of their own
		"created_after": true, "created_before": true, // other names of start_time and end_time
		"load_input": true, "load_output": true, // which choose fields
	}
	for _, q := range questions(time.Now()) {
		for name := range q.filter {
			compared[name] = true
		}
	}
	for _, f := range operations.Filters() {
		if name, _ := f.Lua(); f.Ours {
			compared[name] = true
		}
	}
	for _, name := range offeredToScripts()["dbos.list_workflows"] {
		if !compared[name] {
			t.Errorf("no list with the filter %s is compared", name)
		}
	}
}

func anyLists(t *testing.T, o *other) {
	middle := o.listed(t)
	for _, q := range questions(middle) {
		var theirs []map[string]any
		if !o.filters(t, q, &theirs) {
			continue
		}
		ours := o.ourList(t, q.filter)
		if len(ours) == 0 && !slices.Contains([]string{"no version", "no executor", "no schedule", "debounced"}, q.name) {
			t.Errorf("%s: no workflow matches, so nothing is compared", q.name)
		}
		o.compareLists(t, q.name, ours, theirs)
	}
}

// filters has the application's client list, and reports whether it has the filter. Which clients
// lack one is in the question, and the client must agree.
func (o *other) filters(t *testing.T, q question, found *[]map[string]any) bool {
	t.Helper()
	if o.sqlite() && q.filter["attributes"] != nil {
		return false // the SDKs refuse it on SQLite
	}
	err := o.tryAsk(t, peer.Request{Do: "list", Options: q.filter}, found)
	var remote *peer.RemoteError
	lacks := errors.As(err, &remote) && remote.Name == "NoOperation"
	since, known := q.since[o.sdk.Language]
	want := known && (since == never || peer.CompareVersions(o.sdk.Version, since) < 0)
	if lacks != want {
		t.Errorf("%s: the client lacks the filter: %v, the question says %v (%v)", q.name, lacks, want, err)
	}
	if err != nil && !lacks {
		t.Errorf("%s: %v", q.name, err)
	}
	return err == nil
}

// listed makes workflows of every kind, each in a millisecond of its own, and returns a time
// between two of them.
func (o *other) listed(t *testing.T) time.Time {
	t.Helper()
	out := o.run(t, "any_list.lua", "--class", o.class()).only(t)
	middle, err := time.Parse(time.RFC3339Nano, out["middle"].(string))
	if err != nil {
		t.Fatal(err)
	}
	return middle
}

// ourList returns what we list for a filter.
func (o *other) ourList(t *testing.T, filter map[string]any) []map[string]any {
	t.Helper()
	text, err := json.Marshal(filter)
	if err != nil {
		t.Fatal(err)
	}
	out := call(t, o.database, "--output", "ndjson", "-e", `
		local json = require "json"
		local filter = json.decode([==[`+string(text)+`]==])
		filter.load_output = true
		for _, wf in ipairs(dbos.list_workflows(filter)) do emit(wf) end`)
	if out.err != nil {
		t.Fatalf("list %s: %v\n%s", text, out.err, out.stderr)
	}
	return out.emitted(t)
}

// times are the fields that a client has in milliseconds, and we as text.
var times = []string{"created_at", "updated_at", "started_at", "completed_at", "delay_until", "deadline"}

// plainRecord returns a record of ours in the form of their clients, with the fields that theirs
// has.
func plainRecord(ours, theirs map[string]any) (record, error) {
	found := record{}
	for name := range theirs {
		value := ours[name]
		if text, is := value.(string); is && slices.Contains(times, name) {
			at, err := time.Parse(time.RFC3339Nano, text)
			if err != nil {
				return nil, err
			}
			value = float64(at.UnixMilli())
		}
		found[name] = value
	}
	return found.known(), nil
}

// known drops what is not compared, and what says nothing: clients differ in how they say that
// there is nothing.
func (r record) known() record {
	kept := record{}
	for name, value := range r {
		// A client returns inputs and errors in objects of its SDK.
		if name != "input" && name != "error" && name != "serialization" && value != nil && !reflect.ValueOf(value).IsZero() {
			kept[name] = value
		}
	}
	return kept
}

// compareLists wants the same workflows, in the same order, with the same fields.
func (o *other) compareLists(t *testing.T, name string, ours, theirs []map[string]any) {
	t.Helper()
	if o.sdk.Language == peer.Go {
		// The Go SDK lists results as they are stored.
		for _, one := range theirs {
			delete(one, "output")
		}
	}
	ids := func(list []map[string]any) (all []any) {
		for _, one := range list {
			all = append(all, one["id"])
		}
		return all
	}
	if !slices.Equal(ids(ours), ids(theirs)) {
		t.Errorf("%s: we list %v, the application's client lists %v", name, ids(ours), ids(theirs))
		return
	}
	for i := range ours {
		mine, err := plainRecord(ours[i], theirs[i])
		if err != nil {
			t.Fatal(err)
		}
		if yours := record(theirs[i]).known(); !reflect.DeepEqual(mine, yours) {
			t.Errorf("%s: %s", name, differences(mine, yours))
		}
	}
}

// differences names the fields of two records that differ.
func differences(ours, theirs record) string {
	all := record{}
	maps.Copy(all, ours)
	maps.Copy(all, theirs)
	text := fmt.Sprint(ours["id"])
	for _, field := range slices.Sorted(maps.Keys(all)) {
		if !reflect.DeepEqual(ours[field], theirs[field]) {
			text += fmt.Sprintf(", %s is %v for us and %v for the application's client", field, ours[field], theirs[field])
		}
	}
	return text
}
