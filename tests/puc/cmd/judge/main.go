// Command judge compares random programs and random calls of the library with lua5.1.
//
//	go run ./tests/puc/cmd/judge -programs 20000 -calls 50000 -seed 1
//
// It prints each difference, reduced to a few lines, and exits with 1 if there is any.
package main

import (
	"flag"
	"fmt"
	"os"
	"time"

	"github.com/dbos-script/dbos-script/tests/puc"
)

func main() {
	var o puc.Options
	flag.Uint64Var(&o.Seed, "seed", 1, "the seed: the same one makes the same programs and calls")
	flag.Uint64Var(&o.First, "first", 0, "the number of the first program")
	flag.Uint64Var(&o.Programs, "programs", 1000, "how many programs to compare")
	flag.Uint64Var(&o.Calls, "calls", 1000, "how many calls of the library to compare")
	flag.IntVar(&o.Most, "most", 20, "how many differences to show before it ends")
	show := flag.String("show", "", "print the first program instead of running it: ours, or reference for what lua5.1 reads")
	flag.Parse()
	if *show == "reference" {
		fmt.Print(puc.Program(o.Seed, o.First).ReferenceSource())
		return
	}
	if *show != "" {
		fmt.Print(puc.Program(o.Seed, o.First).Source())
		return
	}
	started := time.Now()
	report, err := puc.Run(o, func(d string) { fmt.Println(d) })
	if err != nil {
		fmt.Fprintln(os.Stderr, "judge:", err)
		os.Exit(2)
	}
	fmt.Printf("%s in %s\n", report, time.Since(started).Round(time.Second))
	if report.Differences > 0 {
		os.Exit(1)
	}
}
