package clienttest_test

import (
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/worker"
)

// versioned launches a worker of each version, a second apart.
func versioned(t *testing.T, b clienttest.Backend, versions ...string) {
	t.Helper()
	for _, version := range versions {
		b.Clock.Advance(time.Second)
		launched(t, b, nil, func(c *worker.Config) { c.ApplicationVersion = version })
	}
}

func names(t *testing.T, c client.Client) string {
	t.Helper()
	versions, err := c.ListApplicationVersions()
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, version := range versions {
		list = append(list, version.Name)
	}
	return strings.Join(list, " ")
}

func TestNoApplicationVersions(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		if list, err := c.ListApplicationVersions(); err != nil || list == nil || len(list) != 0 {
			t.Errorf("got %v, %v", list, err)
		}
		if latest, err := c.GetLatestApplicationVersion(); latest != nil || client.CodeOf(err) != client.NoApplicationVersions {
			t.Errorf("got %v, %v", latest, err)
		}
	})
}

func TestSeveralApplicationVersions(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		versioned(t, b, "v1", "v2", "v3")
		if got := names(t, c); got != "v3 v2 v1" {
			t.Errorf("listed %s", got)
		}
		latest, err := c.GetLatestApplicationVersion()
		now := b.Clock.Now().UnixMilli()
		if err != nil || latest.Name != "v3" || latest.Timestamp != now || latest.CreatedAt != now || latest.ID == "" || latest.ApplicationName != "" {
			t.Errorf("the latest is %+v, %v", latest, err)
		}
	})
}

// Versions of one timestamp are in the order of their names.
func TestApplicationVersionsOfOneMoment(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		versioned(t, b, "b", "c", "a")
		b.Exec("UPDATE {application_versions} SET version_timestamp = 5", nil)
		if got := names(t, b.NewClient()); got != "a b c" {
			t.Errorf("listed %s", got)
		}
	})
}

func TestSetLatestApplicationVersion(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		versioned(t, b, "v1", "v2")
		before := b.Rows("application_versions", "version_name = 'v1'", nil)[0]
		b.Clock.Advance(time.Second)
		for range 2 {
			if err := c.SetLatestApplicationVersion("v1"); err != nil {
				t.Fatal(err)
			}
		}
		after := b.Rows("application_versions", "version_name = 'v1'", nil)[0]
		assertRecord(t, "the version", changed(before, after), clienttest.Record{"version_timestamp": b.Millis()})
		if got := names(t, c); got != "v1 v2" {
			t.Errorf("listed %s", got)
		}
		if err := c.SetLatestApplicationVersion("unknown"); client.CodeOf(err) != client.NonExistentVersion || names(t, c) != "v1 v2" {
			t.Errorf("an unknown version gave %v and %s", err, names(t, c))
		}
		if err := c.SetLatestApplicationVersion(""); client.CodeOf(err) != client.InvalidOption {
			t.Errorf("no name gave %v", err)
		}
	})
}

// A clock that is behind the one of the latest version's executor still wins.
func TestSetLatestApplicationVersionWithAClockBehind(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		versioned(t, b, "v1", "v2")
		ahead := b.Clock.Now().Add(time.Hour).UnixMilli()
		b.Exec("UPDATE {application_versions} SET version_timestamp = :ahead WHERE version_name = 'v2'", map[string]any{"ahead": ahead})
		if err := c.SetLatestApplicationVersion("v1"); err != nil {
			t.Fatal(err)
		}
		latest, err := c.GetLatestApplicationVersion()
		if err != nil || latest.Name != "v1" || latest.Timestamp != ahead+1 {
			t.Errorf("the latest is %+v, %v; it was %d", latest, err, ahead)
		}
	})
}

// The version that is made the latest is the one that runs what is not pinned.
func TestWorkersOfTheLatestVersionTakeUnpinnedWorkflows(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		version := func(name string) func(*worker.Config) {
			return func(c *worker.Config) { c.ApplicationVersion = name }
		}
		old := launched(t, b, map[string]worker.Workflow{"name": idle}, version("v1"))
		b.Clock.Advance(time.Second)
		launched(t, b, nil, version("v2"))
		id := enqueue(t, c, "name", nil)
		mustDrain(t, old)
		assertColumns(t, b.Workflow(id), clienttest.Record{"status": "ENQUEUED"})
		b.Clock.Advance(time.Second)
		if err := c.SetLatestApplicationVersion("v1"); err != nil {
			t.Fatal(err)
		}
		mustDrain(t, old)
		assertColumns(t, b.Workflow(id), clienttest.Record{"status": "SUCCESS", "application_version": "v1"})
	})
}
