package pgtest

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"
)

// ErrNoPooler says that this machine has no PgBouncer, and how to get it.
var ErrNoPooler = errors.New("pgbouncer was not found in PATH nor in /usr/sbin; install it: apt-get install -y --no-install-recommends pgbouncer")

// poolerScript runs PgBouncer until its input ends, which also comes when the process that holds
// the other end is killed.
const poolerScript = `
"$1" -q "$2/pgbouncer.ini" </dev/null >/dev/null 2>&1 &
read -r _
kill $!
wait
cd / && rm -rf "$2"
`

// poolerSettings are PgBouncer's own, except for the mode, and for the clients that many tests at
// a time are.
const poolerSettings = `[databases]
* = host=%s port=%s user=` + superuser + `
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = %d
unix_socket_dir =
auth_type = any
pool_mode = transaction
max_client_conn = 2000
logfile = %s/log
pidfile = %s/pid
`

// A pooler ends when nothing refers to it any more, or with the process.
type pooler struct {
	port  int
	words io.Closer
}

var thePooler = sync.OnceValues(func() (*pooler, error) {
	found, err := theShared()
	if err != nil {
		return nil, err
	}
	return startPooler(found.address)
})

// Pooled is the address of a database of the shared server through PgBouncer in transaction mode.
// Without PgBouncer the test fails.
func Pooled(t testing.TB, address string) string {
	t.Helper()
	p, err := thePooler()
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	parsed.Host = net.JoinHostPort("127.0.0.1", strconv.Itoa(p.port))
	return parsed.String()
}

func startPooler(server string) (*pooler, error) {
	program, err := findPooler()
	if err != nil {
		return nil, err
	}
	owner, err := serverAccount()
	if err != nil {
		return nil, err
	}
	at, err := url.Parse(server)
	if err != nil {
		return nil, err
	}
	run, err := os.MkdirTemp(owner.tempDir(), "pooler-")
	if err != nil {
		return nil, err
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	settings := fmt.Sprintf(poolerSettings, at.Hostname(), at.Port(), port, run, run)
	if err := errors.Join(owner.handOver(run), owner.writeFile(filepath.Join(run, "pgbouncer.ini"), settings)); err != nil {
		return nil, err
	}
	command := exec.Command("/bin/sh", "-c", poolerScript, "pooler", program, run)
	command.Dir, command.SysProcAttr = run, owner.processAttr()
	words, err := command.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := command.Start(); err != nil {
		return nil, err
	}
	return &pooler{port, words}, reachable(port)
}

func findPooler() (string, error) {
	for _, name := range []string{"pgbouncer", "/usr/sbin/pgbouncer"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", ErrNoPooler
}

// reachable waits until somebody listens on a port.
func reachable(port int) error {
	const startTime = 10 * time.Second
	for deadline := time.Now().Add(startTime); ; time.Sleep(10 * time.Millisecond) {
		conn, err := net.DialTimeout("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)), startTime)
		if err == nil {
			return conn.Close()
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("pgbouncer does not start: %w", err)
		}
	}
}
