package bindings

import (
	"context"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

func versions() []declare.Func {
	return []declare.Func{listApplicationVersions(), getLatestApplicationVersion(), setLatestApplicationVersion()}
}

func listApplicationVersions() declare.Func {
	return declare.Method("list_application_versions", "Returns the registered application versions, the latest first.",
		func(ctx context.Context, c *Connection, _ declare.None) ([]version, error) {
			found, err := c.with(ctx).ListApplicationVersions()
			list := make([]version, len(found))
			for i, v := range found {
				list[i] = newVersion(v)
			}
			return list, err
		}).Reads().
		Returning("the versions; an empty array when none is registered").
		Example("for _, v in ipairs(dbos.list_application_versions()) do print(v.version_name, v.created_at) end")
}

func getLatestApplicationVersion() declare.Func {
	return declare.Method("get_latest_application_version", "Returns the version whose executors take workflows without a version.",
		func(ctx context.Context, c *Connection, _ declare.None) (version, error) {
			latest, err := c.with(ctx).GetLatestApplicationVersion()
			if err != nil {
				return version{}, err
			}
			return newVersion(*latest), nil
		}).Reads().
		Returning("the version").
		Raises("NoApplicationVersions").
		Example("print(dbos.get_latest_application_version().version_name)")
}

func setLatestApplicationVersion() declare.Func {
	type args struct {
		Name string `arg:"version_name" doc:"The name of a registered version."`
	}
	return declare.MethodDo("set_latest_application_version", "Makes a registered version the latest, for example to roll back.",
		func(ctx context.Context, c *Connection, a args) error {
			return c.with(ctx).SetLatestApplicationVersion(a.Name)
		}).Changes().
		Raises("NonExistentVersion").
		Example(`dbos.set_latest_application_version("v1")`)
}
