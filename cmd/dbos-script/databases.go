package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/dbos-script/dbos-script/bindings"
	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/run/profile"
	"github.com/dbos-script/dbos-script/stdlib/grants"
)

// mostConnections bounds what a run holds beside its own connection: one takes up to a megabyte
// that --max-memory does not see, and a file or a session of the server.
const mostConnections = 32

// A grantedDatabase is one that --allow-db names.
type grantedDatabase struct {
	profile string // its name; empty for a URL
	place   client.Place
}

// readDatabaseGrants reads --allow-db. A value that is no URL is the name of a profile.
func (h *host) readDatabaseGrants() error {
	for _, value := range h.app.options.allow.DB {
		granted, err := readDatabaseGrant(value)
		if err != nil {
			return err
		}
		h.databases = append(h.databases, granted)
	}
	return nil
}

func readDatabaseGrant(value string) (grantedDatabase, error) {
	found, unknown := profile.Find(value, profileFiles())
	if unknown == nil {
		config, err := profileConfig(found)
		if err != nil {
			return grantedDatabase{}, &usageError{message: grants.FlagDB + ": " + err.Error()}
		}
		place, err := config.Place()
		if err != nil {
			return grantedDatabase{}, &usageError{message: found.Wrong("db", err).Error()}
		}
		return grantedDatabase{profile: found.Name, place: place}, nil
	}
	place, err := client.ClientConfig{DatabaseURL: value}.Place()
	if err != nil {
		return grantedDatabase{}, &usageError{message: fmt.Sprintf("%s: %v, and it is the name of no profile", grants.FlagDB, err), hint: hintOf(err)}
	}
	return grantedDatabase{place: place}, nil
}

func hintOf(err error) string {
	if hinted, ok := err.(declare.Hinter); ok {
		return hinted.Hint()
	}
	return ""
}

// profileConfig is the database of a profile.
func profileConfig(p profile.Profile) (client.ClientConfig, error) {
	settings, err := p.Settings(os.LookupEnv)
	if err != nil {
		return client.ClientConfig{}, err
	}
	var config client.ClientConfig
	for _, s := range settings {
		switch s.Flag {
		case "db":
			config.DatabaseURL = s.Value
		case "schema":
			config.DatabaseSchema = s.Value
		case "sdk":
			config.SDK = client.SDK(s.Value)
		case "read-only":
			config.ReadOnly = s.Value == "true"
		}
	}
	if config.DatabaseURL == "" {
		return config, p.Wrong("db", fmt.Errorf("it names no database"))
	}
	return config, nil
}

// foreign is the configuration of a database that a script names, if the run may open it.
func (h *host) foreign(o bindings.ConnectOptions) (client.ClientConfig, error) {
	config, err := h.named(o)
	if err != nil {
		return config, err
	}
	if o.DatabaseSchema != "" {
		config.DatabaseSchema = o.DatabaseSchema
	}
	common := h.app.options.config(config.DatabaseURL)
	config.ReadOnly = config.ReadOnly || common.ReadOnly || o.ReadOnly
	config.DryRun, config.Strict, config.SDK = common.DryRun, common.Strict, cmp.Or(o.SDK, config.SDK, common.SDK)
	return config, nil
}

func (h *host) named(o bindings.ConnectOptions) (client.ClientConfig, error) {
	if o.Profile != "" {
		return h.namedProfile(o.Profile)
	}
	config := client.ClientConfig{DatabaseURL: o.DatabaseURL, Foreign: true}
	place, err := config.Place()
	if err != nil {
		return config, err
	}
	config.DatabaseURL = pinned(config.DatabaseURL, place)
	if h.isOwn(place) {
		return config, nil
	}
	for _, granted := range h.databases {
		if place.Within(granted.place) {
			return config, nil
		}
	}
	return config, &grants.DeniedError{What: "connecting to " + config.Shown(), Flag: grants.FlagDB, Value: config.Shown()}
}

// pinned is the URL with the path that was looked at, so that a link which changes meanwhile leads to
// no other file.
func pinned(url string, place client.Place) string {
	if place.File == "" || strings.Contains(place.File, "?") {
		return url
	}
	if _, query, found := strings.Cut(url, "?"); found {
		return "sqlite:" + place.File + "?" + query
	}
	return "sqlite:" + place.File
}

// isOwn tells whether a place is that of the run's own database.
func (h *host) isOwn(place client.Place) bool {
	url, _ := h.app.options.url()
	own, err := client.ClientConfig{DatabaseURL: url}.Place()
	return err == nil && place.Within(own)
}

func (h *host) namedProfile(name string) (client.ClientConfig, error) {
	for _, granted := range h.databases {
		if granted.profile == name {
			found, err := profile.Find(name, profileFiles())
			if err != nil {
				return client.ClientConfig{}, err
			}
			return profileConfig(found)
		}
	}
	return client.ClientConfig{}, &grants.DeniedError{What: fmt.Sprintf("connecting to the database of the profile %q", name), Flag: grants.FlagDB, Value: name}
}

// openAnother opens a database of dbos.connect.
func (h *host) openAnother(ctx context.Context, config client.ClientConfig) (*bindings.Connection, error) {
	if err := h.takeConnection(); err != nil {
		return nil, err
	}
	c, err := h.openClient(ctx, config)
	if err != nil {
		h.giveConnection()
		return nil, err
	}
	return bindings.NewConnection(&another{Client: c, closed: sync.OnceFunc(func() { h.forget(c) })}), nil
}

func (h *host) takeConnection() error {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	if h.others >= mostConnections {
		return &deniedError{fmt.Errorf("a run holds %d connections of dbos.connect at a time: shut down one that is done with", mostConnections)}
	}
	h.others++
	return nil
}

func (h *host) giveConnection() {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	h.others--
}

// forget is told that a connection was shut down.
func (h *host) forget(c client.Client) {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	h.others--
	for i, opened := range h.opened {
		if opened == c {
			h.opened = append(h.opened[:i], h.opened[i+1:]...)
			return
		}
	}
}

// another is a client that says when it is shut down.
type another struct {
	client.Client
	closed func()
}

func (a *another) Shutdown(timeout time.Duration) {
	a.Client.Shutdown(timeout)
	a.closed()
}

// errNoDatabase says how to name a database, or to make one: nothing is created that nobody asked for.
func errNoDatabase() error {
	return &client.Error{
		Kind:    client.Initialization,
		Message: fmt.Sprintf("no database is named: there is no --db, no $%s, and no file %s here", environmentURL, embeddedFile),
		Advice:  "--db URL names one; `dbos-script db init` makes " + embeddedFile + " here, and `dbos-script demo` one to try things on",
	}
}

// onceOpened remembers a connection that was opened, and no failure: the next call tries again.
func onceOpened(open func(context.Context) (*bindings.Connection, error)) func(context.Context) (*bindings.Connection, error) {
	var mutex sync.Mutex
	var opened *bindings.Connection
	return func(ctx context.Context) (*bindings.Connection, error) {
		mutex.Lock()
		defer mutex.Unlock()
		if opened != nil {
			return opened, nil
		}
		connection, err := open(ctx)
		if err == nil {
			opened = connection
		}
		return connection, err
	}
}
