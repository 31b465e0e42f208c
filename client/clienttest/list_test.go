package clienttest_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/clienttest/operations"
	"github.com/dbos-script/dbos-script/client/clienttest/pgtest"
)

// listed returns a client of three workflows that differ in every column: "hit" and "miss", and
// "bare", in which somebody left everything NULL that can be.
func listed(b clienttest.Backend) client.Client {
	b.SeedFilters()
	return b.NewClient()
}

func ids(list []client.WorkflowStatus) string {
	var ids []string
	for _, workflow := range list {
		ids = append(ids, workflow.ID)
	}
	return strings.Join(ids, " ")
}

// walked collects an iteration.
func walked(t *testing.T, c client.Client, opts ...client.ListWorkflowsOption) []client.WorkflowStatus {
	t.Helper()
	var list []client.WorkflowStatus
	for workflow, err := range c.Workflows(opts...) {
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, workflow)
	}
	idsAlone(t, c, ids(list), opts)
	return list
}

// idsAlone walks over ids, and lists them.
func idsAlone(t *testing.T, c client.Client, want string, opts []client.ListWorkflowsOption) {
	t.Helper()
	var walked []string
	for id, err := range c.WorkflowIDs(opts...) {
		if err != nil {
			t.Fatal(err)
		}
		walked = append(walked, id)
	}
	list, err := c.ListWorkflowIDs(opts...)
	if err != nil || list == nil || strings.Join(list, " ") != want || strings.Join(walked, " ") != want {
		t.Errorf("the ids are %q and %q, and not %q: %v", list, walked, want, err)
	}
}

func TestListByEveryFilter(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := listed(b)
		for _, test := range operations.Filters() {
			list, err := c.ListWorkflows(test.Option)
			if err != nil || list == nil || ids(list) != test.Want {
				t.Errorf("%s selects %q, want %q: %v", test.Field, ids(list), test.Want, err)
			}
			if got := ids(walked(t, c, test.Option)); got != test.Want {
				t.Errorf("a walk by %s gives %q, want %q", test.Field, got, test.Want)
			}
		}
	})
}

// A field that is added to the options must be tried above.
func TestEveryFilterIsTested(t *testing.T) {
	t.Parallel()
	tried := map[string]bool{}
	for _, test := range operations.Filters() {
		tried[test.Field] = true
	}
	for _, field := range reflect.VisibleFields(reflect.TypeFor[client.ListWorkflowsOptions]()) {
		if field.IsExported() && !tried[field.Name] {
			t.Errorf("client/clienttest/operations/filters.go: no filter by %s", field.Name)
		}
	}
}

func TestListByFiltersTogether(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := listed(b)
		for want, opts := range map[string][]client.ListWorkflowsOption{
			"hit":      {client.WithName("name", "Name"), client.WithExecutorIDs([]string{"ex"})},
			"":         {client.WithName("name"), client.WithExecutorIDs([]string{"EX"})},
			"hit miss": {client.WithQueuesOnly(), client.WithStatus([]client.WorkflowStatusType{"ERROR", "PENDING"})},
			"miss hit": {client.WithSortDesc(), client.WithOffset(1), client.WithLimit(5)},
			"miss":     {client.WithOffset(1), client.WithLimit(1), client.WithLoadInput(true), client.WithLoadOutput(true)},
		} {
			if list, err := c.ListWorkflows(opts...); err != nil || ids(list) != want {
				t.Errorf("got %q, want %q: %v", ids(list), want, err)
			}
			if got := ids(walked(t, c, append(opts, client.WithPageSize(1))...)); got != want {
				t.Errorf("a walk gives %q, want %q", got, want)
			}
		}
	})
}

