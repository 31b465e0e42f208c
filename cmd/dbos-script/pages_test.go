package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const guideFolder = "../../docs/guide"

// TestPagesAreTrue runs the commands of the guide's pages, and compares their outputs with those
// on the page. Each page has a folder with a copy of one demo database, unless it makes the demo
// itself.
func TestPagesAreTrue(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob(guideFolder + "/*.md")
	if err != nil || len(paths) < 6 {
		t.Fatalf("%d pages in %s, %v", len(paths), guideFolder, err)
	}
	maker := newReader(t)
	if output, err := maker.execute(t, makesDemo); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	demo := filepath.Join(maker.folder, "demo")
	for _, path := range paths {
		name := strings.TrimSuffix(filepath.Base(path), ".md")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			reader := newReader(t)
			if !strings.Contains(string(text), "\n$ "+makesDemo+"\n") {
				if err := os.CopyFS(filepath.Join(reader.folder, "demo"), os.DirFS(demo)); err != nil {
					t.Fatal(err)
				}
			}
			for _, err := range reader.follow(t, string(text)) {
				t.Errorf("%s:%v", path, err)
			}
			if reader.commands == 0 && name != "README" {
				t.Errorf("%s has no command", path)
			}
		})
	}
}

// TestReadmeIsTrue runs the commands of the README after `make demo`, which runs the command of the
// first transcript itself, while the shop's application is there to do the work.
func TestReadmeIsTrue(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	reader := newReader(t)
	output, err := reader.execute(t, makesDemo)
	if err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	first, rest, found := cutConsole(string(text))
	if !found {
		t.Fatal("the README has no transcript")
	}
	_, got, _ := strings.Cut(output, "\n$ ")
	got, _, _ = strings.Cut("$ "+got, "\n\nThe database stays.")
	if !linesMatch(maskedLines(first), maskedLines(got)) {
		t.Errorf("the README has:\n%s\nthe demo writes:\n%s", first, got)
	}
	for _, err := range reader.follow(t, rest) {
		t.Errorf("README.md:%v after the first transcript", err)
	}
	if reader.commands < 3 {
		t.Errorf("only %d commands were run", reader.commands)
	}
	if output, err := reader.execute(t, "dbos-script run resume_cancelled.lua --db sqlite:demo/demo.sqlite"); err != nil {
		t.Errorf("the runbook: %v\n%s", err, output)
	}
}

// cutConsole returns the first block of a page that shows commands, and the page after it.
func cutConsole(text string) (block, rest string, found bool) {
	_, after, found := strings.Cut(text, "```console\n")
	block, rest, closed := strings.Cut(after, "\n```\n")
	return block, rest, found && closed
}

const makesDemo = "dbos-script demo"

// A pageReader does what somebody does who reads a page and types what it shows.
type pageReader struct {
	folder      string
	environment []string
	commands    int // that were run
}

func newReader(t *testing.T) *pageReader {
	t.Helper()
	folder := t.TempDir()
	path := filepath.Dir(commandPath(t)) + string(os.PathListSeparator) + os.Getenv("PATH")
	return &pageReader{folder: folder, environment: bare("HOME="+folder, "PATH="+path, "NO_COLOR=1", "TZ=UTC")}
}

// follow runs the blocks of a page in order, and returns an error for each one that is not true.
func (r *pageReader) follow(t *testing.T, text string) []error {
	t.Helper()
	blocks, err := pageBlocks(text)
	if err != nil {
		return []error{err}
	}
	var wrong []error
	for _, b := range blocks {
		switch b.language {
		case "console":
			wrong = append(wrong, r.console(t, b)...)
		case "go":
			if err := r.compile(t, b); err != nil {
				wrong = append(wrong, err)
			}
		case "lua", "toml", "yaml", "ini":
			if err := r.write(b); err != nil {
				wrong = append(wrong, err)
			}
		case "sh": // for a reader with a network
		default:
			wrong = append(wrong, fmt.Errorf("%d: a block of %q is neither run nor written to a file", b.line, b.language))
		}
	}
	return wrong
}

// A pageBlock is what stands between two fences.
type pageBlock struct {
	line     int // of its first line
	language string
	lines    []string
}

