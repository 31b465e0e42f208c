package main

import (
	"bytes"
	"context"
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
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	began := time.Now()
	Main(ctx, []string{"__complete", "list", "--db", "postgres://u@" + silent.Addr().String() + "/x?sslmode=disable", "--queue", ""}, streams{strings.NewReader(""), &out, &log})
	if took := time.Since(began); took < completionTime || ctx.Err() != nil {
		t.Errorf("it took %v", took)
	}
	if strings.Contains(log.String(), "timeout") || strings.Contains(log.String(), silent.Addr().String()) {
		t.Errorf("it says %q", &log)
	}
}
