package command

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/dbos-script/dbos-script/stdlib/gather"
)

// An Error says that a program did not run to its end.
type Error struct {
	Program string
	Err     error
}

// Error names the program and the reason.
func (e *Error) Error() string { return fmt.Sprintf("%s: %v", e.Program, e.Err) }

// Unwrap returns the reason.
func (e *Error) Unwrap() error { return e.Err }

// ErrorCode returns Timeout if the program took too long, and "" for any other reason.
func (e *Error) ErrorCode() string {
	if _, late := errors.AsType[*lateError](e.Err); late {
		return "Timeout"
	}
	return ""
}

type lateError struct{ timeout time.Duration }

func (e *lateError) Error() string {
	return fmt.Sprintf("it ran longer than %s and was ended", e.timeout)
}

// Late returns the error of a program that ran longer than its timeout.
func Late(program string, timeout time.Duration) error {
	return &Error{Program: filepath.Base(program), Err: &lateError{timeout}}
}

// grace is the time in which a program can clean up after it was asked to end.
const grace = 2 * time.Second

// Run runs a program and waits for its end. An exit code is no error. It returns an error if the
// program cannot be started, runs too long or writes too much, and the cause if ctx ended.
func Run(run context.Context, c Command) (*Result, error) {
	ctx, cancel := context.WithCancelCause(run)
	defer cancel(nil)
	if c.Timeout > 0 {
		timer := time.AfterFunc(c.Timeout, func() { cancel(&lateError{c.Timeout}) })
		defer timer.Stop()
	}
	stdout, stderr := &output{text: gather.New(run, c.Limit), overflow: cancel}, &output{text: gather.New(run, c.Limit), overflow: cancel}
	err := c.wait(ctx, stdout, stderr)
	var ended *exec.ExitError
	switch {
	case run.Err() != nil:
		return nil, context.Cause(run)
	case ctx.Err() != nil:
		return nil, c.failed(context.Cause(ctx))
	case err != nil && !errors.As(err, &ended):
		return nil, c.failed(err)
	}
	result := &Result{Stdout: stdout.text.String(), Stderr: stderr.text.String()}
	if ended != nil {
		result.Code = exitCode(ended.ProcessState)
	}
	return result, nil
}

func (c Command) wait(ctx context.Context, stdout, stderr *output) error {
	cmd := exec.CommandContext(ctx, c.Path, c.Args...)
	cmd.Dir, cmd.Env, cmd.WaitDelay = c.Dir, c.Env, grace
	cmd.Stdout, cmd.Stderr = stdout, stderr
	if c.Stdin != "" {
		cmd.Stdin = strings.NewReader(c.Stdin)
	}
	group(cmd)
	if err := cmd.Start(); err != nil {
		return err
	}
	defer endGroup(cmd.Process)
	return cmd.Wait()
}

func (c Command) failed(err error) error {
	if below, ok := errors.AsType[*fs.PathError](err); ok {
		err = below.Err
		if _, missing := os.Stat(c.Dir); c.Dir != "" && missing != nil {
			err = fmt.Errorf("there is no folder %q to run it in", c.Dir)
		}
	}
	if errors.Is(err, exec.ErrWaitDelay) {
		err = errors.New("it left a program running that holds its output open")
	}
	return &Error{Program: filepath.Base(c.Path), Err: err}
}

// output keeps the output of a program, and ends the program if it is too much.
type output struct {
	text     *gather.Text
	overflow func(error)
}

func (o *output) Write(data []byte) (int, error) {
	n, err := o.text.Write(data)
	if long, ok := errors.AsType[*gather.TooLongError](err); ok {
		err = fmt.Errorf("it wrote more than %d bytes and was ended", long.Limit)
	}
	if err != nil {
		o.overflow(err)
	}
	return n, err
}
