package client

import (
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client/internal/catalog"
)

// The verdict on an executor that has shown nothing for an hour, by the connections of the server.
func TestTheVerdictOnASilentExecutorFollowsTheConnections(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)
	long := strings.Repeat("v", 80)
	for _, story := range []struct {
		what             string
		sessions         catalog.Sessions
		id, version, app string
		verdict          ExecutorVerdict
		reason           string
	}{
		{"nobody can tell", catalog.Sessions{}, "e1", "v1", "", ExecutorSilent, "it has died, or"},
		{"clients alone", catalog.Sessions{Known: true, Up: time.Hour, Named: map[string]int64{"dbos-client": 3}}, "e1", "v1", "", ExecutorDead, "no application is connected"},
		{"nobody", catalog.Sessions{Known: true, Up: time.Hour}, "e1", "v1", "", ExecutorDead, "no application is connected"},
		{"a server that has just started", catalog.Sessions{Known: true, Up: time.Minute}, "e1", "v1", "", ExecutorSilent, "it has died, or"},
		{"a runbook", catalog.Sessions{Known: true, Up: time.Hour, Named: map[string]int64{"dbos-client": 3}}, "e1", "lua:1", "", ExecutorSilent, "it has died, or"},
		{"a stranger", catalog.Sessions{Known: true, Up: time.Hour, Named: map[string]int64{"": 1}}, "e1", "v1", "", ExecutorSilent, "it has died, or"},
		{"its application", catalog.Sessions{Known: true, Up: time.Hour, Named: map[string]int64{"shop": 2}}, "e1", "v1", "shop", ExecutorSilent, `application "shop" has 2 connections`},
		{"its name", catalog.Sessions{Known: true, Up: time.Hour, Named: map[string]int64{"dbos_transact_e1_v1": 2}}, "e1", "v1", "", ExecutorAlive, "2 connections with its name are open"},
		{"its name alone", catalog.Sessions{Known: true, Up: time.Hour, Named: map[string]int64{"dbos_transact_e1_": 1}}, "e1", "v1", "", ExecutorAlive, "1 connection with its name is open"},
		{"its name, cut", catalog.Sessions{Known: true, Up: time.Hour, Named: map[string]int64{("dbos_transact_e1_" + long)[:63]: 1}}, "e1", long, "", ExecutorAlive, "1 connection with its name is open"},
		{"another version", catalog.Sessions{Known: true, Up: time.Hour, Named: map[string]int64{"dbos_transact_e1_v2": 1}}, "e1", "v1", "", ExecutorSilent, "no connection has its name"},
		{"another executor", catalog.Sessions{Known: true, Up: time.Hour, Named: map[string]int64{"dbos_transact_e11_v1": 1}}, "e1", "v1", "", ExecutorSilent, "no connection has its name"},
		{"an application in Python", catalog.Sessions{Known: true, Up: time.Hour, Named: map[string]int64{"dbos_transact": 4}}, "e1", "v1", "", ExecutorSilent, "it has died, or"},
	} {
		e := ExecutorInfo{ExecutorID: story.id, ApplicationVersion: story.version, ApplicationName: story.app, Open: 1, SeenAt: now.Add(-time.Hour)}
		e.setVerdict(now, silence, story.sessions)
		if quick := (ExecutorInfo{ExecutorID: story.id, Open: 1, SeenAt: now.Add(-time.Minute)}); story.what == "nobody" {
			if quick.setVerdict(now, time.Second, story.sessions); quick.Verdict != ExecutorSilent {
				t.Errorf("after a minute, it is %s: %s", quick.Verdict, quick.Reason)
			}
		}
		if e.Verdict != story.verdict || !strings.Contains(e.Reason, story.reason) {
			t.Errorf("%s: it is %s: %s", story.what, e.Verdict, e.Reason)
		}
	}
}