// An empty list selects nothing, whatever else is asked for; an empty text in a list is no value.
func TestEmptyListsAreNotNil(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := listed(b)
		for what, opt := range map[string]client.ListWorkflowsOption{
			"ids": client.WithWorkflowIDs([]string{}), "nil ids": client.WithWorkflowIDs(nil), "status": client.WithStatus(nil), "name": client.WithName(),
			"prefix": client.WithWorkflowIDPrefix(), "version": client.WithAppVersion(), "user": client.WithUser(), "queue": client.WithQueueName(),
			"executor": client.WithExecutorIDs(nil), "forked from": client.WithForkedFrom(), "parent": client.WithParentWorkflowID(),
			"dedup": client.WithFilterDeduplicationID(), "schedule": client.WithScheduleName(), "application": client.WithApplicationName(),
		} {
			if list, err := c.ListWorkflows(opt); err != nil || list == nil || len(list) != 0 {
				t.Errorf("%s: %q, %v", what, ids(list), err)
			}
			if list := walked(t, c, opt); len(list) != 0 {
				t.Errorf("a walk by no %s gives %q", what, ids(list))
			}
		}
		for what, opt := range map[string]client.ListWorkflowsOption{"id": client.WithWorkflowIDs([]string{""}), "prefix": client.WithWorkflowIDPrefix("")} {
			if list, err := c.ListWorkflows(opt); err != nil || len(list) != 3 {
				t.Errorf("an empty %s: %q, %v", what, ids(list), err)
			}
		}
		if list, err := c.ListWorkflows(client.WithWorkflowIDs([]string{"hit", "", "miss"})); err != nil || ids(list) != "hit miss" {
			t.Errorf("an empty id among others: %q, %v", ids(list), err)
		}
	})
}

func TestListRefusesFilters(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		for _, test := range operations.Refused() {
			var o client.ListWorkflowsOptions
			test.Option(&o)
			_, list := c.ListWorkflows(test.Option)
			_, orphans := c.Orphans(client.WithOrphansOptions(client.OrphansOptions{ListWorkflowsOptions: o}))
			refused := map[string]error{"a list": list, "orphans": orphans}
			for _, err := range c.Workflows(test.Option) {
				refused["a walk"] = err
			}
			if test.Selects() {
				_, refused["a count"] = c.CountWorkflows(test.Option)
			}
			for what, err := range refused {
				if client.CodeOf(err) != client.InvalidOption {
					t.Errorf("%s by a wrong %s returns %v", what, test.Field, err)
				}
			}
		}
	})
}

