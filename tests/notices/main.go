// Command notices writes the licences of the libraries that are in the command:
// go run ./tests/notices >THIRD-PARTY-NOTICES.txt
package main

import (
	"fmt"
	"os"
)

func main() {
	text, err := notices(".")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Print(text)
}
