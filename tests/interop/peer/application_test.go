//go:build interop

package peer

import (
	"context"
	"errors"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client/clienttest/pgtest"
)

func start(t *testing.T, opts Options) *Application {
	t.Helper()
	if _, err := Install(t.Context(), opts.Version); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	app, err := Start(ctx, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { app.Stop() })
	return app
}

// The other versions are started by the tests that drive them.
func TestAnApplicationRunsAWorkflow(t *testing.T) {
	t.Parallel()
	const version = "4.19.8"
	app := start(t, Options{Version: version, DatabaseURL: pgtest.NewDatabase(t), ApplicationVersion: "v7", Executor: "e7"})
	var info struct{ SDK, Version, Executor string }
	if err := app.Ask(t.Context(), Request{Do: "info"}, &info); err != nil {
		t.Fatal(err)
	}
	if info.SDK != version || info.Version != "v7" || info.Executor != "e7" {
		t.Errorf("the application is %+v", info)
	}
	queued := map[string]any{"workflowID": "sum", "queueName": "ordinary"}
	if err := app.Ask(t.Context(), Request{Do: "start", Workflow: "add", Args: []any{1, 2}, Options: queued}, nil); err != nil {
		t.Fatal(err)
	}
	var sum int
	if err := app.Ask(t.Context(), Request{Do: "result", WorkflowID: "sum"}, &sum); err != nil || sum != 3 {
		t.Errorf("1 and 2 make %d, %v", sum, err)
	}
}

func TestAnErrorOfTheSDKIsARemoteError(t *testing.T) {
	t.Parallel()
	app := start(t, Options{Version: "5.3.0", DatabaseURL: pgtest.NewDatabase(t)})
	var remote *RemoteError
	err := app.Ask(t.Context(), Request{Do: "client", Method: "resumeWorkflow", Args: []any{"nobody"}}, nil)
	if !errors.As(err, &remote) || !strings.Contains(remote.Message, "nobody") {
		t.Errorf("resuming nobody: %v", err)
	}
}

func TestAnApplicationThatCannotStartSaysWhy(t *testing.T) {
	t.Parallel()
	if _, err := Install(t.Context(), "5.3.0"); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	_, err := Start(ctx, Options{Version: "5.3.0", DatabaseURL: "postgres://postgres@127.0.0.1:1/none"})
	if err == nil || !strings.Contains(err.Error(), "logged") {
		t.Errorf("without a database: %v", err)
	}
}

func TestAStoppedApplicationAnswersNothing(t *testing.T) {
	t.Parallel()
	app := start(t, Options{Version: "5.3.0", DatabaseURL: pgtest.NewDatabase(t)})
	if err := errors.Join(app.Stop(), app.Stop()); err != nil {
		t.Fatal(err)
	}
	if err := app.Ask(t.Context(), Request{Do: "info"}, nil); err == nil {
		t.Error("it answers")
	}
}

func TestInstallationsAtOnceGiveOneFolder(t *testing.T) {
	t.Parallel()
	var group sync.WaitGroup
	folders := make([]string, 3)
	for i := range folders {
		group.Go(func() { folders[i], _ = Install(t.Context(), "4.19.8") })
	}
	group.Wait()
	for _, folder := range folders {
		if _, err := os.Stat(folder + "/node_modules/@dbos-inc/dbos-sdk"); err != nil || folder != folders[0] {
			t.Errorf("installed into %q, %v", folder, err)
		}
	}
}
