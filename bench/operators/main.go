package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
)

// options are the values of the flags; main describes each of them.
type options struct {
	only   string
	count  int
	large  int
	turns  int
	fsync  bool
	folder string
}

// A figure is one measured value with its limit, which is 0 if there is none.
type figure struct {
	what         string
	value, limit float64
	unit         string
}

// within returns true if the value is at most the limit, or has none.
func (f figure) within() bool { return f.limit == 0 || f.value <= f.limit }

// String returns the figure as a line.
func (f figure) String() string {
	line := fmt.Sprintf("%-64s %9.4g%s", f.what, f.value, f.unit)
	if f.limit == 0 {
		return line
	}
	verdict := "ok"
	if !f.within() {
		verdict = "ABOVE"
	}
	return fmt.Sprintf("%-80s at most %.4g%s: %s", line, f.limit, f.unit, verdict)
}

// A measurement measures one command and returns its figures.
type measurement struct {
	name string
	run  func(context.Context, *machine) ([]figure, error)
}

func measurements() []measurement {
	return []measurement{
		{"prune", measurePrune},
		{"export", measureExport},
		{"failures", measureFailures},
		{"screens", measureScreens},
	}
}

func main() {
	var o options
	flag.StringVar(&o.only, "only", "", "only the measurements of these names, such as prune,export")
	flag.IntVar(&o.count, "count", 1_000_000, "how many workflows are pruned")
	flag.IntVar(&o.large, "large", 1_000_000, "how many workflows are in the databases of the screens")
	flag.IntVar(&o.turns, "turns", 3, "how often each command is measured; the shortest time counts")
	flag.StringVar(&o.folder, "folder", "", "where the data goes, about 9 GB for a million; a temporary folder when not given")
	flag.BoolVar(&o.fsync, "fsync", true, "commits wait for the disk")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "operators:", err)
		stop()
		os.Exit(1)
	}
}

var errAbove = errors.New("a figure is above its limit")

// run does the chosen measurements and prints their figures. It returns errAbove after all of them
// if one is above its limit.
func run(ctx context.Context, o options) (err error) {
	chosen, err := measurementsNamed(o.only)
	if err != nil {
		return err
	}
	m, err := newMachine(ctx, o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, m.close()) }()
	within := true
	for _, one := range chosen {
		figures, err := one.run(ctx, m)
		if err != nil {
			return fmt.Errorf("%s: %w", one.name, err)
		}
		for _, f := range figures {
			within = within && f.within()
			fmt.Println(f)
		}
	}
	if !within {
		return errAbove
	}
	return nil
}

// measurementsNamed returns the measurements of names with commas between them, or all for "". It
// returns an error for a name that no measurement has.
func measurementsNamed(names string) ([]measurement, error) {
	if names == "" {
		return measurements(), nil
	}
	var list []measurement
	for name := range strings.SplitSeq(names, ",") {
		before := len(list)
		for _, m := range measurements() {
			if m.name == name {
				list = append(list, m)
			}
		}
		if len(list) == before {
			return nil, fmt.Errorf("there is no measurement %q; there are prune, export, failures and screens", name)
		}
	}
	return list, nil
}
