package grants

import (
	"fmt"
	"strings"
)

// A DeniedError refuses access that no flag grants.
type DeniedError struct {
	What  string // the attempt: reading data/orders.csv
	Flag  string // the flag that would allow it: --allow-read
	Value string // the flag's value
}

// Error names the flag in full, as it is to be typed.
func (e *DeniedError) Error() string { return fmt.Sprintf("%s needs %s", e.What, e.Grant()) }

// Grant is the flag with its value, quoted for a shell where that is needed.
func (e *DeniedError) Grant() string { return e.Flag + "=" + quoted(e.Value) }

// ErrorCode returns "Denied".
func (e *DeniedError) ErrorCode() string { return "Denied" }

// ExitCode returns the command's exit code for a denied action.
func (e *DeniedError) ExitCode() int { return 5 }

// quoted keeps a shell from reading more than text into a value.
func quoted(value string) string {
	if value != "" && !strings.ContainsFunc(value, special) {
		return value
	}
	return "'" + strings.ReplaceAll(value, "'", `'\''`) + "'"
}

func special(r rune) bool {
	const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./:@%+,-"
	return !strings.ContainsRune(plain, r)
}

// A KeptError says that a script may not touch the audit log of its run, or the approvals of
// scripts, whatever is granted.
type KeptError struct {
	What      string
	approvals bool
}

func (e *KeptError) Error() string {
	if e.approvals {
		return e.What + ": the approvals of scripts are there, which no flag grants"
	}
	return e.What + ": it is the audit log of this run, which no flag grants"
}

// ErrorCode returns "Denied".
func (e *KeptError) ErrorCode() string { return "Denied" }

// ExitCode returns the command's exit code for a denied action.
func (e *KeptError) ExitCode() int { return 5 }
