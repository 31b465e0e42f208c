package monitor

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/dbos-script/dbos-script/runtime/monitor/openmetrics"
)

// Config names the address of a server, and the sources of its answers.
type Config struct {
	// Address is host:port. An empty host is every address of the machine, port 0 any free one.
	Address string
	// Token is the secret that opens metrics. If it is empty, they are open on a loopback address
	// only.
	Token string
	// Alive returns why the process does not work, or "" if it does.
	Alive func() string
	// Ready returns the reasons why the process is not ready, in plain words; none if it is.
	Ready func(context.Context) []string
	// Metrics returns all metrics.
	Metrics func(context.Context) []openmetrics.Family
	// Logger receives errors of connections as debug messages.
	Logger *slog.Logger
	// Page answers browsers. It may be nil.
	Page Page
	// Now returns the time that sessions end by. Nil is the time of the machine.
	Now func() time.Time
}

// A Server answers requests from Serve until Close.
type Server struct {
	config   Config
	listener net.Listener
	loopback bool
	sessions *sessions
	http     http.Server
}

// An AddressError says why an address cannot be listened on.
type AddressError struct {
	Message, Hint string
	// Taken is true if the address is well formed, and the machine refuses it.
	Taken bool
}

func (e *AddressError) Error() string { return e.Message }

// ErrorHint returns how to write the address, or "".
func (e *AddressError) ErrorHint() string { return e.Hint }

// CheckAddress returns an *AddressError if text is no host and port. It opens nothing.
func CheckAddress(text string) error {
	host, port, err := net.SplitHostPort(text)
	if err != nil {
		return misspelt(text)
	}
	if number, err := strconv.ParseUint(port, 10, 16); err != nil {
		return &AddressError{Message: fmt.Sprintf("%q is no address: the port %q is no number from 0 to 65535", text, port)}
	} else if strings.ContainsAny(host, " /@?#\\\t\n\r\x00") || port != strconv.FormatUint(number, 10) {
		return misspelt(text)
	}
	return nil
}

// misspelt returns an error with the address that was probably meant.
func misspelt(text string) error {
	e := &AddressError{Message: fmt.Sprintf("%q is no address: a host and a port are expected, such as 127.0.0.1:9464", text)}
	_, rest, found := strings.Cut(text, "://")
	rest = strings.TrimRight(rest, "/")
	switch _, err := strconv.ParseUint(text, 10, 16); {
	case err == nil:
		e.Hint = fmt.Sprintf("write 127.0.0.1:%s for this machine alone, or :%s for every address of it", text, text)
	case found && CheckAddress(rest) == nil:
		e.Hint = "write " + rest
	case net.ParseIP(strings.Trim(text, "[]")) != nil:
		e.Hint = "write " + net.JoinHostPort(strings.Trim(text, "[]"), "9464")
	}
	return e
}

// Listen opens the address. Requests wait until Serve. It returns an *AddressError if the address
// is none, belongs to another machine, or is in use.
func Listen(ctx context.Context, config Config) (*Server, error) {
	if err := CheckAddress(config.Address); err != nil {
		return nil, err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", config.Address)
	if err != nil {
		return nil, &AddressError{Message: fmt.Sprintf("cannot listen on %s: %v", config.Address, cause(err)), Taken: true}
	}
	s := &Server{config: config, listener: listener, loopback: isLoopback(listener.Addr()), sessions: newSessions(config.Now)}
	s.http = http.Server{
		Handler: s.handler(), ErrorLog: slog.NewLogLogger(config.Logger.Handler(), slog.LevelDebug),
		ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: time.Minute, IdleTimeout: time.Minute,
		MaxHeaderBytes: 16 << 10,
	}
	return s, nil
}

// cause returns the last error of a chain: "address already in use", without the address again.
func cause(err error) error {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err
		}
		err = inner
	}
}

func isLoopback(address net.Addr) bool {
	tcp, ok := address.(*net.TCPAddr)
	return ok && tcp.IP.IsLoopback()
}

// Address returns the address that the server listens on, with its real port.
func (s *Server) Address() string { return s.listener.Addr().String() }

// Restricted returns true if only /healthz and /readyz are answered, because the address is not a
// loopback one and there is no token.
func (s *Server) Restricted() bool { return !s.loopback && s.config.Token == "" }

// Serve answers requests until Close. It returns nil after Close, otherwise the error that ended
// it.
func (s *Server) Serve() error {
	if err := s.http.Serve(s.listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// Close ends the server: no connection is taken any more, and requests under way have until the
// context ends.
func (s *Server) Close(ctx context.Context) {
	if err := s.http.Shutdown(ctx); err != nil {
		_ = s.http.Close()
	}
	_ = s.listener.Close() // if Serve was never called, Shutdown does not know it
}