func pageBlocks(text string) ([]pageBlock, error) {
	var blocks []pageBlock
	open := false
	for i, line := range strings.Split(text, "\n") {
		language, fence := strings.CutPrefix(line, "```")
		switch {
		case fence && open:
			open = false
		case fence:
			open = true
			blocks = append(blocks, pageBlock{line: i + 2, language: language})
		case open:
			last := &blocks[len(blocks)-1]
			last.lines = append(last.lines, line)
		}
	}
	if open {
		return nil, fmt.Errorf("%d: the block has no end", blocks[len(blocks)-1].line)
	}
	return blocks, nil
}

// compile makes the program of a block: from nightly.go, the command nightly.
func (r *pageReader) compile(t *testing.T, b pageBlock) error {
	t.Helper()
	if err := r.write(b); err != nil {
		return err
	}
	file := filepath.Join(r.folder, fileName.FindStringSubmatch(b.lines[0])[1])
	// The folder of this test is in the module, so the imports are the ones of this checkout.
	build := exec.CommandContext(t.Context(), "go", "build", "-o", strings.TrimSuffix(file, ".go"), file)
	if output, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("%d: %w\n%s", b.line, err, output)
	}
	return nil
}

var fileName = regexp.MustCompile(`^(?:--|#|//) FILE (\S+)$`)

// write makes the file that the first line of a block names.
func (r *pageReader) write(b pageBlock) error {
	var named []string
	if len(b.lines) > 0 {
		named = fileName.FindStringSubmatch(b.lines[0])
	}
	if named == nil {
		return fmt.Errorf("%d: the block does not begin with the comment FILE and a name, so nothing runs it", b.line)
	}
	path := filepath.Join(r.folder, named[1])
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(strings.Join(b.lines, "\n")+"\n"), 0o600)
}

var exported = regexp.MustCompile(`^export (\w+=\S+)$`)

// console runs the commands of a block. A command begins with "$ ", its further lines with "> ".
func (r *pageReader) console(t *testing.T, b pageBlock) []error {
	t.Helper()
	var wrong []error
	for i := 0; i < len(b.lines); {
		line := b.line + i
		command, isCommand := strings.CutPrefix(b.lines[i], "$ ")
		if !isCommand {
			return append(wrong, fmt.Errorf("%d: a console begins with a command: %q", line, b.lines[i]))
		}
		for i++; i < len(b.lines) && strings.HasPrefix(b.lines[i], "> "); i++ {
			command += "\n" + b.lines[i][len("> "):]
		}
		start := i
		for i < len(b.lines) && !strings.HasPrefix(b.lines[i], "$ ") {
			i++
		}
		if variable := exported.FindStringSubmatch(command); variable != nil {
			r.environment = append(r.environment, variable[1])
		} else if err := r.check(t, command, b.lines[start:i]); err != nil {
			wrong = append(wrong, fmt.Errorf("%d: %s\n%w", line, command, err))
		}
	}
	return wrong
}

// check runs a command. It returns an error if the output is another one, or if the command fails
// and the page does not show its exit code.
func (r *pageReader) check(t *testing.T, command string, want []string) error {
	t.Helper()
	r.commands++
	output, err := r.execute(t, command)
	switch exit := (*exec.ExitError)(nil); {
	case errors.As(err, &exit):
		return fmt.Errorf("fails with %d, which the page shows with: ; echo \"exit code $?\"\n%s", exit.ExitCode(), output)
	case err != nil:
		return err
	case !linesMatch(maskedLines(strings.Join(want, "\n")), maskedLines(output)):
		return fmt.Errorf("the page has:\n%s\nthe command writes:\n%s", strings.Join(want, "\n"), output)
	}
	return nil
}

// execute runs a command in a shell, and returns what it writes to both streams.
func (r *pageReader) execute(t *testing.T, command string) (string, error) {
	t.Helper()
	shell := exec.CommandContext(t.Context(), "sh", "-c", command)
	shell.Dir, shell.Env = r.folder, r.environment
	output, err := shell.CombinedOutput()
	return string(output), err
}

// A mask replaces what differs from run to run by a word.
type mask struct {
	changing *regexp.Regexp
	word     string
}

func masks() []mask {
	return []mask{
		{regexp.MustCompile(`\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?`), "TIME"},
		{regexp.MustCompile(`\b\d{8}-\d{6}-[0-9a-f]{6}\b`), "RUN"},
		{regexp.MustCompile(`\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b`), "UUID"},
		{regexp.MustCompile(`\b\d+(\.\d+)? ?(µs|ms|s)\b`), "DURATION"},
		{regexp.MustCompile(`^( +ok .*) \(DURATION\)$`), "${1}"}, // of a test that was slow, on a busy machine
		{regexp.MustCompile(`^(seconds: +)\d+(\.\d+)?$`), "${1}DURATION"},
		{regexp.MustCompile(`─+`), "─"}, // tables are as wide as their cells
		{regexp.MustCompile(` {2,}`), "  "},
	}
}

