package main

import (
	"bytes"
	"net"
	"strings"
	"testing"
	"time"
)

// A completion does not wait for a database that does not answer.
func TestACompletionDoesNotWait(t *testing.T) {
	t.Parallel()
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	var out, log bytes.Buffer
	began := time.Now()
	Main(t.Context(), []string{"__complete", "list", "--db", "postgres://u@" + silent.Addr().String() + "/x?sslmode=disable", "--queue", ""}, streams{strings.NewReader(""), &out, &log})
	if took := time.Since(began); took < completionTime || took > 10*completionTime {
		t.Errorf("it took %v", took)
	}
	if strings.Contains(log.String(), "timeout") || strings.Contains(log.String(), silent.Addr().String()) {
		t.Errorf("it says %q", &log)
	}
}
