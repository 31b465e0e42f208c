package grants

import (
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
)

var errVariable = errors.New("a name such as HOME or AWS_* is expected")

func variable(name string) (string, error) {
	if strings.ContainsAny(strings.TrimSuffix(name, "*"), "*= ") {
		return "", errVariable
	}
	return name, nil
}

// Variable grants the reading of an environment variable.
func (g Grants) Variable(name string) error {
	for _, granted := range g.env {
		if prefix, all := strings.CutSuffix(granted, "*"); granted == name || all && strings.HasPrefix(name, prefix) {
			return nil
		}
	}
	return &DeniedError{What: "the environment variable " + name, Flag: FlagEnv, Value: name}
}

// program makes a path absolute and leaves a name to be looked up.
func program(name string) (string, error) {
	if filepath.Base(name) == name {
		return name, nil
	}
	return filepath.Abs(name)
}

// Program allows a program and returns its path. A name is looked up in PATH. Links are not
// resolved, because a program may behave by the name under which it is called.
func (g Grants) Program(name string) (string, error) {
	wanted, err := program(name)
	if err != nil {
		return "", err
	}
	path, err := lookUp(wanted)
	for _, granted := range g.exec {
		if granted == wanted {
			return path, err
		}
		if found, _ := lookUp(granted); err == nil && found == path {
			return path, nil
		}
	}
	return "", &DeniedError{What: "running " + name, Flag: FlagExec, Value: name}
}

func lookUp(name string) (string, error) {
	path, err := exec.LookPath(name)
	if errors.Is(err, exec.ErrNotFound) {
		return "", fmt.Errorf("there is no program %q in PATH", name)
	}
	if err != nil {
		return "", fmt.Errorf("the program %q: %w", name, reasonOf(err))
	}
	return path, nil
}

func reasonOf(err error) error {
	if failed, ok := errors.AsType[*exec.Error](err); ok {
		return reason(failed.Err)
	}
	return err
}
