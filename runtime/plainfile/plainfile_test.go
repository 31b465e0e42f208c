package plainfile

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func fifo(t *testing.T) string {
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func link(t *testing.T, target string) string {
	path := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(target, path); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestOnlyRegularFilesAreRead(t *testing.T) {
	t.Parallel()
	plain := filepath.Join(t.TempDir(), "plain")
	if err := os.WriteFile(plain, []byte("12345"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{plain, link(t, plain)} {
		if text, err := Read(path, 5); err != nil || string(text) != "12345" {
			t.Errorf("%q, %v", text, err)
		}
	}
	var long *TooLongError
	if _, err := Read(plain, 4); !errors.As(err, &long) {
		t.Errorf("too long: %v", err)
	}
	for path, want := range map[string]error{
		fifo(t): ErrNotRegular, link(t, "/dev/zero"): ErrNotRegular, "/dev/null": ErrNotRegular, t.TempDir(): syscall.EISDIR, plain + "x": os.ErrNotExist,
	} {
		if _, err := Read(path, 5); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", path, err, want)
		}
	}
}

func TestANamedPipeIsReadToItsEnd(t *testing.T) {
	t.Parallel()
	path := fifo(t)
	go func() {
		if err := os.WriteFile(path, []byte("through the pipe"), 0o600); err != nil {
			t.Error(err)
		}
	}()
	if text, err := ReadNamed(t.Context(), path, 100); err != nil || string(text) != "through the pipe" {
		t.Errorf("%q, %v", text, err)
	}
	if _, err := ReadNamed(t.Context(), link(t, "/dev/zero"), 100); !errors.Is(err, ErrNotReadable) {
		t.Errorf("a device: %v", err)
	}
}

func TestTheEndOfTheRunEndsTheWait(t *testing.T) {
	t.Parallel()
	enough := errors.New("enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(enough)
	if _, err := ReadNamed(ctx, fifo(t), 100); err != enough {
		t.Errorf("a pipe: %v", err)
	}
	never, _ := io.Pipe()
	if _, err := ReadStream(ctx, never, 100); err != enough {
		t.Errorf("a stream: %v", err)
	}
	if text, err := ReadStream(t.Context(), strings.NewReader("x"), 1); err != nil || string(text) != "x" {
		t.Errorf("%q, %v", text, err)
	}
}
