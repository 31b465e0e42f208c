package pgtest

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
)

// Replica starts a server that follows this one and can be read. It has a folder of its own, which
// Stop removes; stop it before this one.
func (s *Server) Replica() (*Server, error) {
	bin, err := findBinaries(os.Getenv("PATH"), installedFolders)
	if err != nil {
		return nil, err
	}
	owner, err := serverAccount()
	if err != nil {
		return nil, err
	}
	opts := s.opts
	opts.Dir, opts.Settings = "", maps.Clone(s.opts.Settings)
	if opts.Settings == nil {
		opts.Settings = map[string]string{}
	}
	opts.Settings["primary_conninfo"] = s.URL("postgres")
	opts.Settings["wal_receiver_status_interval"] = "1s"
	replica, err := prepare(opts, owner)
	if err != nil {
		return nil, err
	}
	server, err := filepath.EvalSymlinks(filepath.Join(bin, "postgres")) // a path may lead to a few programs only
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(replica.run))
	}
	// -R leaves the file that makes a server a replica; boot writes the settings anew.
	command := exec.Command(filepath.Join(filepath.Dir(server), "pg_basebackup"), "-d", s.URL("postgres"), "-D", replica.data, "-R", "-c", "fast", "--no-sync")
	command.Dir, command.SysProcAttr = replica.run, owner.processAttr()
	if text, err := command.CombinedOutput(); err != nil {
		return nil, errors.Join(fmt.Errorf("copy the test server: %w\n%s", err, text), os.RemoveAll(replica.run))
	}
	if err := replica.boot(bin, owner); err != nil {
		return nil, errors.Join(err, replica.Stop())
	}
	return replica, nil
}
