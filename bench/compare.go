package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/dbos-script/dbos-script/bench/databases"
	"github.com/dbos-script/dbos-script/bench/task"
	"github.com/dbos-script/dbos-script/tests/interop/peer"
)

// compare measures on one database after the other.
func compare(ctx context.Context, o options) (err error) {
	folder, err := os.MkdirTemp("", "bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	place, err := databases.Open(folder)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, place.Close()) }()
	b := &bench{options: o, servers: place, out: os.Stdout}
	if b.programs, err = findPrograms(ctx, folder); err != nil {
		return err
	}
	if b.programs.profiles = o.profiles; o.profiles != "" {
		if err := os.MkdirAll(o.profiles, 0o755); err != nil {
			return err
		}
	}
	parts, err := b.parts(ctx)
	return errors.Join(err, b.save(parts))
}

// parts makes the tables that are wanted, and shows each as soon as it is there.
func (b *bench) parts(ctx context.Context) ([]reportPart, error) {
	var all []reportPart
	var tables []table
	var targets []target
	show := func(s reportPart) {
		all = append(all, s)
		writeText(b.out, s)
	}
	for _, name := range strings.Split(b.tables, ",") {
		if name == "lua" {
			pieces, shares, err := b.luaAlone(ctx, tables)
			if err != nil {
				return all, err
			}
			programs, err := b.smallPrograms(ctx)
			if err != nil {
				return all, err
			}
			show(pieces)
			show(shares)
			show(programs)
			targets = append(targets, programs.target())
			continue
		}
		t, err := b.on(ctx, name)
		tables = append(tables, t)
		if len(t.Lines) > 0 {
			show(t)
		}
		if err != nil {
			show(judgeTargets(tables, targets...))
			return all, fmt.Errorf("%s: %w", name, err)
		}
	}
	show(judgeTargets(tables, targets...))
	return all, nil
}

type bench struct {
	options
	programs programs
	servers  *databases.Servers
	out      io.Writer
	peer     *databases.Database
}

func findPrograms(ctx context.Context, temporary string) (p programs, err error) {
	if p.bench, err = os.Executable(); err != nil {
		return p, err
	}
	if p.folder, err = filepath.Abs("bench"); err != nil {
		return p, err
	}
	p.script = filepath.Join(filepath.Dir(p.folder), "bin", "dbos-script")
	if _, err := os.Stat(p.script); err != nil {
		return p, errors.New("bin/dbos-script is missing: make build")
	}
	if p.psql, err = psql(ctx); err != nil {
		return p, err
	}
	p.maxrss, p.gosdk = filepath.Join(temporary, "maxrss"), filepath.Join(temporary, "gosdk")
	if err := build(ctx, "bench/maxrss", p.maxrss); err != nil {
		return p, err
	}
	if err := build(ctx, "bench/gosdk", p.gosdk); err != nil {
		return p, err
	}
	if p.node, err = exec.LookPath("node"); err != nil {
		fmt.Fprintln(os.Stderr, "bench: without Node.js there is no TypeScript client to compare with")
		return p, nil
	}
	p.sdk, err = peer.Install(ctx, databases.PeerVersion)
	return p, err
}

// psql returns the path of the program itself. What Debian has in the PATH is a script around it,
// which takes four times as long.
func psql(ctx context.Context) (string, error) {
	folders, err := filepath.Glob("/usr/lib/postgresql/*/bin")
	if out, failed := exec.CommandContext(ctx, "pg_config", "--bindir").Output(); failed == nil {
		folders = append(folders, strings.TrimSpace(string(out)))
	}
	for _, folder := range slices.Backward(folders) {
		if path, missing := exec.LookPath(filepath.Join(folder, "psql")); missing == nil {
			return path, nil
		}
	}
	return "", errors.Join(errors.New("psql is missing: apt-get install postgresql-client"), err)
}

// build builds a program of a folder, which may be a module of its own.
func build(ctx context.Context, folder, program string) error {
	command := exec.CommandContext(ctx, "go", "build", "-o", program, ".")
	command.Dir = folder
	if out, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("build %s: %w\n%s", folder, err, out)
	}
	return nil
}

// on measures all rows that are wanted on one database. If it fails or is interrupted, the table
// has the rows that were complete.
func (b *bench) on(ctx context.Context, name string) (table, error) {
	s := &session{servers: b.servers, subjects: subjects(b.programs), runs: b.runs, rowTime: b.rowTime, progress: os.Stderr}
	wanted, err := b.open(ctx, name, s)
	if err != nil {
		return table{}, err
	}
	var all []measured
	for _, r := range selected(wanted, b.filter, b.part) {
		var m measured
		if m, err = s.measure(ctx, r); err != nil {
			break
		}
		if len(m.samples) > 0 {
			all = append(all, m)
		}
	}
	return newTable(name, s.title(), s.subjects, all), err
}

