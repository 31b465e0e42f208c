package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/dbos-script/dbos-script/bench/lab"
	"github.com/dbos-script/dbos-script/client/clienttest/pgproxy"
	"github.com/dbos-script/dbos-script/tests/interop/peer"
)

// compare measures on one database after the other.
func compare(ctx context.Context, o options) (err error) {
	folder, err := os.MkdirTemp("", "bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	place, err := lab.Open(folder)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, place.Close()) }()
	b := &bench{options: o, lab: place, out: os.Stdout}
	if b.programs, err = findPrograms(ctx); err != nil {
		return err
	}
	var tables []table
	for _, name := range strings.Split(o.databases, ",") {
		t, err := b.on(ctx, name)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		tables = append(tables, t)
		writeText(b.out, t)
	}
	return b.save(tables)
}

type bench struct {
	options
	programs programs
	lab      *lab.Lab
	out      io.Writer
	peer     *lab.Database
}

func findPrograms(ctx context.Context) (programs, error) {
	self, err := os.Executable()
	if err != nil {
		return programs{}, err
	}
	folder, err := filepath.Abs("bench")
	if err != nil {
		return programs{}, err
	}
	script, err := filepath.Abs(filepath.Join("bin", "dbos-script"))
	if err != nil {
		return programs{}, err
	}
	if _, err := os.Stat(script); err != nil {
		return programs{}, errors.New("bin/dbos-script is missing: make build")
	}
	p := programs{bench: self, script: script, folder: folder}
	if _, err := exec.LookPath("node"); err != nil {
		fmt.Fprintln(os.Stderr, "bench: without Node.js there is no TypeScript client to compare with")
		return p, nil
	}
	p.sdk, err = peer.Install(ctx, lab.PeerVersion)
	return p, err
}

// on measures all rows that are wanted on one database.
func (b *bench) on(ctx context.Context, name string) (table, error) {
	s := &session{lab: b.lab, subjects: subjects(b.programs), runs: b.runs, progress: os.Stderr}
	var err error
	title := ""
	wanted := func(row) bool { return true }
	switch name {
	case "own":
		s.database, err = b.filled(ctx, b.lab.Own)
		s.subjects = s.subjects[:3]
	case "sqlite":
		s.database, err = b.filled(ctx, b.lab.SQLite)
		s.subjects = s.subjects[:3]
		wanted = func(r row) bool { return r.sqlite }
	case "peer", "line":
		s.database, err = b.shared(ctx)
		if name == "line" {
			wanted = func(r row) bool { return r.line }
			title = fmt.Sprintf(", over a line with %v of delay", b.delay)
		}
	default:
		err = errors.New("no such database: peer, own, sqlite, line")
	}
	if err != nil {
		return table{}, err
	}
	s.url = s.database.URL
	if name == "line" {
		proxy, err := pgproxy.Start(s.url, pgproxy.Options{Delay: b.delay})
		if err != nil {
			return table{}, err
		}
		defer proxy.Close()
		s.url = proxy.URL()
	}
	all, err := b.rows(ctx, s, wanted, name == "line")
	return newTable(s.database.Title+title, s.subjects, all), err
}

func (b *bench) rows(ctx context.Context, s *session, wanted func(row) bool, line bool) ([]measured, error) {
	var all []measured
	for _, r := range selected(b.filter) {
		if !wanted(r) {
			continue
		}
		if line && r.lineCount > 0 {
			r.title = strings.Replace(r.title, group(r.task.Count), group(r.lineCount), 1)
			r.task.Count = r.lineCount
		}
		m, err := s.measure(ctx, r)
		if err != nil {
			return nil, err
		}
		all = append(all, m)
	}
	return all, nil
}

// group writes a number with commas.
func group(n int) string {
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%s,%03d", group(n/1000), n%1000)
}

// shared is the database of the TypeScript SDK, which two tables are about.
func (b *bench) shared(ctx context.Context) (*lab.Database, error) {
	if b.peer != nil {
		return b.peer, nil
	}
	database, err := b.filled(ctx, b.lab.Peer)
	b.peer = database
	return database, err
}

func (b *bench) filled(ctx context.Context, open func(context.Context) (*lab.Database, error)) (*lab.Database, error) {
	database, err := open(ctx)
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(os.Stderr, "filling %s with %s workflows\n", database.Title, group(b.fleet))
	return database, errors.Join(database.Fill(ctx, b.fleet), database.Tidy(ctx))
}

// save writes the reports that other programs and pages take.
func (b *bench) save(tables []table) error {
	if err := os.MkdirAll(b.options.out, 0o755); err != nil {
		return err
	}
	var markdown, data strings.Builder
	writeMarkdown(&markdown, tables)
	if err := writeJSON(&data, tables); err != nil {
		return err
	}
	return errors.Join(
		os.WriteFile(filepath.Join(b.options.out, "bench.md"), []byte(markdown.String()), 0o644),
		os.WriteFile(filepath.Join(b.options.out, "bench.json"), []byte(data.String()), 0o644),
	)
}
