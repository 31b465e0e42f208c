package bridge

import (
	"errors"
	"strings"
	"testing"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

// A message quotes the argument that is wrong, which can have the 64 MB of a string.
func TestAMessageAboutALongArgumentIsShort(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("ä", 1<<20)
	for code, short := range map[string]bool{declare.CodeInvalidArgument: true, declare.CodeInvalidOption: true, "WorkflowFailed": false} {
		e := &Error{err: errors.New("f: unknown key " + long + " at the end"), code: code}
		text := e.Error()
		if isShort := len(text) <= longestMisuse; isShort != short || text != e.Message() {
			t.Errorf("%s: %d bytes", code, len(text))
		}
		if !strings.HasPrefix(text, "f: unknown key ä") || !strings.HasSuffix(text, "ä at the end") || strings.ToValidUTF8(text, "?") != text {
			t.Errorf("%s: %.100s", code, text)
		}
	}
}
