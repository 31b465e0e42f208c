package pgtest

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
)

// startTries bounds how often a port that somebody else took meanwhile is replaced by another one.
const startTries = 3

// Options are the ways in which a server may differ from the default one.
type Options struct {
	// Fsync makes commits wait for the disk. Off by default: tests need no protection from a
	// power cut.
	Fsync bool
	// Settings are further lines of postgresql.conf, by parameter name; they win over the defaults.
	Settings map[string]string
	// Dir keeps the data there after Stop, and a later Start continues with it. Empty is a
	// temporary folder.
	Dir string
	// Password makes every login give it. Empty lets everybody in without one.
	Password string
}

// Server is a PostgreSQL server on a port of its own on the loopback address.
type Server struct {
	opts   Options
	run    string
	data   string
	port   int
	keeper *keeper
}

// Start makes a database cluster, starts a server on it and waits until it takes connections. The
// server is stopped, and its temporary folder removed, by Stop, or at the latest when this
// process ends in whatever way or nothing refers to the Server any more. Where PostgreSQL is not
// installed, the error is [ErrNotInstalled] and names the package.
func Start(opts Options) (*Server, error) {
	bin, err := findBinaries(os.Getenv("PATH"), installedFolders)
	if err != nil {
		return nil, err
	}
	owner, err := serverAccount()
	if err != nil {
		return nil, err
	}
	s, err := prepare(opts, owner)
	if err != nil {
		return nil, err
	}
	if err := s.boot(bin, owner); err != nil {
		return nil, errors.Join(err, s.Stop())
	}
	return s, nil
}

// prepare makes the folders, which belong to the account that the server runs under.
func prepare(opts Options, owner account) (*Server, error) {
	run, err := os.MkdirTemp(owner.tempDir(), "pgtest-")
	if err != nil {
		return nil, fmt.Errorf("make a folder for the test server: %w", err)
	}
	s := &Server{opts: opts, run: run, data: filepath.Join(run, "data")}
	if opts.Dir != "" {
		s.data = filepath.Join(opts.Dir, "data")
	}
	if err := owner.handOver(run, opts.Dir); err != nil {
		return nil, errors.Join(err, os.RemoveAll(run))
	}
	return s, nil
}

func (s *Server) boot(bin string, owner account) error {
	keeper, err := startKeeper(bin, s.data, s.run, owner)
	if err != nil {
		return errors.Join(err, os.RemoveAll(s.run))
	}
	s.keeper = keeper
	if err := s.createCluster(owner); err != nil {
		return err
	}
	for range startTries {
		if err = s.bootOnFreePort(owner); err == nil {
			return nil
		}
	}
	return err
}

// createCluster leaves a cluster that an earlier Start made as it is.
func (s *Server) createCluster(owner account) error {
	if _, err := os.Stat(filepath.Join(s.data, "PG_VERSION")); err == nil {
		return nil
	}
	if s.opts.Password == "" {
		return s.keeper.ask("init-trust")
	}
	if err := owner.writeFile(filepath.Join(s.run, "password"), s.opts.Password+"\n"); err != nil {
		return err
	}
	return s.keeper.ask("init-password")
}

func (s *Server) bootOnFreePort(owner account) error {
	port, err := freePort()
	if err != nil {
		return err
	}
	s.port = port
	if err := owner.writeFile(filepath.Join(s.data, "postgresql.auto.conf"), s.settings()); err != nil {
		return err
	}
	return s.StartServer()
}

// URL is the address of one database of the server; "postgres" always exists.
func (s *Server) URL(database string) string {
	login := url.User(superuser)
	if s.opts.Password != "" {
		login = url.UserPassword(superuser, s.opts.Password)
	}
	address := url.URL{
		Scheme: "postgres", User: login, Host: s.Address(),
		Path: "/" + database, RawQuery: "sslmode=disable",
	}
	return address.String()
}

// Address is host and port, as a proxy in front of the server wants it.
func (s *Server) Address() string {
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port))
}

// SocketDir is the folder of the server's Unix socket, short enough for every system's limit.
func (s *Server) SocketDir() string { return s.run }

// StopServer ends the server at once, as a crash would: open connections break, unfinished
// transactions are lost, committed ones are not. StartServer brings it back on the same port.
func (s *Server) StopServer() error { return s.keeper.ask("stop") }

// StartServer starts a stopped server again and waits until it takes connections.
func (s *Server) StartServer() error { return s.keeper.ask("start") }

// Restart is a crash followed by a start.
func (s *Server) Restart() error {
	if err := s.StopServer(); err != nil {
		return err
	}
	return s.StartServer()
}

// Stop ends the server for good and waits until its temporary folder is gone. A second call does
// nothing.
func (s *Server) Stop() error {
	if s.keeper == nil {
		return nil
	}
	return s.keeper.close()
}

// freePort asks the kernel for a port that nobody uses now.
func freePort() (int, error) {
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("find a free port for the test server: %w", err)
	}
	port := listener.Addr().(*net.TCPAddr).Port
	return port, listener.Close()
}
