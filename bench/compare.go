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

	"github.com/dbos-script/dbos-script/bench/databases"
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
	sheets, err := b.sheets(ctx)
	return errors.Join(err, b.save(sheets))
}

// sheets makes the tables that are wanted, and shows each as soon as it is there.
func (b *bench) sheets(ctx context.Context) ([]sheet, error) {
	var all []sheet
	var tables []table
	var targets []target
	show := func(s sheet) {
		all = append(all, s)
		writeText(b.out, s)
	}
	for _, name := range strings.Split(b.tables, ",") {
		if name == "lua" {
			pieces, shares, err := b.luaAlone(ctx, tables)
			if err != nil {
				return all, err
			}
			contest, err := b.smallPrograms(ctx)
			if err != nil {
				return all, err
			}
			show(pieces)
			show(shares)
			show(contest)
			targets = append(targets, contest.target())
			continue
		}
		t, err := b.on(ctx, name)
		if err != nil {
			return all, fmt.Errorf("%s: %w", name, err)
		}
		tables = append(tables, t)
		show(t)
	}
	show(checkTargets(tables, targets...))
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
	if p.psql, err = exec.LookPath("psql"); err != nil {
		return p, err
	}
	p.maxrss = filepath.Join(temporary, "maxrss")
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", p.maxrss, "./bench/maxrss").CombinedOutput(); err != nil {
		return p, fmt.Errorf("build bench/maxrss: %w\n%s", err, out)
	}
	if p.node, err = exec.LookPath("node"); err != nil {
		fmt.Fprintln(os.Stderr, "bench: without Node.js there is no TypeScript client to compare with")
		return p, nil
	}
	p.sdk, err = peer.Install(ctx, databases.PeerVersion)
	return p, err
}

// on measures all rows that are wanted on one database.
func (b *bench) on(ctx context.Context, name string) (table, error) {
	s := &session{servers: b.servers, subjects: subjects(b.programs), runs: b.runs, patience: b.patience, progress: os.Stderr}
	rows := selected(b.filter, b.part)
	var err error
	switch name {
	case "peer":
		s.database, err = b.shared(ctx)
	case "own":
		s.database, err = b.filled(ctx, b.servers.Own)
		s.subjects = s.subjects[:3]
	case "sqlite":
		s.database, err = b.filled(ctx, b.servers.SQLite)
		s.subjects, rows = s.subjects[:3], inAFile(rows)
	case "line":
		s.delay, rows = b.delay, onTheLine(rows)
		s.database, err = b.shared(ctx)
	default:
		err = errors.New("no such table: peer, own, sqlite, line, lua")
	}
	if err != nil {
		return table{}, err
	}
	var all []measured
	for _, r := range rows {
		m, err := s.measure(ctx, r)
		if err != nil {
			return table{}, err
		}
		all = append(all, m)
	}
	return newTable(name, s.title(), s.subjects, all), nil
}

// onTheLine reduces the calls of rows that are measured per call.
func onTheLine(rows []row) []row {
	return called(rows, func(r row) int { return min(r.lineCount, r.task.Count) })
}

// inAFile makes ten times the calls in rows that are measured per call. A call on SQLite takes a
// tenth of the time, so the first touch of a process's memory would be a large part of it.
func inAFile(rows []row) []row {
	return called(rows, func(r row) int { return 10 * r.task.Count })
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

// shared is the database of the TypeScript SDK, which two tables are about.
func (b *bench) shared(ctx context.Context) (*databases.Database, error) {
	if b.peer != nil {
		return b.peer, nil
	}
	database, err := b.filled(ctx, b.servers.Peer)
	b.peer = database
	return database, err
}

func (b *bench) filled(ctx context.Context, open func(context.Context) (*databases.Database, error)) (*databases.Database, error) {
	database, err := open(ctx)
	if err != nil {
		return nil, err
	}
	fleet := b.fleet / b.part
	fmt.Fprintf(os.Stderr, "filling %s with %s workflows\n", database.Title, group(fleet))
	return database, errors.Join(database.Fill(ctx, fleet), database.Tidy(ctx))
}

// save writes the reports that other programs and pages take.
func (b *bench) save(sheets []sheet) error {
	if err := os.MkdirAll(b.options.out, 0o755); err != nil {
		return err
	}
	var markdown, data strings.Builder
	for _, s := range sheets {
		writeMarkdown(&markdown, s)
	}
	if err := writeJSON(&data, sheets); err != nil {
		return err
	}
	return errors.Join(
		os.WriteFile(filepath.Join(b.options.out, "bench.md"), []byte(markdown.String()), 0o644),
		os.WriteFile(filepath.Join(b.options.out, "bench.json"), []byte(data.String()), 0o644),
	)
}
