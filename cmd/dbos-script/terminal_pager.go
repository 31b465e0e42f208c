package main

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"strings"

	"github.com/dbos-script/dbos-script/runtime/terminal"
	"github.com/dbos-script/dbos-script/stdlib/render"
)

// width is that of a table on standard output; 0 is no bound.
func (a *app) width() int {
	width, _ := terminal.Size(a.out)
	return width
}

// printer returns a printer whose tables fit the terminal that they are written to.
func printer(out io.Writer, format render.Format, kinds render.Kinds) *render.Printer {
	p := render.NewPrinter(out, format, kinds)
	p.Fit(func() int {
		width, _ := terminal.Size(out)
		return width
	})
	return p
}

// page writes a text, through the user's pager where it is longer than the window. A pager that
// cannot be run is not missed.
func (a *app) page(text []byte) error {
	_, height := terminal.Size(a.out)
	if height == 0 || bytes.Count(text, []byte("\n")) < height {
		return a.write(text)
	}
	pager := pagerCommand(a.width())
	if pager == nil {
		return a.write(text)
	}
	pager.Stdin = strings.NewReader(terminal.Text(string(text)))
	pager.Stdout, _ = terminal.File(a.out)
	pager.Stderr, _ = terminal.File(a.err)
	if err := pager.Start(); err != nil {
		return a.write(text)
	}
	_ = pager.Wait() // a reader who leaves early is no failure
	return nil
}

func (a *app) write(text []byte) error {
	_, err := a.out.Write(text)
	return err
}

// pagerCommand returns $PAGER, or by default less with options that leave the text on the screen,
// and keep wide lines unless the terminal is narrower than the manual is written for. It is nil if
// $PAGER is empty.
func pagerCommand(width int) *exec.Cmd {
	line, given := os.LookupEnv("PAGER")
	if !given {
		line = "less"
	}
	words := strings.Fields(line)
	if len(words) == 0 {
		return nil
	}
	cmd := exec.Command(words[0], words[1:]...)
	if os.Getenv("LESS") == "" {
		options := "LESS=FRSX"
		if width < plainWidth {
			options = "LESS=FRX"
		}
		cmd.Env = append(os.Environ(), options)
	}
	return cmd
}