// open sets the database and the subjects of a session, and returns the rows of a table.
func (b *bench) open(ctx context.Context, name string, s *session) (list []row, err error) {
	list = rows()
	switch name {
	case "peer":
		list = slices.Concat(list, bulkRows())
		s.database, err = b.shared(ctx)
	case "output":
		list, s.subjects = outputRows(), only(s.subjects, "raw", "lua", "ts", "gosdk")
		s.database, err = b.shared(ctx)
	case "own":
		list, s.subjects = slices.Concat(list, bulkRows(), engineRows(), servedRows(), durableRows()), only(s.subjects, "raw", "go", "lua")
		s.database, err = b.filled(ctx, func(ctx context.Context) (*databases.Database, error) { return b.servers.Own(ctx, "bench_own") })
	case "sqlite":
		list, s.subjects = sqliteRows(slices.Concat(list, servedRows(), durableRows())), only(s.subjects, "raw", "go", "lua", "gosdk")
		s.database, err = b.filled(ctx, b.servers.SQLite)
	case "line":
		s.delay, list = b.delay, slowLineRows(list)
		s.database, err = b.shared(ctx)
	case "million":
		s.subjects = only(s.subjects, "raw", "gosdk", "lua")
		slices.Reverse(s.subjects)
		s.database, list, err = b.million(ctx)
	default:
		err = errors.New("no such table: peer, output, own, sqlite, line, million, lua")
	}
	return list, err
}

// million is a database of a fleet for filters, whose tables are analysed.
func (b *bench) million(ctx context.Context) (*databases.Database, []row, error) {
	database, err := b.servers.Own(ctx, "bench_million")
	if err != nil {
		return nil, nil, err
	}
	size := b.large / b.part
	database.Title = fmt.Sprintf("PostgreSQL, %s workflows", withCommas(size))
	fmt.Fprintf(os.Stderr, "filling a database with %s workflows\n", withCommas(size))
	until := time.Now()
	return database, onlyLimitedByRaw(millionRows(size, until)), errors.Join(database.FillVaried(ctx, size), database.Tidy(ctx))
}

// only returns the subjects of these names.
func only(all []subject, names ...string) []subject {
	return slices.DeleteFunc(all, func(s subject) bool { return !slices.Contains(names, s.name) })
}

// slowLineRows reduces the calls of rows that are measured per call, and leaves out rows that
// have no limit there.
func slowLineRows(rows []row) []row {
	held := slices.DeleteFunc(slices.Clone(rows), func(r row) bool { return r.limits.Peers == 0 || r.beside })
	return called(held, func(r row) int { return min(r.lineCount, r.task.Count) })
}

// sqliteRows makes ten times the calls in rows that are measured per call. A call on SQLite takes a
// tenth of the time, so the first touch of a process's memory would be a large part of it. A
// prune has another limit, because each of its batches is followed by a pause as long as
// itself, for others.
func sqliteRows(rows []row) []row {
	list := called(rows, func(r row) int { return 10 * r.task.Count })
	for i, r := range list {
		if r.old {
			list[i].limits.Raw = pausing
		}
	}
	return list
}

// called sets the number of calls of rows that are measured per call.
func called(rows []row, count func(row) int) []row {
	list := slices.Clone(rows)
	for i, r := range list {
		if r.lineCount > 0 {
			list[i] = r.sized(count(r))
		}
	}
	return list
}

// shared is the database of the TypeScript SDK, migrated to the schema that the Go SDK wants, which
// three tables are about.
func (b *bench) shared(ctx context.Context) (*databases.Database, error) {
	if b.peer != nil {
		return b.peer, nil
	}
	database, err := b.filled(ctx, func(ctx context.Context) (*databases.Database, error) {
		database, err := b.servers.Peer(ctx)
		if err != nil {
			return nil, err
		}
		command, err := b.programs.officialGo(task.Task{Scenario: "migrate", URL: database.URL})
		if err != nil {
			return nil, err
		}
		if out, err := exec.CommandContext(ctx, command[1], command[2:]...).CombinedOutput(); err != nil {
			return nil, fmt.Errorf("migrate %s: %w\n%s", database.Title, err, out)
		}
		database.Title += ", migrated by Go 1.8.0"
		return database.Reopen(ctx)
	})
	b.peer = database
	return database, err
}

func (b *bench) filled(ctx context.Context, open func(context.Context) (*databases.Database, error)) (*databases.Database, error) {
	database, err := open(ctx)
	if err != nil {
		return nil, err
	}
	fleet := b.fleet / b.part
	fmt.Fprintf(os.Stderr, "filling %s with %s workflows\n", database.Title, withCommas(fleet))
	return database, errors.Join(database.Fill(ctx, fleet), database.Tidy(ctx))
}

// save writes the reports that other programs and pages take.
func (b *bench) save(parts []reportPart) error {
	if err := os.MkdirAll(b.options.out, 0o755); err != nil {
		return err
	}
	var markdown, data strings.Builder
	for _, s := range parts {
		writeMarkdown(&markdown, s)
	}
	if err := writeJSON(&data, parts); err != nil {
		return err
	}
	return errors.Join(
		os.WriteFile(filepath.Join(b.options.out, "bench.md"), []byte(markdown.String()), 0o644),
		os.WriteFile(filepath.Join(b.options.out, "bench.json"), []byte(data.String()), 0o644),
	)
}
