//go:build interop

package interop

import (
	"strings"
	"testing"

	"github.com/dbos-script/dbos-script/client/clienttest/pgtest"
	"github.com/dbos-script/dbos-script/tests/interop/peer"
)

// Applications of SDKs that know no owners take workflows of others from the internal queue, unless
// they are pinned to a version. Each works beside an application that knows owners, and takes
// nothing of ours that is for it.
func TestApplicationsWithoutOwnersTakeNothingOfOthers(t *testing.T) {
	t.Parallel()
	t.Run("java", func(t *testing.T) {
		t.Parallel()
		owned, ownerless := neighboursOf(t, peer.SDK{Language: peer.Java, Version: "1.1.0-m6"})
		owned.start(t)
		ownerless.start(t) // its version is the latest of all, so it takes rows without a version
		takesNothingOfOthers(t, owned, ownerless)
	})
	t.Run("typescript", func(t *testing.T) {
		t.Parallel()
		owned, ownerless := neighboursOf(t, peer.SDK{Language: peer.TypeScript, Version: "4.19.8"})
		ownerless.start(t) // it takes them whatever its version; it has run nothing yet, and only its connections show it
		owned.start(t)
		takesNothingOfOthers(t, owned, ownerless)
	})
}

// neighboursOf returns an application of Go and one of the SDK on one database.
func neighboursOf(t *testing.T, sdk peer.SDK) (owned, ownerless *tenant) {
	t.Helper()
	database := pgtest.NewDatabase(t)
	owned = &tenant{sdk: peer.SDK{Language: peer.Go, Version: "1.8.0"}, name: "goapp", queue: "go-queue", site: site{database: database}}
	(&other{site: owned.site, sdk: owned.sdk}).init(t, "125")
	name := string(sdk.Language)
	return owned, &tenant{sdk: sdk, name: name, queue: name + "-queue", site: site{database: database}}
}

func takesNothingOfOthers(t *testing.T, owned, ownerless *tenant) {
	t.Helper()
	owned.showsItself(t)
	owned.takesWhatIsItsOwn(t)
	ownerless.showsItself(t)
	takesTheUnpinned(t, ownerless)
	o := &other{site: owned.site, sdk: owned.sdk}
	o.chunk(t, `
		local fine, err = pcall(dbos.create_schedule, {schedule_name = "theirs", workflow_name = "same", schedule = "* * * * * *", application_name = "goapp", sdk = "go"})
		assert(not fine and err.code == "Unsupported" and err.message:find("knows no owners"), tostring(err))
		local fine, err = pcall(dbos.enqueue, "ordinary", "same", 1, {application_name = "nobody"})
		assert(not fine and err.code == "Unsupported" and err.message:find("registered none"), tostring(err))`)
}

// takesTheUnpinned shows that the application takes a row of another one that waits without a
// version, as other clients write it.
func takesTheUnpinned(t *testing.T, a *tenant) {
	t.Helper()
	conn := connect(t, a.database)
	defer conn.Close(t.Context())
	if _, err := conn.Exec(t.Context(), `INSERT INTO dbos.workflow_status
		(workflow_uuid, status, name, class_name, queue_name, application_name, inputs, serialization, created_at, updated_at, priority)
		SELECT 'unpinned', 'ENQUEUED', name, class_name, '_dbos_internal_queue', 'elsewhere', inputs, serialization, created_at, updated_at, 0
		FROM dbos.workflow_status WHERE workflow_uuid = $1`, a.name+"-shown"); err != nil {
		t.Fatal(err)
	}
	peer.Until(t, askTime, "the application takes a row of another owner", func() bool {
		executors := query(t, conn, `SELECT COALESCE(executor_id, '') FROM dbos.workflow_status WHERE workflow_uuid = 'unpinned'`)
		return strings.HasPrefix(executors[0], a.name)
	})
}
