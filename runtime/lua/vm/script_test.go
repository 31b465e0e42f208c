package vm

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// A file of testdata holds chunks, separated by lines of three dashes and a blank line around. A
// chunk has to succeed, unless one of its lines ends in an expectation:
//
//	--! "regexp"            the run fails on this line with a message that matches
//	--! Timeout "regexp"    it fails with this kind; if it is stopped from outside, only near
//	                        the line
//
// A first line of the form --? time=200ms memory=64MiB output=1000 sets limits.
type chunk struct {
	name   string
	source string
	line   int
	kind   string
	want   *regexp.Regexp
	limits Limits
}

var (
	expectation = regexp.MustCompile(`--! (?:([A-Z]\w+) )?"(.*)"$`)
	setting     = regexp.MustCompile(`(\w+)=(\w+)`)
)

func readChunks(t *testing.T, path string) []chunk {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var chunks []chunk
	for i, source := range splitChunks(string(data)) {
		c := chunk{name: filepath.Base(path) + ":" + strconv.Itoa(i+1), source: source, kind: "Runtime"}
		for n, line := range strings.Split(source, "\n") {
			if m := expectation.FindStringSubmatch(line); m != nil {
				c.line, c.want = n+1, regexp.MustCompile(m[2])
				if m[1] != "" {
					c.kind = m[1]
				}
			}
			if n == 0 && strings.HasPrefix(line, "--?") {
				c.limits = parseLimits(t, line)
			}
		}
		chunks = append(chunks, c)
	}
	return chunks
}

func splitChunks(text string) []string { return strings.Split(text, "\n---\n") }

func parseLimits(t *testing.T, line string) (limits Limits) {
	t.Helper()
	for _, m := range setting.FindAllStringSubmatch(line, -1) {
		switch m[1] {
		case "time":
			d, err := time.ParseDuration(m[2])
			if err != nil {
				t.Fatal(err)
			}
			limits.Time = d
		case "memory":
			limits.Memory = parseBytes(t, m[2])
		case "output":
			limits.Output = parseBytes(t, m[2])
		default:
			t.Fatalf("unknown setting %q", m[0])
		}
	}
	return limits
}

func parseBytes(t *testing.T, text string) int64 {
	t.Helper()
	digits, mebi := strings.CutSuffix(text, "MiB")
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	if mebi {
		n <<= 20
	}
	return n
}

// unhurried is the limit of time of a script that has to end by itself, also under the race
// detector on a machine with other work.
const unhurried = 10 * time.Minute

func (c chunk) run(t *testing.T) {
	t.Helper()
	if c.limits.Time == 0 {
		c.limits.Time = unhurried
	}
	var out bytes.Buffer
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	noon := time.Date(2026, 3, 29, 12, 34, 56, 0, time.UTC)
	v := newVM(Config{Stdout: &out, Limits: c.limits, ScriptDir: "testdata/modules", Location: berlin, Clock: func() time.Time { return noon }})
	defer v.Close()
	_, err = v.RunString(context.Background(), "script.lua", c.source)
	if c.want == nil {
		if err != nil {
			var text bytes.Buffer
			if err := Format(&text, err, false); err != nil {
				t.Fatal(err)
			}
			t.Fatalf("%s", text.String())
		}
		return
	}
	c.check(t, err)
}

func (c chunk) check(t *testing.T, err error) {
	t.Helper()
	var failure *ScriptError
	if !errors.As(err, &failure) {
		t.Fatalf("the run ended with %v; want an error that matches %q", err, c.want)
	}
	if !c.want.MatchString(failure.Message) {
		t.Errorf("message %q does not match %q", failure.Message, c.want)
	}
	if failure.Kind.String() != c.kind {
		t.Errorf("kind %s, want %s", failure.Kind, c.kind)
	}
	if atOnce := c.kind == "Runtime" || c.kind == "Syntax"; failure.Line != c.line && (atOnce || failure.Line == 0) {
		t.Errorf("error on line %d, want %d", failure.Line, c.line)
	}
}

// runFiles runs the chunks of a folder: those with a memory limit one after the other, since the
// process's memory is what they are measured by.
func runFiles(t *testing.T, folder string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", folder, "*.lua"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no files in %s: %v", folder, err)
	}
	for _, file := range files {
		for _, c := range readChunks(t, file) {
			t.Run(c.name, func(t *testing.T) {
				if c.limits.Memory == 0 {
					t.Parallel()
					c.limits.Memory = -1
				}
				c.run(t)
			})
		}
	}
}

func TestHostileScripts(t *testing.T) { runFiles(t, "hostile") }

func TestLanguage(t *testing.T) { runFiles(t, "language") }
