package client

import (
	"fmt"
	"strings"
	"time"

	"github.com/dbos-script/dbos-script/client/internal/catalog"
	"github.com/dbos-script/dbos-script/client/internal/db"
)

// No SDK writes a heartbeat. An executor shows itself only when it takes or starts a workflow, and
// when a step or a workflow ends; a sleep, a wait and a long step show nothing, for hours. So a
// verdict says silent unless the connections of the server prove more.

// setVerdict sets the verdict of an executor, with its reason.
func (e *ExecutorInfo) setVerdict(now time.Time, silentFor time.Duration, sessions catalog.Sessions) {
	quiet := now.Sub(e.SeenAt)
	e.Connections = connectionsOf(e.ExecutorID, e.ApplicationVersion, sessions)
	switch {
	case quiet < silentFor:
		e.Verdict, e.Reason = ExecutorAlive, fmt.Sprintf("%s %s ago", e.lastSign(), span(quiet))
	case e.Connections != nil && *e.Connections > 0:
		e.Verdict = ExecutorAlive
		e.Reason = fmt.Sprintf("%s with its name %s open, and it has shown nothing else for %s", plural(*e.Connections, "connection"), isAre(*e.Connections), span(quiet))
	case e.Open == 0:
		e.Verdict, e.Reason = ExecutorIdle, fmt.Sprintf("it runs nothing, and %s %s ago", e.lastSign(), span(quiet))
	case alone(e, quiet, silentFor, sessions):
		e.Verdict = ExecutorDead
		e.Reason = fmt.Sprintf("it has shown nothing for %s, and no application is connected to the database", span(quiet))
	default:
		e.Verdict = ExecutorSilent
		e.Reason = fmt.Sprintf("it has shown nothing for %s: it has died, or what it runs sleeps, waits or is in a long step%s", span(quiet), e.around(sessions))
	}
}

// lastSign describes the last sign of life.
func (e *ExecutorInfo) lastSign() string {
	switch e.SeenBy {
	case "step":
		return "a step of it ended"
	case "end":
		return "a workflow of it ended"
	}
	return "it began a workflow"
}

// typeScriptLabel begins the names of connections of the TypeScript SDK, before the id of
// the executor and its version. The version is left out if the SDK computes it, because
// it connects before.
const typeScriptLabel = "dbos_transact_"

// labelBytes is the length to which Postgres cuts the name of a connection.
const labelBytes = 63

// connectionsOf returns the number of connections that have the name of an executor, or nil if none
// could have it.
func connectionsOf(id, version string, sessions catalog.Sessions) *int64 {
	if !sessions.Known || id == "" {
		return nil
	}
	var count int64
	named := false
	for name, n := range sessions.Named {
		if !strings.HasPrefix(name, typeScriptLabel) {
			continue
		}
		named = true
		if base := typeScriptLabel + id + "_"; name == cut(base) || name == cut(base+version) {
			count += n
		}
	}
	if !named {
		return nil
	}
	return &count
}

// cut returns the name of a connection as Postgres keeps it.
func cut(name string) string {
	if len(name) > labelBytes {
		return name[:labelBytes]
	}
	return name
}

// alone returns true if nobody but programs like this one is connected, and the server runs for
// long enough that every executor would have connected again: they all ask for work every second or
// so. A shorter silence than the default one proves nothing.
func alone(e *ExecutorInfo, quiet, silentFor time.Duration, sessions catalog.Sessions) bool {
	if least := max(silentFor, silence); !sessions.Known || sessions.Up < least || quiet < least || strings.HasPrefix(e.ApplicationVersion, "lua:") {
		return false
	}
	for name := range sessions.Named {
		if name != db.SessionLabel {
			return false
		}
	}
	return true
}

// around describes the connections that others have, which prove nothing.
func (e *ExecutorInfo) around(sessions catalog.Sessions) string {
	switch {
	case !sessions.Known:
		return ""
	case e.Connections != nil:
		return "; executors of the TypeScript SDK are connected, and no connection has its name"
	case e.ApplicationName != "" && sessions.Named[cut(e.ApplicationName)] > 0:
		n := sessions.Named[cut(e.ApplicationName)]
		return fmt.Sprintf("; application %q has %s, which may be its or those of other executors", e.ApplicationName, plural(n, "connection"))
	}
	return ""
}

func plural(n int64, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func isAre(n int64) string {
	if n == 1 {
		return "is"
	}
	return "are"
}
