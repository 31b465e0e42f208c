package audit

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/plainfile"
)

// Lines returns the lines of a file in their order. A line that cannot be read is skipped,
// because a crash may have cut it short. A file that does not exist has no lines.
func Lines(path string) iter.Seq2[Line, error] {
	return func(yield func(Line, error) bool) {
		file, err := plainfile.Open(path)
		if errors.Is(err, fs.ErrNotExist) {
			return
		}
		if err != nil {
			yield(Line{}, named(path, err))
			return
		}
		defer file.Close()
		for reader := bufio.NewReader(file); err == nil; {
			var text []byte
			text, err = reader.ReadBytes('\n')
			var line Line
			if json.Unmarshal(text, &line) == nil && line.Event != "" && !yield(line, nil) {
				return
			}
		}
		if !errors.Is(err, io.EOF) {
			yield(Line{}, err)
		}
	}
}

// named adds the path to an error that does not name it.
func named(path string, err error) error {
	if errors.As(err, new(*fs.PathError)) {
		return err
	}
	return fmt.Errorf("%s: %w", path, err)
}

// Unfinished is the outcome of a run without an end line.
const Unfinished = "unfinished" // it goes on, or was ended from outside

// A Summary is a run as a list shows it.
type Summary struct {
	Run
	Started  time.Time
	Ended    time.Time // zero while it is not known to have ended
	Changes  int       // calls that were sent
	Changed  int64     // number of changed things, as far as it is known
	Outcome  string
	ExitCode *int
	// Databases are the databases that the run changed, or was refused to change, in order of the
	// first attempt.
	Databases []string
}

// Summaries returns the runs of a file, in the order of their first change.
func Summaries(path string) ([]*Summary, error) {
	var list []*Summary
	byID := map[string]*Summary{}
	for line, err := range Lines(path) {
		if err != nil {
			return nil, err
		}
		if line.Event == EventIDs || line.Event == EventApproval {
			continue
		}
		s := byID[line.Run.ID]
		if s == nil {
			s = &Summary{Run: line.Run, Started: line.Time, Outcome: Unfinished}
			byID[line.Run.ID], list = s, append(list, s)
		}
		s.add(line)
	}
	return list, nil
}

func (s *Summary) add(line Line) {
	if line.Database != "" && !slices.Contains(s.Databases, line.Database) {
		s.Databases = append(s.Databases, line.Database)
	}
	switch {
	case line.Event == EventEnd:
		s.Ended, s.Outcome, s.ExitCode = line.Time, line.Outcome, line.ExitCode
	case line.Outcome == Started:
		s.Changes++
	case line.Changed != nil:
		s.Changed += *line.Changed
	}
}

// Find returns the run with an id, the only one whose id begins or ends so, or the latest for
// "last". The list has the latest first. If there is none, or several, the error says so.
func Find(name string, runs []*Summary) (*Summary, error) {
	var found []*Summary
	ids := []string{"last"}
	for i, run := range runs {
		id := run.Run.ID
		if id == name || name == "last" && i == 0 {
			return run, nil
		}
		if strings.HasPrefix(id, name) || strings.HasSuffix(id, name) {
			found = append(found, run)
		}
		ids = append(ids, id)
	}
	switch len(found) {
	case 0:
		return nil, fmt.Errorf("there is no run %q%s", name, declare.DidYouMean(name, ids))
	case 1:
		return found[0], nil
	}
	return nil, fmt.Errorf("%d runs begin or end with %q", len(found), name)
}

// Changes returns the changes of a run, each once, with its outcome and the time at which it
// began. The outcome is Started if it is unknown.
func Changes(path, run string) ([]Line, error) {
	var list []Line
	at := map[int]int{}
	for line, err := range Lines(path) {
		if err != nil {
			return nil, err
		}
		if line.Run.ID != run || line.Event != EventChange {
			continue
		}
		if known, begun := at[line.Number]; begun {
			line.Time = list[known].Time
			list[known] = line
			continue
		}
		at[line.Number], list = len(list), append(list, line)
	}
	return list, nil
}
