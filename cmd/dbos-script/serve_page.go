package main

import (
	"net/http"
	"path/filepath"

	"github.com/dbos-script/dbos-script/runtime/monitor"
	"github.com/dbos-script/dbos-script/runtime/monitor/page"
)

// newPage returns the page of a server for people. Its times are in the zone of --tz.
func (a *app) newPage(f *folder, history *runHistory, actions page.Actions) *page.Page {
	return page.New(page.Config{
		Source: history, Actions: actions, Title: filepath.Base(f.path), Now: history.now, Zone: a.options.tz.location(),
		Visit: func(r *http.Request) page.Visit {
			form, signedIn := monitor.Visit(r)
			return page.Visit{FormToken: form, SignedIn: signedIn}
		},
	})
}
