package db

import (
	"context"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"pgregory.net/rapid"

	"github.com/dbos-script/dbos-script/client/clienttest/pgproxy"
	"github.com/dbos-script/dbos-script/client/clienttest/pgtest"
)

// hasty is patient with shorter waits.
func hasty(total time.Duration) policy {
	p := patient()
	p.lost, p.conflict, p.longest, p.total = time.Millisecond, time.Millisecond, 4*time.Millisecond, total
	return p
}

var (
	errLost    = &Failure{Meaning: ErrConnection, Unsure: true, Err: errors.New("reset by peer")}
	errRefusal = &Failure{Meaning: ErrConnection, Err: errors.New("connection refused")}
	errBusy    = &Failure{Meaning: ErrConflict, Err: errors.New("serialization failure")}
)

// failingWith fails with one error after the other, and then with last.
func failingWith(last error, errs ...error) func(Attempt) error {
	return func(Attempt) error {
		if len(errs) == 0 {
			return last
		}
		err := errs[0]
		errs = errs[1:]
		return err
	}
}

func TestTriesGoOnWhileThatCanHelp(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		errs    []error
		last    error
		retried bool
	}{
		"success":                     {[]error{errLost, errBusy, errRefusal}, nil, false},
		"unique after a loss":         {[]error{errLost}, &Failure{Meaning: ErrUnique, Err: errors.New("x")}, true},
		"unique after a connectError": {[]error{errRefusal}, &Failure{Meaning: ErrUnique, Err: errors.New("x")}, false},
		"unique after a conflict":     {[]error{errBusy}, &Failure{Meaning: ErrUnique, Err: errors.New("x")}, false},
		"closed after a loss":         {[]error{errLost}, &Failure{Meaning: ErrClosed, Err: errors.New("x")}, true},
		"an error of the caller's":    {nil, errors.New("x"), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := hasty(time.Minute).do(t.Context(), nil, quiet(), failingWith(test.last, test.errs...))
			if !errors.Is(err, test.last) || Unsure(err) != test.retried {
				t.Errorf("%v, unsure %v", err, Unsure(err))
			}
		})
	}
}

func TestTriesAreBounded(t *testing.T) {
	t.Parallel()
	closed := make(chan struct{})
	close(closed)
	over, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("the operator pressed Ctrl-C"))
	late, cancelLate := context.WithTimeout(t.Context(), 5*time.Millisecond)
	defer cancelLate()
	for name, test := range map[string]struct {
		policy policy
		ctx    context.Context
		closed chan struct{}
		want   error
		text   string
	}{
		"by the total":            {hasty(20 * time.Millisecond), t.Context(), nil, ErrConnection, "reset by peer"},
		"by the end of a context": {hasty(time.Minute), over, nil, context.Canceled, "Ctrl-C"},
		"by a deadline":           {hasty(time.Minute), late, nil, context.DeadlineExceeded, "reset by peer"},
		"by Close":                {hasty(time.Minute), t.Context(), closed, ErrClosed, "reset by peer"},
	} {
		t.Run(name, func(t *testing.T) {
			err := test.policy.do(test.ctx, test.closed, quiet(), failingWith(errLost))
			if !errors.Is(err, test.want) || !errors.Is(err, ErrConnection) || !Unsure(err) {
				t.Errorf("%v, unsure %v", err, Unsure(err))
			}
			if !strings.Contains(err.Error(), test.text) {
				t.Errorf("%v does not say %q", err, test.text)
			}
		})
	}
}

func TestWaitsDoubleUpToTheLongest(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		wait := time.Duration(rapid.Int64Range(1, int64(time.Hour)).Draw(t, "wait"))
		if j := jitter(wait); j < wait*94/100 || j > wait*106/100 {
			t.Errorf("%v became %v", wait, j)
		}
	})
	if p := patient(); p.total != 2*time.Minute || p.first(errLost) != 100*time.Millisecond || p.first(errBusy) >= p.first(errLost) {
		t.Errorf("the policy is %+v", p)
	}
}

func TestWhatServersMean(t *testing.T) {
	t.Parallel()
	for state, want := range map[string]error{
		"23505": ErrUnique, "23503": ErrForeignKey, "40001": ErrConflict, "40P01": ErrConflict, "55P03": ErrConflict, "25006": ErrReadOnly,
		"28P01": ErrAccess, "42501": ErrPrivilege, "3D000": ErrMissing, "26000": ErrStale, "57P01": ErrConnection, "57P03": ErrConnection,
		"40003": ErrConnection, "08006": ErrConnection, "53300": ErrConnection, "42601": nil, "0A000": nil,
	} {
		err := classify(t.Context(), fmt.Errorf("wrapped: %w", &pgconn.PgError{Code: state}))
		var failure *Failure
		if !errors.As(err, &failure) || failure.Meaning != want {
			t.Errorf("%s means %v, want %v", state, failure.Meaning, want)
		}
		if doubt := want == ErrConnection && state != "57P03" && state != "53300"; failure.Unsure != doubt {
			t.Errorf("%s leaves doubt: %v", state, failure.Unsure)
		}
	}
	migrated := classify(t.Context(), &pgconn.PgError{Code: "0A000", Message: "cached plan must not change result type"})
	if !errors.Is(migrated, ErrConflict) {
		t.Errorf("a migrated table means %v", migrated)
	}
}

