package pgtest

import (
	"errors"
	"fmt"
	"os"
	"os/user"
	"strconv"
	"syscall"
)

// superuser is the database role that every address logs in as.
const superuser = "postgres"

// account is the operating system user that the server runs under. PostgreSQL refuses to run as
// root.
type account struct {
	root     bool
	uid, gid uint32
}

// serverAccount is the present user or, for root, an unprivileged one.
func serverAccount() (account, error) {
	if os.Geteuid() != 0 {
		return account{}, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		if found, err := user.Lookup(name); err == nil {
			return unprivileged(found)
		}
	}
	return account{}, errors.New("PostgreSQL does not run as root, and neither user postgres nor nobody exists to run it")
}

func unprivileged(found *user.User) (account, error) {
	uid, err := strconv.ParseUint(found.Uid, 10, 32)
	if err != nil {
		return account{}, fmt.Errorf("user %s: %w", found.Username, err)
	}
	gid, err := strconv.ParseUint(found.Gid, 10, 32)
	if err != nil {
		return account{}, fmt.Errorf("user %s: %w", found.Username, err)
	}
	return account{root: true, uid: uint32(uid), gid: uint32(gid)}, nil
}

// tempDir is where the server's folder goes: a short path, for Unix sockets allow about 100
// bytes, that an unprivileged user can enter, which root's own TMPDIR need not be.
func (a account) tempDir() string {
	const longest = 60
	if dir := os.TempDir(); !a.root && len(dir) <= longest {
		return dir
	}
	return "/tmp"
}

// processAttr starts a process as the account, in a session of its own so that a Ctrl-C at the
// terminal does not reach it.
func (a account) processAttr() *syscall.SysProcAttr {
	attr := &syscall.SysProcAttr{Setsid: true}
	if a.root {
		attr.Credential = &syscall.Credential{Uid: a.uid, Gid: a.gid}
	}
	return attr
}

// handOver makes the folders where they are missing and hands them to the account; empty names are
// left out.
func (a account) handOver(folders ...string) error {
	for _, folder := range folders {
		if folder == "" {
			continue
		}
		if err := os.MkdirAll(folder, 0o700); err != nil {
			return fmt.Errorf("make a folder for the test server: %w", err)
		}
		if err := a.chown(folder); err != nil {
			return err
		}
	}
	return nil
}

func (a account) writeFile(path, text string) error {
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		return fmt.Errorf("configure the test server: %w", err)
	}
	return a.chown(path)
}

func (a account) chown(path string) error {
	if !a.root {
		return nil
	}
	if err := os.Chown(path, int(a.uid), int(a.gid)); err != nil {
		return fmt.Errorf("hand the test server its files: %w", err)
	}
	return nil
}
