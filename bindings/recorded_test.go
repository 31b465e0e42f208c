package bindings

import (
	"reflect"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/runtime/declare"
)

// Objects are made again of their data, on the connection of the call.
func TestRecordedObjectsAreMadeAgain(t *testing.T) {
	t.Parallel()
	c := NewConnection(nil)
	report := &client.Report{Op: "cancel workflows", Results: []client.ChangeResult{{ID: "a", Outcome: client.OutcomeChanged, Status: client.WorkflowStatusCancelled}}}
	changes := &Changes{c, report}
	for _, object := range []any{
		&Handle{c, "a"}, changes, &Debouncer{c, "reindex", client.DebouncerOptions{Timeout: time.Minute, ConfigName: "c", ClassName: new("k"), QueueName: "q", ApplicationName: "a", SDK: client.SDKGo}},
		&Recovered{changes, &client.Recovery{Report: report, Fenced: 1, MayRunTwice: []string{"a"}}},
		&Imported{changes, &client.ImportReport{Report: report, Held: 2, Differ: []string{"a"}, Freed: []string{"b"}, Dropped: map[string]int{"x": 1}}},
	} {
		class := declare.NewRegistry(Module(Host{})).Class(reflect.TypeOf(object))
		for _, owner := range []any{c, &Handle{c, "b"}, &Debouncer{connection: c}} {
			again, err := class.Restore(owner, class.DataOf(object))
			if err != nil || !reflect.DeepEqual(again, object) {
				t.Errorf("%v was made again as %v, %v", object, again, err)
			}
		}
		if _, err := class.Restore(nil, class.DataOf(object)); err == nil {
			t.Errorf("%v was made without a connection", object)
		}
	}
}
