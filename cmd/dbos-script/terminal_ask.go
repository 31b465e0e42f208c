package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/dbos-script/dbos-script/runtime/run/guard"
	"github.com/dbos-script/dbos-script/runtime/run/profile"
	"github.com/dbos-script/dbos-script/runtime/terminal"
)

// ask asks the person at the terminal if a run may make its next change, and returns true if the
// answer is yes: y, or in a profile with confirm = "name" the name of the profile. The question is
// written to the terminal itself, so that neither the script's output nor the log is mixed with
// it. Where the terminal cannot be opened, as on Windows, it is written to standard error, and the
// answer is read from in. The error is that of a context which ended before the answer.
func (a *app) ask(ctx context.Context, in *os.File, q guard.Question) (bool, error) {
	return a.answer(ctx, in, []string{fmt.Sprintf("%s on %s", q.Text(), q.Database)}, "go on with this run")
}

// answer shows lines, and asks the person at the terminal to do something, such as "approve this".
func (a *app) answer(ctx context.Context, in *os.File, lines []string, do string) (bool, error) {
	var to io.Writer = a.err
	from := in
	if tty, err := os.OpenFile("/dev/tty", os.O_RDWR, 0); err == nil {
		defer tty.Close()
		defer context.AfterFunc(ctx, func() { tty.Close() })()
		to, from = (&terminal.Screen{}).Writer(tty), tty // the Writer makes control characters harmless
	}
	for _, line := range lines {
		fmt.Fprintln(terminal.Styled(to), a.inColour(terminal.Line(line)))
	}
	want := plainYes
	if a.profile.Confirm == profile.ConfirmName {
		want = a.profile.Name
		fmt.Fprintf(terminal.Styled(to), "Type the name of the profile, %s, to %s: ", a.inColour(terminal.Line(want)), do)
	} else {
		fmt.Fprintf(to, "%s%s? [y/N] ", strings.ToUpper(do[:1]), do[1:])
	}
	answer, err := readLine(ctx, from)
	if !strings.HasSuffix(answer, "\n") { // Ctrl-C and Ctrl-D leave the cursor behind the question
		fmt.Fprintln(to)
	}
	return err == nil && affirms(strings.TrimSpace(answer), want), err
}

// plainYes is the wanted answer where no name has to be typed.
const plainYes = "y"

// affirms returns true if the answer is the wanted one. For plainYes, "yes" and capital letters are
// as good; a name has to be typed exactly.
func affirms(answer, want string) bool {
	if want == plainYes {
		answer = strings.ToLower(answer)
		return answer == "y" || answer == "yes"
	}
	return answer == want
}

// readLine returns a line with its end, which is missing if the input ends before it. It gives up
// if the context ends.
func readLine(ctx context.Context, from io.Reader) (string, error) {
	line := make(chan string, 1)
	go func() {
		text, _ := bufio.NewReader(from).ReadString('\n')
		line <- text
	}()
	select {
	case text := <-line:
		return text, ctx.Err()
	case <-ctx.Done():
		return "", context.Cause(ctx)
	}
}

// inColour writes a text in the profile's colour, where colours are shown.
func (a *app) inColour(words string) string {
	colours := map[string]text.Color{
		"red": text.FgRed, "yellow": text.FgYellow, "green": text.FgGreen, "blue": text.FgBlue, "magenta": text.FgMagenta, "cyan": text.FgCyan,
	}
	colour, known := colours[a.profile.Colour]
	if !known || !terminal.Coloured(a.err) {
		return words
	}
	return text.Colors{colour, text.Bold}.Sprint(words)
}
