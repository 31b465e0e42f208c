package client

import (
	"fmt"
	"math"

	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/nearest"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

const selectVersions = `
SELECT version_id, version_name, version_timestamp, created_at,
	{if application_versions.application_name|application_name}{unless application_versions.application_name|NULL}
FROM {application_versions}
{if application_versions.application_name|WHERE CAST(:owner AS TEXT) IS NULL OR application_name IS NULL OR application_name = CAST(:owner AS TEXT)}
ORDER BY version_timestamp DESC, version_name LIMIT :limit`

// promoteVersion makes a version the latest by its timestamp. That is now, or one millisecond after
// the timestamp of the latest other version if the clock that set it was ahead of this one.
const promoteVersion = `
UPDATE {application_versions} SET version_timestamp = (
	SELECT CASE WHEN COALESCE(MAX(other.version_timestamp), 0) < CAST(:now AS BIGINT) THEN CAST(:now AS BIGINT)
		ELSE MAX(other.version_timestamp) + 1 END
	FROM {application_versions} AS other WHERE other.version_name <> :name)
WHERE version_name = :name
	{if application_versions.application_name|AND (CAST(:owner AS TEXT) IS NULL OR application_name IS NULL OR application_name = CAST(:owner AS TEXT))}`

const selectVersionOwner = `
SELECT application_name FROM {application_versions} WHERE version_name = :name AND application_name IS NOT NULL`

func (c *systemClient) ListApplicationVersions() ([]VersionInfo, error) {
	return c.versions("list application versions", c.config.AppName, math.MaxInt64)
}

func (c *systemClient) GetLatestApplicationVersion() (*VersionInfo, error) {
	const op = "get latest application version"
	latest, err := c.versions(op, c.config.AppName, 1)
	switch {
	case err != nil:
		return nil, err
	case len(latest) == 0:
		return nil, &Error{Code: NoApplicationVersions, Op: op, Message: "no application version is registered"}
	}
	return &latest[0], nil
}

func (c *systemClient) SetLatestApplicationVersion(versionName string) error {
	const op = "set latest application version"
	if versionName == "" {
		return invalid(op, "the version has no name")
	}
	s := &write{Change: Change{Op: op, Of: Versions, IDs: []string{versionName}}}
	s.verify = func() error {
		if s.Changed == 0 {
			return c.noSuchVersion(op, versionName)
		}
		return nil
	}
	s.send = func(w *writer) error {
		if s.Keep {
			latest, err := c.versions(op, c.config.AppName, 1)
			if err != nil {
				return err
			}
			s.Former = column(latest, func(v VersionInfo) Former { return Former{ID: versionName, Version: v.Name} })
		}
		_, err := w.write(func(b *db.Batch) {
			b.Exec(promoteVersion, query.Args{"name": versionName, "now": c.now(), "owner": optional(c.config.AppName)}, &s.Changed)
		})
		return err
	}
	return c.apply(s)
}

// noSuchVersion returns the error NonExistentVersion. Its message names the application that owns
// the version if it is another one, else the registered version with the nearest name.
func (c *systemClient) noSuchVersion(op, name string) error {
	var names, owners []string
	err := c.read(op, func(b *db.Batch) {
		db.Texts(b, &names, selectVersion, noArgs)
		if c.shape.Has("application_versions", "application_name") {
			db.Texts(b, &owners, selectVersionOwner, query.Args{"name": name})
		}
	})
	switch {
	case err != nil:
		return err
	case len(owners) > 0:
		failed := ownedBy(op, "version", name, owners[0], c.config.AppName)
		failed.Code = NonExistentVersion
		return failed
	}
	return &Error{Code: NonExistentVersion, Op: op,
		Message: fmt.Sprintf("no application has registered the version %q%s", name, nearest.Among(name, names, "versions"))}
}

// versions returns at most limit versions of an application, the latest first, including versions
// without an owner. If owner is empty, it returns versions of all applications.
func (c *systemClient) versions(op, owner string, limit int64) ([]VersionInfo, error) {
	var found []VersionInfo
	err := c.read(op, func(b *db.Batch) {
		db.Collect(b, &found, selectVersions, query.Args{"limit": limit, "owner": optional(owner)}, scanVersion)
	})
	return notNil(found), err
}

func scanVersion(row db.Row) (VersionInfo, error) {
	var id, name, owner db.Text
	var timestamp, created db.Int
	err := row.Scan(&id, &name, &timestamp, &created, &owner)
	return VersionInfo{ID: id.String, Name: name.String, Timestamp: timestamp.Int64,
		CreatedAt: created.Int64, ApplicationName: owner.String}, err
}
