package vm

import (
	"io"
	"time"

	lua "github.com/yuin/gopher-lua"
)

// Config configures a state. The zero value has no output, no modules and no folder.
type Config struct {
	// Stdout receives the output of print and Stdout; nil discards it.
	Stdout io.Writer
	Limits Limits
	// Clock returns the time for os.time, os.date and os.clock; nil is time.Now.
	Clock func() time.Time
	// Location is the local time zone of os.date and os.time; nil is time.Local.
	Location *time.Location
	// Durable is set for a run that another process can finish by running the script again. Nil is
	// for any other run.
	Durable *Durable
	// ScriptDir is where require looks for files; empty is the folder of the file that runs, and
	// no files for strings.
	ScriptDir string
	// Modules are the texts of the script's own modules, by the names that require gets. If it is
	// not nil, require reads no files.
	Modules map[string]string
	// Loaders are the built-in modules of require, each loaded once, when it is first asked for.
	Loaders map[string]Loader
	// Globals are the host's globals, each made when it is first read. A loader that stands here
	// and in Loaders is loaded once per table.
	Globals map[string]Loader
	// Neighbours are the other runs of the process. Nil is for a run that is alone there.
	Neighbours *Neighbours
	// MemoryHint stands in the error of a run that exceeds Limits.Memory.
	MemoryHint string
	// SizeOf returns about how many bytes the Go value of a userdata takes, and the Lua values that
	// it keeps. It may be nil.
	SizeOf func(value any) (bytes int64, kept []lua.LValue)
	// Coverage counts the lines that run; nil counts nothing.
	Coverage *Coverage
	// Overdue is called if a stopped run does not end, because a Go function that it called does
	// not return. Then only ending the process helps. It is called on another goroutine, at most
	// once a run. If it is nil, the run waits for ever.
	Overdue func(*Stop)
	// Undoing returns true if the functions that the script calls may have to undo something. A
	// stopped run then gets more time to end. nil is always true.
	Undoing func() bool
	// Elsewhere says where the host has a function of a name that is no global, with a space
	// before it; empty if it has none. It may be nil.
	Elsewhere func(name string) string
	// PrintedTable is called when print shows a table by its address for the first time. It may
	// be nil.
	PrintedTable func()
	// ErrorOf returns the Go error behind an error object of the host, and nil for any other
	// value. It may be nil, because userdata whose Value is an error needs no help.
	ErrorOf func(lua.LValue) error
	// Conceal returns the text of a value that Go code panicked with, which may hold a secret.
	// Nil is the value's own.
	Conceal func(any) string
}

// A Durable run is the same each time it runs.
type Durable struct {
	// Seed is where math.random begins.
	Seed [2]uint64
}

// Loader makes a module or a global. It may raise Lua errors.
type Loader func(L *lua.LState) lua.LValue

// Limits end a run. Zero means the default, a negative number no limit.
type Limits struct {
	// Time is how long a run may take; the default is no limit.
	Time time.Duration
	// Memory is the number of bytes by which the heap of the whole process may grow during a run;
	// the default is 512 MiB. If Config.Neighbours is set, the values of the run may hold so
	// many. A script may exceed the limit by 64 MiB for a table's array.
	Memory int64
	// Output is how many bytes a run may print; the default is 1 GiB.
	Output int64
	// StringSize is how many bytes one string may have; the default is 64 MiB. A longer one is an
	// error of the script.
	StringSize int64
}

const (
	// DefaultMemory is Limits.Memory where it is 0.
	DefaultMemory = 512 << 20
	// defaultOutput and defaultStringSize are bytes, as the fields with these names say.
	defaultOutput     = 1 << 30
	defaultStringSize = 64 << 20

	unlimited = 1 << 62 // more than anything has, and far from an overflow
)

// effective replaces zeros by the defaults, and negative numbers by the largest value.
func (l Limits) effective() Limits {
	l.Memory = limitOr(l.Memory, DefaultMemory)
	l.Output = limitOr(l.Output, defaultOutput)
	l.StringSize = limitOr(l.StringSize, defaultStringSize)
	if l.Time <= 0 {
		l.Time = unlimited
	}
	return l
}

func limitOr(value, fallback int64) int64 {
	switch {
	case value == 0:
		return fallback
	case value < 0:
		return unlimited
	}
	return value
}

func (c Config) effective() Config {
	c.Limits = c.Limits.effective()
	if c.Stdout == nil {
		c.Stdout = io.Discard
	}
	if c.Clock == nil {
		c.Clock = time.Now
	}
	if c.Location == nil {
		c.Location = time.Local
	}
	return c
}