// maskedLines are the lines of a text, without blanks at its end and theirs.
func maskedLines(text string) []string {
	lines := slices.DeleteFunc(strings.Split(strings.TrimRight(text, "\n"), "\n"), underWay)
	for i, line := range lines {
		for _, m := range masks() {
			line = m.changing.ReplaceAllString(line, m.word)
		}
		lines[i] = strings.TrimRight(line, " ")
	}
	return lines
}

// underWay returns true for a line of progress before the last one. How many there are depends on
// how busy the machine is.
func underWay(line string) bool {
	return regexp.MustCompile(`^\S+: \d+ of \d+ \(\d+ %\), .* left$`).MatchString(line)
}

// linesMatch compares lines. A wanted … stands for any text, and alone on a line for any lines.
func linesMatch(want, got []string) bool {
	switch {
	case len(want) == 0:
		return len(got) == 0
	case want[0] == "…":
		return linesMatch(want[1:], got) || len(got) > 0 && linesMatch(want, got[1:])
	}
	return len(got) > 0 && lineMatches(want[0], got[0]) && linesMatch(want[1:], got[1:])
}

func lineMatches(want, got string) bool {
	parts := strings.Split(want, "…")
	for i, part := range parts {
		parts[i] = regexp.QuoteMeta(part)
	}
	return regexp.MustCompile("^" + strings.Join(parts, ".*") + "$").MatchString(got)
}

// TestPagesThatAreWrongFail wants each way in which a page can be wrong to be found.
func TestPagesThatAreWrongFail(t *testing.T) {
	t.Parallel()
	console := func(lines ...string) string { return "```console\n" + strings.Join(lines, "\n") + "\n```\n" }
	for name, c := range map[string]struct{ page, wrong string }{
		"true":            {console(`$ dbos-script -e '`, `> print(1)`, `> print(2)'`, "1", "2", "", "$ dbos-script -e 'print(3)'", "3"), ""},
		"elided":          {console(`$ dbos-script -e 'print("a b c") print(2) print(3)'`, "a … c", "…", "3"), ""},
		"changing":        {console(`$ dbos-script -e 'print(time.now(), uuid.v4())'`, "2026-01-01T00:00:00Z	0f8fad5b-d9cb-469f-a165-70867728950e"), ""},
		"a file":          {"```lua\n-- FILE lib/one.lua\nprint(1)\n```\n" + console("$ dbos-script run lib/one.lua", "1"), ""},
		"a variable":      {console("$ export ONE=1", "$ dbos-script --allow-env=ONE -e 'print(env.get(\"ONE\"))'", "1"), ""},
		"a failure":       {console("$ dbos-script -e 'exit(4)'; echo \"exit code $?\"", "exit code 4"), ""},
		"another output":  {console("$ dbos-script -e 'print(1)'", "2"), "the command writes:\n1"},
		"a line too few":  {console("$ dbos-script -e 'print(1) print(2)'", "1"), "the command writes:\n1\n2"},
		"a line too many": {console("$ dbos-script -e 'print(1)'", "1", "2"), "the command writes:\n1"},
		"wrongly elided":  {console("$ dbos-script -e 'print(1) print(2)'", "…", "3"), "the command writes:\n1\n2"},
		"no output":       {console("$ dbos-script -e 'print(1)'"), "the command writes:\n1"},
		"a hidden code":   {console("$ dbos-script -e 'exit(4)'"), "fails with 4"},
		"no command":      {console("1"), "begins with a command"},
		"no file":         {"```lua\nprint(1)\n```\n", "nothing runs it"},
		"no end":          {"```console\n$ dbos-script -e 'print(1)'\n", "no end"},
		"not run":         {"```python\nprint(1)\n```\n", "neither run nor written"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := errors.Join(newReader(t).follow(t, c.page)...)
			if (err == nil) != (c.wrong == "") || err != nil && !strings.Contains(err.Error(), c.wrong) {
				t.Errorf("got %v, want %q", err, c.wrong)
			}
		})
	}
}
