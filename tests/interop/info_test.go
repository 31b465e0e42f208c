//go:build interop

package interop

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// description is what "db info" says of a database, as far as tests compare it.
type description struct {
	Backend      string   `json:"backend"`
	Version      int      `json:"version"`
	Family       string   `json:"family"`
	Applications []string `json:"applications"`
	Workflows    []struct {
		Status string `json:"status"`
		Count  int    `json:"count"`
	} `json:"workflows"`
	Queues []struct {
		Name                 string `json:"name"`
		Concurrency          int    `json:"concurrency"`
		RateLimit            string `json:"rate_limit"`
		Partitioned          bool   `json:"partitioned"`
		PartitionConcurrency int    `json:"partition_concurrency"`
		Registered           bool   `json:"registered"`
	} `json:"queues"`
	Versions []struct {
		Name   string `json:"name"`
		Latest bool   `json:"latest"`
	} `json:"versions"`
	Schedules []struct {
		Name     string `json:"name"`
		Status   string `json:"status"`
		Schedule string `json:"schedule"`
		Workflow string `json:"workflow"`
	} `json:"schedules"`
	Unsupported []struct {
		Capability string `json:"capability"`
		Missing    string `json:"missing"`
	} `json:"unsupported"`
}

func (s *site) describe(t *testing.T) description {
	t.Helper()
	out := call(t, s.database, "db", "info", "--output", "json")
	if out.err != nil {
		t.Fatalf("db info: %v\n%s", out.err, out.stderr)
	}
	var d description
	if err := json.Unmarshal([]byte(out.stdout), &d); err != nil {
		t.Fatalf("db info printed no JSON: %v\n%s", err, out.stdout)
	}
	return d
}

// checkInfo compares what "db info" says with the rows themselves, and with what the application
// has declared.
func checkInfo(t *testing.T, s *site) {
	t.Helper()
	d := s.describe(t)
	conn := connect(t, s.database)
	defer conn.Close(t.Context())
	number := query(t, conn, `SELECT max(version)::text FROM dbos.dbos_migrations`)[0]
	const family = "TypeScript"
	if d.Backend != "postgres" || fmt.Sprint(d.Version) != number || d.Family != family {
		t.Errorf("db info says %s, schema %d, %s; the schema is %s, of %s", d.Backend, d.Version, d.Family, number, family)
	}
	if want := hasColumn(t, s.database, "workflow_status.application_name"); slices.Contains(d.Applications, "peer") != want {
		t.Errorf("applications: %v", d.Applications)
	}
	var counts []string
	for _, state := range d.Workflows {
		counts = append(counts, fmt.Sprint(state.Status, " ", state.Count))
	}
	slices.Sort(counts)
	if want := query(t, conn, `SELECT status || ' ' || count(*) FROM dbos.workflow_status GROUP BY status ORDER BY 1`); !slices.Equal(counts, want) {
		t.Errorf("workflows: %v, want %v", counts, want)
	}
	if len(d.Versions) != 1 || d.Versions[0].Name != "v1" || !d.Versions[0].Latest {
		t.Errorf("versions: %v", d.Versions)
	}
	d.checkQueues(t, s)
	d.checkSchedules(t)
	d.checkUnsupported(t, s)
}

func (d description) checkQueues(t *testing.T, s *site) {
	t.Helper()
	limits := map[string]string{}
	for _, q := range d.Queues {
		if q.Registered {
			limits[q.Name] = fmt.Sprint(q.Concurrency, " ", q.Partitioned, " ", q.PartitionConcurrency, " ", q.RateLimit)
		}
	}
	partitioned := "1 true 0 "
	if strings.HasPrefix(s.version, "5.") {
		partitioned = "0 true 1 "
	}
	for name, want := range map[string]string{"ordinary": "20 false 0 ", "serial": "1 false 0 ", "limited": "0 false 0 2 in 2s", "partitioned": partitioned} {
		if limits[name] != want {
			t.Errorf("queue %s has the limits %q, want %q", name, limits[name], want)
		}
	}
}

func (d description) checkSchedules(t *testing.T) {
	t.Helper()
	for _, schedule := range d.Schedules {
		if schedule.Name == "tour" {
			if schedule.Status != "PAUSED" || schedule.Schedule != "0 0 3 1 1 *" || schedule.Workflow != "tick" {
				t.Errorf("schedule %+v", schedule)
			}
			return
		}
	}
	t.Errorf("no schedule tour among %v", d.Schedules)
}

// checkUnsupported wants each capability that the schema lacks to be there with its column, and
// no other.
func (d description) checkUnsupported(t *testing.T, s *site) {
	t.Helper()
	missing := map[string]string{}
	for _, lack := range d.Unsupported {
		missing[lack.Capability] = lack.Missing
	}
	for words, column := range map[string]string{
		"debounce": "workflow_status.is_debounced", "filter by attributes": "workflow_status.attributes",
		"filter by schedule_name": "workflow_status.schedule_name", "filter by application_name": "workflow_status.application_name",
	} {
		if lacks := !hasColumn(t, s.database, column); lacks != strings.Contains(missing[words], column) {
			t.Errorf("%s: db info says that %q is missing", words, missing[words])
		}
	}
}
