package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/dbos-script/dbos-script/bench/databases"
)

// mostScreen is how long a first screen takes, the start of the command included, in seconds.
const mostScreen = 0.150

// measureScreens reads the first screens of top and show beside many workflows. In a pipe both
// print them once.
func measureScreens(ctx context.Context, m *machine) ([]figure, error) {
	server, err := m.servers.Own(ctx, "operators_screens")
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp(m.place, "screens-")
	if err != nil {
		return nil, errors.Join(err, server.Close())
	}
	file, err := databases.NewSQLite(ctx, folder)
	if err != nil {
		return nil, errors.Join(err, server.Close())
	}
	var figures []figure
	for _, d := range []*databases.Database{server, file} {
		more, err := m.screens(ctx, d)
		figures = append(figures, more...)
		if err = errors.Join(err, d.Close()); err != nil {
			return nil, err
		}
	}
	return figures, nil
}

func (m *machine) screens(ctx context.Context, d *databases.Database) (figures []figure, err error) {
	name := map[bool]string{true: "SQLite", false: "Postgres"}[d.IsSQLite()]
	say("screens: filling %s with %d workflows", name, m.large)
	if err := d.FillVaried(ctx, m.large); err != nil {
		return nil, err
	}
	if err := d.Tidy(ctx); err != nil {
		return nil, err
	}
	id, err := d.Example(ctx)
	if err != nil {
		return nil, err
	}
	for _, args := range [][]string{{"top"}, {"show", id}} {
		u, err := m.shortest(ctx, append(args, "--db", d.URL)...)
		if err != nil {
			return nil, err
		}
		figures = append(figures, figure{fmt.Sprintf("%s on %s beside %d workflows: first screen", args[0], name, m.large), 1000 * u.Seconds, 1000 * mostScreen, " ms"})
	}
	return figures, nil
}