// The wildcards of LIKE are plain letters in a prefix.
func TestListByPrefixesIsLiteral(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		for _, id := range []string{"a_b", "aXb", "a%b", `a\b`, "A_b", "ä_b", "a'b"} {
			enqueue(t, c, "name", nil, client.WithEnqueueWorkflowID(id))
		}
		for prefix, want := range map[string]string{"a_": "a_b", "a%": "a%b", `a\`: `a\b`, "A": "A_b", "ä_": "ä_b", "a'": "a'b", "aX": "aXb", "%": ""} {
			if list, err := c.ListWorkflows(client.WithWorkflowIDPrefix(prefix)); err != nil || ids(list) != want {
				t.Errorf("prefix %q selects %q, want %q: %v", prefix, ids(list), want, err)
			}
		}
	})
}

// Rows of one millisecond are in the order of their ids, so that pages neither skip nor repeat.
func TestListOrdersTies(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		want := enqueueMany(t, c, "name", 57, client.EnqueueOptions{})
		for _, descending := range []bool{false, true} {
			var opts []client.ListWorkflowsOption
			if descending {
				opts = append(opts, client.WithSortDesc())
				slices.Reverse(want)
			}
			var paged []string
			for offset := 0; offset < len(want); offset += 10 {
				list, err := c.ListWorkflows(append(opts, client.WithLimit(10), client.WithOffset(offset))...)
				if err != nil {
					t.Fatal(err)
				}
				paged = append(paged, ids(list))
			}
			if strings.Join(paged, " ") != strings.Join(want, " ") {
				t.Errorf("pages are %v", paged)
			}
			if got := ids(walked(t, c, append(opts, client.WithPageSize(10))...)); got != strings.Join(want, " ") {
				t.Errorf("a walk gives %s", got)
			}
		}
	})
}

// A walk gives each workflow once, while it changes them so that they match no longer.
func TestAWalkMayChangeItsRows(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		want := enqueueMany(t, c, "name", 40, client.EnqueueOptions{})
		b.Clock.Advance(time.Second)
		var got []string
		for workflow, err := range c.Workflows(client.WithStatus([]client.WorkflowStatusType{"ENQUEUED"}), client.WithPageSize(7)) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, workflow.ID)
			if err := c.CancelWorkflow(workflow.ID); err != nil {
				t.Fatal(err)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("walked over %d: %v", len(got), got)
		}
		if left := inState(b, "ENQUEUED"); len(left) != 0 {
			t.Errorf("%d are left", len(left))
		}
	})
}

func TestListFiltersOfLaterColumns(t *testing.T) {
	t.Parallel()
	clienttest.BackendsAt(t, 107, func(t *testing.T, b clienttest.Backend) {
		shrink(b)
		c := b.NewClient()
		enqueue(t, c, "name", nil)
		for column, opt := range map[string]client.ListWorkflowsOption{
			"attributes": client.WithAttributes(map[string]any{"a": 1}), "schedule_name": client.WithScheduleName("s"),
			"application_name": client.WithApplicationName("a"), "is_debounced": client.WithIsDebounced(true),
		} {
			_, err := c.ListWorkflows(opt)
			if client.CodeOf(err) != client.Unsupported || !strings.Contains(err.Error(), "workflow_status."+column) {
				t.Errorf("%s: %v", column, err)
			}
		}
		list, err := c.ListWorkflows(client.WithLoadInput(true), client.WithLoadOutput(true))
		if err != nil || len(list) != 1 || list[0].Attributes != nil || list[0].ApplicationName != "" || fmt.Sprint(list[0].Input) != "<nil>" {
			t.Errorf("%+v, %v", list, err)
		}
	})
}

// Under the rules of a language the ids with a prefix do not stand together in an index.
func TestListByPrefixUnderOtherCollations(t *testing.T) {
	t.Parallel()
	address := pgtest.NewDatabase(t)
	conn, err := pgx.Connect(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	name := conn.Config().Database + "_icu"
	if _, err := conn.Exec(t.Context(), "CREATE DATABASE "+name+" LOCALE_PROVIDER icu ICU_LOCALE 'en-US' TEMPLATE template0"); err != nil {
		t.Fatal(err)
	}
	c, err := client.NewClient(t.Context(), client.ClientConfig{DatabaseURL: strings.Replace(address, conn.Config().Database, name, 1), Create: true, SDK: client.SDKGo})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Shutdown(time.Minute)
	for _, id := range []string{"a_b", "aXb", "a-b", "Ab", "ab", "äb", "a b", "b"} {
		enqueue(t, c, "name", nil, client.WithEnqueueWorkflowID(id))
	}
	for prefix, want := range map[string]string{"a": "a_b aXb a-b ab a b", "a-": "a-b", "a_": "a_b", "A": "Ab", "ä": "äb", "a ": "a b", "c": ""} {
		if list, err := c.ListWorkflows(client.WithWorkflowIDPrefix(prefix)); err != nil || !sameIDs(ids(list), want) {
			t.Errorf("prefix %q selects %q, want %q: %v", prefix, ids(list), want, err)
		}
	}
}

// sameIDs compares texts of ids in any order.
func sameIDs(a, b string) bool {
	return slices.Equal(slices.Sorted(strings.SplitSeq(a, "")), slices.Sorted(strings.SplitSeq(b, "")))
}

// A list by a prefix is the same whether few or many workflows have it.
func TestListByAPrefixOfMany(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		b.Exec(`INSERT INTO {workflow_status} (workflow_uuid, status, name, created_at, updated_at)
			WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 5100)
			SELECT 'w' || CASE WHEN n <= 5002 THEN 'many-' ELSE 'few-' END || (9999 - n), 'SUCCESS', 'name', n, n FROM numbers`, nil)
		for prefix, want := range map[string]string{"wmany-": "wmany-9998 wmany-9997", "w": "wmany-9998 wmany-9997", "wfew-": "wfew-4996 wfew-4995", "wnone": ""} {
			list, err := b.NewClient().ListWorkflows(client.WithWorkflowIDPrefix(prefix), client.WithLimit(2))
			if err != nil || ids(list) != want {
				t.Errorf("prefix %q selects %q, want %q: %v", prefix, ids(list), want, err)
			}
		}
		count := 0
		for _, err := range b.NewClient().Workflows(client.WithWorkflowIDPrefix("wmany-", "wfew-49"), client.WithPageSize(700)) {
			if err != nil {
				t.Fatal(err)
			}
			count++
		}
		if count != 5099 {
			t.Errorf("a walk has %d workflows", count)
		}
	})
}
