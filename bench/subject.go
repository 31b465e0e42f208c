package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/dbos-script/dbos-script/bench/goclient"
	"github.com/dbos-script/dbos-script/bench/raw"
	"github.com/dbos-script/dbos-script/bench/task"
)

// A subject is one of the ways to do a task. Each task runs in a process of its own, so that its
// peak memory is that of the task.
type subject struct {
	name  string
	title string
	knows func(t task.Task) bool
	// single says that a process has one caller, so that many of them are many processes.
	single bool
	// command returns the program and its arguments.
	command func(t task.Task) ([]string, error)
}

// subjects returns the columns of the table. The others are compared with the first.
func subjects(p programs) []subject {
	return []subject{
		{name: "raw", title: "raw", knows: p.knowsRaw, command: p.raw},
		{name: "go", title: "Go", knows: func(t task.Task) bool { return goclient.Knows(t.Scenario) && t.Filter == "" && !isServed(t) }, command: p.self("go")},
		{name: "lua", title: "Lua", knows: p.hasScript, single: true, command: p.lua},
		{name: "ts", title: "TypeScript", knows: p.hasPeer, command: p.typescript},
		{name: "gosdk", title: "Go SDK", knows: p.hasGoSDK, command: p.officialGo},
	}
}

// programs holds the paths of the measured programs.
type programs struct {
	bench  string // this program
	maxrss string // measures the memory of a process
	script string // dbos-script
	psql   string // the program itself
	gosdk  string // bench/gosdk
	node   string
	folder string // bench/, with lua/ and typescript/
	sdk    string // where the TypeScript SDK is installed; empty leaves it out
	// profiles is the folder of CPU profiles; empty makes none.
	profiles string
}

func (p programs) self(role string) func(task.Task) ([]string, error) {
	return func(t task.Task) ([]string, error) {
		text, err := json.Marshal(t)
		arguments := []string{p.maxrss, p.bench, "-subject", role, "-task", string(text)}
		if p.profiles != "" && role == "go" {
			arguments = append(arguments, "-profiles", filepath.Join(p.profiles, fmt.Sprintf("%s_%d_%d.pprof", t.Scenario, t.Count, t.Page)))
		}
		return arguments, err
	}
}

// isDurable returns true for a script of which each call is recorded. What it is compared with, in
// the place of the raw program, is the same script without the record.
func isDurable(t task.Task) bool { return strings.HasPrefix(t.Scenario, "durable_") }

// isServed returns true for a script that a server runs, which a client in Go starts and watches.
func isServed(t task.Task) bool { return strings.HasPrefix(t.Scenario, "serve_") }

// knowsRaw returns true if the raw program, or psql in its place, does a task.
func (p programs) knowsRaw(t task.Task) bool {
	if isDurable(t) {
		return p.hasScript(t)
	}
	if t.Whole() && strings.HasPrefix(t.URL, "postgres") {
		return query(t) != ""
	}
	return raw.Knows(t.Scenario) && t.Filter == ""
}

// query is the SQL for psql if a whole command is measured on Postgres.
func query(t task.Task) string {
	const oldest = "FROM dbos.workflow_status ws"
	from := fmt.Sprintf("%s ORDER BY ws.created_at, ws.workflow_uuid LIMIT %d", oldest, t.Count)
	columns := "ws.*"
	if t.Payloads {
		columns += ", i.inputs AS input, o.output AS result, o.error AS failure"
		from = strings.Replace(from, oldest, oldest+` LEFT JOIN dbos.workflow_input i USING (workflow_uuid)
			LEFT JOIN dbos.workflow_output o USING (workflow_uuid)`, 1)
	}
	switch t.Scenario + " " + t.Format {
	case "cold ":
		return "SELECT workflow_uuid, status, name " + from
	case "emit ids":
		return "COPY (SELECT workflow_uuid " + from + ") TO STDOUT"
	case "emit csv":
		return "COPY (SELECT " + columns + " " + from + ") TO STDOUT (FORMAT csv, HEADER)"
	case "emit ndjson":
		return "COPY (SELECT row_to_json(w) FROM (SELECT " + columns + " " + from + ") AS w) TO STDOUT"
	}
	return ""
}

// raw starts psql where a whole command is measured on Postgres.
func (p programs) raw(t task.Task) ([]string, error) {
	if isDurable(t) {
		return p.plainLua(t), nil
	}
	if t.Whole() && strings.HasPrefix(t.URL, "postgres") {
		return []string{p.maxrss, p.psql, "-X", "-q", "-A", "-t", "-c", query(t), t.URL}, nil
	}
	return p.self("raw")(t)
}

func (p programs) luaFile(t task.Task) string {
	return filepath.Join(p.folder, "lua", t.Scenario+".lua")
}

func (p programs) hasScript(t task.Task) bool {
	if t.Scenario == "info" || isServed(t) {
		return true
	}
	_, err := os.Stat(p.luaFile(t))
	return err == nil
}

func (p programs) lua(t task.Task) ([]string, error) {
	if isServed(t) {
		return p.self("go")(t)
	}
	if t.Scenario == "info" {
		return []string{p.maxrss, p.script, "db", "info", "--db", t.URL}, nil
	}
	command := p.plainLua(t)
	if isDurable(t) {
		command = append(command, "--durable", "--run-id", t.Prefix+"-run")
	}
	return command, nil
}

// plainLua starts a script whose calls are not recorded.
func (p programs) plainLua(t task.Task) []string {
	record := filepath.Join(filepath.Dir(p.maxrss), "audit.jsonl")
	format := cmp.Or(t.Format, "ndjson")
	return append([]string{p.maxrss, p.script, "run", p.luaFile(t), "--db", t.URL, "--output", format, "--yes", "--audit", record}, t.Flags()...)
}

func (p programs) hasPeer(t task.Task) bool {
	_, err := os.Stat(filepath.Join(p.folder, "typescript", t.Scenario+".mjs"))
	return err == nil && p.sdk != "" && strings.HasPrefix(t.URL, "postgres")
}

func (p programs) typescript(t task.Task) ([]string, error) {
	text, err := json.Marshal(t)
	return []string{p.maxrss, p.node, "--no-deprecation", filepath.Join(p.folder, "typescript", t.Scenario+".mjs"), p.sdk, string(text)}, err
}

// hasGoSDK reads the scenarios off the program's source.
func (p programs) hasGoSDK(t task.Task) bool {
	source, err := os.ReadFile(filepath.Join(p.folder, "gosdk", "main.go"))
	return err == nil && p.gosdk != "" && strings.Contains(string(source), fmt.Sprintf("%q:", t.Scenario))
}

func (p programs) officialGo(t task.Task) ([]string, error) {
	text, err := json.Marshal(t)
	return []string{p.maxrss, p.gosdk, string(text)}, err
}
