// Command words counts the words of comments in production code, per 10,000 words, so that a
// style of writing can be compared with the targets of the house. Production code is every Go
// file but tests and generated files.
//
//	go run ./tests/words                  # each package that has comments, and the sum
//	go run ./tests/words client runtime   # these folders, with all below them
package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"text/tabwriter"
)

func main() {
	folders := os.Args[1:]
	if len(folders) == 0 {
		folders = []string{"."}
	}
	if err := report(os.Stdout, folders); err != nil {
		fmt.Fprintln(os.Stderr, "words:", err)
		os.Exit(1)
	}
}

// report writes a line for each package and one for their sum.
func report(out io.Writer, folders []string) error {
	packages, err := count(folders)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(out, 0, 8, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(table, "words\t")
	for _, word := range counted() {
		fmt.Fprint(table, word, "\t")
	}
	fmt.Fprintln(table, "returns+if\t  package")
	var sum tally
	for _, name := range slices.Sorted(keys(packages)) {
		packages[name].line(table, name)
		sum.add(packages[name])
	}
	sum.line(table, "all")
	return table.Flush()
}

func (t *tally) line(out io.Writer, name string) {
	fmt.Fprintf(out, "%d\t", t.words)
	for _, word := range counted() {
		fmt.Fprintf(out, "%.1f\t", t.per10000(word))
	}
	fmt.Fprintf(out, "%.1f\t  %s\n", t.per10000("returns")+t.per10000("if"), name)
}
