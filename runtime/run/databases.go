package run

import (
	"cmp"
	"fmt"
	"os"
	"strings"

	"github.com/dbos-script/dbos-script/bindings"
	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/run/profile"
	"github.com/dbos-script/dbos-script/stdlib/grants"
)

// maxConnections bounds how many connections dbos.connect may hold open: one takes up to a megabyte
// that Limits.Memory does not see, and a file or a session of the server.
const maxConnections = 32

// A grantedDatabase is one that Grants.DB names.
type grantedDatabase struct {
	profile string // its name; empty for a URL
	place   client.Place
}

// readDatabaseGrants reads Grants.DB. A value that is no URL is the name of a profile.
func (r *Run) readDatabaseGrants() error {
	for _, value := range r.config.Grants.DB {
		granted, err := r.readDatabaseGrant(value)
		if err != nil {
			return err
		}
		r.databases = append(r.databases, granted)
	}
	return nil
}

func (r *Run) readDatabaseGrant(value string) (grantedDatabase, error) {
	found, unknown := profile.Find(value, r.config.Profiles)
	if unknown == nil {
		config, err := profileConfig(found)
		if err != nil {
			return grantedDatabase{}, &ConfigError{Message: grants.FlagDB + ": " + err.Error()}
		}
		place, err := config.Place()
		if err != nil {
			return grantedDatabase{}, &ConfigError{Message: found.Wrong("db", err).Error()}
		}
		return grantedDatabase{profile: found.Name, place: place}, nil
	}
	place, err := client.ClientConfig{DatabaseURL: value}.Place()
	if err != nil {
		return grantedDatabase{}, &ConfigError{Message: fmt.Sprintf("%s: %v, and it is the name of no profile", grants.FlagDB, err), Hint: hintOf(err)}
	}
	return grantedDatabase{place: place}, nil
}

func hintOf(err error) string {
	if hinted, ok := err.(declare.Hinter); ok {
		return hinted.ErrorHint()
	}
	return ""
}

// profileConfig returns the configuration of a profile's database.
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
		case "application":
			config.AppName = s.Value
		case "read-only":
			config.ReadOnly = s.Value == "true"
		}
	}
	if config.DatabaseURL == "" {
		return config, p.Wrong("db", fmt.Errorf("it names no database"))
	}
	return config, nil
}

// foreignConfig returns the configuration of a database that a script names, or an error if the run
// may not open it.
func (r *Run) foreignConfig(o bindings.ConnectOptions) (client.ClientConfig, error) {
	config, err := r.namedConfig(o)
	if err != nil {
		return config, err
	}
	if o.DatabaseSchema != "" {
		config.DatabaseSchema = o.DatabaseSchema
	}
	common := r.config.Database
	config.ReadOnly = config.ReadOnly || common.ReadOnly || o.ReadOnly
	config.DryRun, config.Strict, config.SDK = common.DryRun, common.Strict, cmp.Or(o.SDK, config.SDK, common.SDK)
	config.AppName = cmp.Or(o.ApplicationName, config.AppName)
	return config, nil
}

func (r *Run) namedConfig(o bindings.ConnectOptions) (client.ClientConfig, error) {
	if o.Profile != "" {
		return r.namedProfile(o.Profile)
	}
	config := client.ClientConfig{DatabaseURL: o.DatabaseURL, Foreign: true}
	place, err := config.Place()
	if err != nil {
		return config, err
	}
	config.DatabaseURL = pinned(config.DatabaseURL, place)
	if r.isRunDatabase(place) {
		return config, nil
	}
	for _, granted := range r.databases {
		if place.Within(granted.place) {
			return config, nil
		}
	}
	return config, &grants.DeniedError{What: "connecting to " + config.Shown(), Flag: grants.FlagDB, Value: config.Shown()}
}

// pinned returns the URL with the path of the place, so that a link that changes meanwhile cannot
// lead to another file.
func pinned(url string, place client.Place) string {
	if place.File == "" || strings.Contains(place.File, "?") {
		return url
	}
	if _, query, found := strings.Cut(url, "?"); found {
		return "sqlite:" + place.File + "?" + query
	}
	return "sqlite:" + place.File
}

// isRunDatabase returns true if a place is in the run's own database.
func (r *Run) isRunDatabase(place client.Place) bool {
	runPlace, err := r.config.Database.Place()
	return err == nil && place.Within(runPlace)
}

func (r *Run) namedProfile(name string) (client.ClientConfig, error) {
	for _, granted := range r.databases {
		if granted.profile == name {
			found, err := profile.Find(name, r.config.Profiles)
			if err != nil {
				return client.ClientConfig{}, err
			}
			return profileConfig(found)
		}
	}
	return client.ClientConfig{}, &grants.DeniedError{What: fmt.Sprintf("connecting to the database of the profile %q", name), Flag: grants.FlagDB, Value: name}
}