// The server takes the connection and says nothing, until the driver's own time is over.
func TestASilentServerIsNoTimeoutOfTheCaller(t *testing.T) {
	t.Parallel()
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { silent.Close() })
	d := openAt(t, "postgres://u@"+silent.Addr().String()+"/x?sslmode=disable&connect_timeout=1")
	err = d.Once(t.Context(), func(b *Batch) { b.Raw("SELECT 1", nil, func(Row) error { return nil }) })
	if !errors.Is(err, ErrConnection) || Unsure(err) {
		t.Errorf("%v, unsure %v", err, Unsure(err))
	}
}

// One process holds the write lock; the other's file waits for it, and gets it when it is free.
func TestABusyFileIsWaitedFor(t *testing.T) {
	t.Parallel()
	url := "sqlite:" + filepath.Join(t.TempDir(), "a.db") + "?_pragma=busy_timeout(1)"
	one, err := Open(t.Context(), Config{URL: url, Create: true, Logger: quiet()})
	if err != nil {
		t.Fatal(err)
	}
	defer one.Close(0)
	if err := one.Script(t.Context(), []string{"CREATE TABLE item (n INTEGER)"}); err != nil {
		t.Fatal(err)
	}
	two, err := Open(t.Context(), Config{URL: url, Logger: quiet()})
	if err != nil {
		t.Fatal(err)
	}
	defer two.Close(0)
	tries := 0
	err = one.Run(t.Context(), func(b *Batch) {
		b.Query("INSERT INTO item VALUES (1) RETURNING n", nil, func(Row) error {
			done := make(chan error)
			ctx, cancel := context.WithCancel(t.Context())
			go func() {
				done <- two.Run(ctx, func(b *Batch) {
					if tries++; tries == 3 {
						cancel()
					}
					b.Exec("INSERT INTO item VALUES (2)", nil, nil)
				})
			}()
			if err := <-done; !errors.Is(err, context.Canceled) {
				t.Errorf("the file was not busy: %v", err)
			}
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := two.Run(t.Context(), func(b *Batch) { b.Exec("INSERT INTO item VALUES (2)", nil, nil) }); err != nil {
		t.Error(err)
	}
}

func TestAFileThatIsNoDatabaseIsNotTriedAgain(t *testing.T) {
	t.Parallel()
	d, err := Open(t.Context(), Config{URL: "sqlite:retry_test.go", Logger: quiet()})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close(0)
	err = d.Run(t.Context(), func(b *Batch) { b.Exec("CREATE TABLE item (n INTEGER)", nil, nil) })
	if !errors.Is(err, ErrBroken) {
		t.Errorf("it is %v", err)
	}
}

// The conflicts hit reads, writes and scripts alike; rows that were read before one are not kept.
func TestConflictsAreTriedAgain(t *testing.T) {
	t.Parallel()
	proxy := pgproxy.New(t, pgtest.NewDatabase(t), pgproxy.Options{Intercept: func(r pgproxy.Request) pgproxy.Action {
		if r.Number%3 != 0 {
			return pgproxy.Conflict
		}
		return pgproxy.Pass
	}})
	d := openAt(t, proxy.URL())
	if err := d.Script(t.Context(), []string{`CREATE SCHEMA dbos`, `CREATE TABLE dbos.item (n BIGINT)`}); err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		if err := d.Run(t.Context(), func(b *Batch) { b.Exec("INSERT INTO {item} VALUES (:n)", map[string]any{"n": int64(i)}, nil) }); err != nil {
			t.Fatal(err)
		}
	}
	var found []int64
	err := d.Read(t.Context(), func(b *Batch) {
		found = nil
		b.Query("SELECT n FROM {item} ORDER BY n", nil, func(row Row) error {
			var n Int
			err := row.Scan(&n)
			found = append(found, n.Int64)
			return err
		})
	})
	if err != nil || fmt.Sprint(found) != "[0 1 2]" {
		t.Errorf("found %v, %v", found, err)
	}
	ping(t, d)
}

func TestErrorsKeepThePassword(t *testing.T) {
	t.Parallel()
	const secret = "s3cr&t/word"
	server, err := pgtest.Start(pgtest.Options{Password: secret})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Stop() })
	check := func(what string, err error, meaning error) {
		t.Helper()
		if !errors.Is(err, meaning) {
			t.Errorf("%s: %v", what, err)
		}
		for _, part := range []string{secret, "s3cr%26t", "wrong-one"} {
			if strings.Contains(fmt.Sprintf("%v %+v", err, err), part) {
				t.Errorf("%s: %v gives the password away", what, err)
			}
		}
	}
	once := func(d *DB) error {
		return d.Once(t.Context(), func(b *Batch) { b.Raw("SELECT 1", nil, func(Row) error { return nil }) })
	}
	d := openAt(t, server.URL("postgres"))
	ping(t, d)
	check("a wrong password", once(openAt(t, "postgres://postgres:wrong-one@"+server.Address()+"/postgres")), ErrAccess)
	check("a missing database", once(openAt(t, server.URL("nowhere"))), ErrMissing)
	if err := server.StopServer(); err != nil {
		t.Fatal(err)
	}
	d.retry = hasty(10 * time.Millisecond)
	check("a server that is gone", d.Run(t.Context(), func(b *Batch) { b.Exec("SELECT 1", nil, nil) }), ErrConnection)
	for _, address := range []string{"postgres://u:" + secret + "@h:port/x", "postgres://u:wrong-one@h/x?sslmode=nonsense", "host=h password=wrong-one sslmode=nonsense"} {
		if _, err := Open(t.Context(), Config{URL: address, Logger: quiet()}); err == nil {
			t.Errorf("%s was opened", address)
		} else {
			check(address, err, err)
		}
	}
}
