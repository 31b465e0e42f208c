package stdlib

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/stdlib/command"
)

func execModule(host Host) declare.Module {
	return declare.Module{
		Name:    "exec",
		Section: declare.OutsideSection,
		Guesses: map[string]string{"command": "run", "spawn": "run", "exec": "run", "call": "run", "system": "run"},
		Doc: "Runs the programs that `--allow-exec=PROGRAM` names. No shell is involved: arguments reach the program as they are. The " +
			"other grants do not limit a program. A dry run starts no program, and lists them in its plan.",
		Funcs:   []declare.Func{execRun(host)},
		Classes: []*declare.Class{declare.RecordOf[command.Result]("process", "How a program ended.")},
	}
}

// codeProgramFailed is the code of an exit code that check does not take.
const codeProgramFailed = "ProgramFailed"

type execArgs struct {
	Program   string            `arg:"program" doc:"A name, which is looked up in PATH, or a path."`
	Arguments []string          `arg:"arguments,optional" doc:"The words to call it with."`
	Stdin     string            `json:"stdin" doc:"The text of its standard input."`
	Timeout   time.Duration     `json:"timeout" doc:"How long it may run; no limit when not given." min:"0"`
	Dir       string            `json:"dir" doc:"The folder to run it in." default:"the folder in which the command was started"`
	Env       map[string]string `json:"env" doc:"Environment variables to set. It also has PATH, HOME and the like, and the variables that --allow-env names. A variable that is known to make programs run other code, such as PATH, BASH_ENV, LD_PRELOAD, GIT_SSH_COMMAND or NODE_OPTIONS, needs --allow-env too."`
	MaxSize   int64             `json:"max_size" doc:"How many bytes it may write to each of its outputs." default:"64 MiB" min:"1"`
	Check     bool              `json:"check" doc:"Whether an exit code other than 0 is an error."`
}

func execRun(host Host) declare.Func {
	return declare.Fn("run", "Runs a program and waits for its end.",
		func(ctx context.Context, a execArgs) (*command.Result, error) {
			result, err := host.run(ctx, a)
			if err == nil && a.Check && result.Code != 0 {
				err = &programError{program: filepath.Base(a.Program), result: result}
			}
			if err != nil {
				return nil, failed(ctx, "exec.run", err)
			}
			return result, nil
		}).Outside().
		Returning("its exit code and its outputs").
		Raises("Denied", declare.CodeTimeout, codeProgramFailed).
		Notes("At its timeout, or if the run ends, the program and all processes that it started get the signal to end.").
		Example(`print(exec.run("echo", {"order", "17"}).stdout)`).
		Example(`print(exec.run("sort", {"-u"}, {stdin = "b\na\nb\n", timeout = "10s", check = true}).stdout)`)
}

func (h Host) run(ctx context.Context, a execArgs) (*command.Result, error) {
	run, path := h.fakeProgram(), a.Program
	for name := range a.Env {
		if strings.ContainsAny(name, "=\x00") || name == "" {
			return nil, declare.BadArgument("env", "%q is no name of a variable", name)
		}
	}
	if run == nil {
		var err error
		if path, err = h.mayStart(a); err != nil {
			return nil, err
		}
		run = command.Run
	}
	if h.DryFiles != nil && a.Dir != "" && !h.DryFiles.HasFolder(a.Dir) {
		return nil, fmt.Errorf("there is no folder %q to run %s in", a.Dir, a.Program)
	}
	h.tell(Act{Function: "exec.run", Target: a.Program, Words: a.Arguments, Size: int64(len(a.Stdin))})
	c := command.Command{
		Path: path, Args: a.Arguments, Stdin: a.Stdin, Dir: a.Dir, Timeout: a.Timeout, Limit: orDefault(a.MaxSize, longestText),
		Env: command.Environment(os.Environ(), h.granted, a.Env),
	}
	if h.DryFiles != nil {
		return &command.Result{Skipped: true}, nil
	}
	return run(ctx, c)
}

// fakeProgram returns the function that takes the place of programs, or nil if they are started.
func (h Host) fakeProgram() func(context.Context, command.Command) (*command.Result, error) {
	if h.FakePrograms == nil {
		return nil
	}
	return h.FakePrograms()
}

// mayStart returns the path of a program that the grants allow with its environment.
func (h Host) mayStart(a execArgs) (string, error) {
	path, err := h.Grants.Program(a.Program)
	if err != nil {
		return "", err
	}
	for name := range a.Env {
		if err := h.Grants.Variable(name); command.LoadsCode(name) && err != nil {
			return "", err
		}
	}
	return path, nil
}

func (h Host) granted(variable string) bool { return h.Grants.Variable(variable) == nil }

// A programError is an exit code that check does not take.
type programError struct {
	program string
	result  *command.Result
}

// Error ends with the last line that the program wrote to standard error.
func (e *programError) Error() string {
	text := fmt.Sprintf("%s: it ended with exit code %d", e.program, e.result.Code)
	lines := strings.Split(strings.TrimSpace(e.result.Stderr), "\n")
	if last := strings.TrimSpace(lines[len(lines)-1]); last != "" {
		text += ": " + last
	}
	return text
}

// ErrorCode returns ProgramFailed.
func (e *programError) ErrorCode() string { return codeProgramFailed }

// Details has the exit code and the output of the program.
func (e *programError) Details() map[string]any {
	return map[string]any{"exit_code": int64(e.result.Code), "stdout": e.result.Stdout, "stderr": e.result.Stderr}
}
