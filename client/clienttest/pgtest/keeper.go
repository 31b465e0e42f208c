package pgtest

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
)

// keeperScript obeys one word a line and answers each with an exit status. At the end of its
// input, which also comes when the process that holds the other end is killed, it stops the
// server and removes the folder.
const keeperScript = `
bin=$1 data=$2 run=$3
init() { "$bin/initdb" -D "$data" -U ` + superuser + ` -E UTF8 --locale=C --no-sync "$@"; }
halt() { [ ! -e "$data/postmaster.pid" ] || "$bin/pg_ctl" -D "$data" -m immediate -w stop; }
obey() {
	case $1 in
	init-trust) init -A trust ;;
	init-password) init -A scram-sha-256 --pwfile="$run/password" ;;
	start) "$bin/pg_ctl" -D "$data" -l "$run/log" -w start ;;
	stop) halt ;;
	esac
}
while read -r word; do
	obey "$word" </dev/null >>"$run/log" 2>&1
	echo $?
done
halt </dev/null >>"$run/log" 2>&1
cd /
rm -rf "$run"
`

// keeper is the process that looks after a server.
type keeper struct {
	mu      sync.Mutex
	closed  bool
	command *exec.Cmd
	words   io.WriteCloser
	answers *bufio.Reader
	log     string
}

func startKeeper(bin, data, run string, owner account) (*keeper, error) {
	command := exec.Command("/bin/sh", "-c", keeperScript, "pgtest", bin, data, run)
	command.Dir = run
	command.Env = []string{"PATH=/usr/bin:/bin", "HOME=" + run, "LC_ALL=C"}
	command.SysProcAttr = owner.processAttr()
	words, wordsErr := command.StdinPipe()
	answers, answersErr := command.StdoutPipe()
	if err := errors.Join(wordsErr, answersErr); err != nil {
		return nil, fmt.Errorf("start the test server: %w", err)
	}
	if err := command.Start(); err != nil {
		return nil, fmt.Errorf("start the test server: %w", err)
	}
	return &keeper{command: command, words: words, answers: bufio.NewReader(answers), log: filepath.Join(run, "log")}, nil
}

// ask waits until the word is obeyed; the error holds the end of the server's log.
func (k *keeper) ask(word string) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.closed {
		return fmt.Errorf("%s the test server: it was stopped for good", word)
	}
	if _, err := io.WriteString(k.words, word+"\n"); err != nil {
		return fmt.Errorf("%s the test server: %w", word, err)
	}
	status, err := k.answers.ReadString('\n')
	if err != nil {
		return fmt.Errorf("%s the test server: %w", word, err)
	}
	if status = strings.TrimSpace(status); status != "0" {
		return fmt.Errorf("%s the test server: status %s: %s", word, status, k.logTail())
	}
	return nil
}

func (k *keeper) logTail() string {
	const longest = 2000
	text, err := os.ReadFile(k.log)
	if err != nil {
		return err.Error()
	}
	return string(text[max(0, len(text)-longest):])
}

// close ends the server and waits until everything is cleaned up.
func (k *keeper) close() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.closed {
		return nil
	}
	k.closed = true
	return errors.Join(k.words.Close(), k.command.Wait())
}
