package db

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/dbos-script/dbos-script/client/internal/address"
)

// A Place is a database that a URL names. Two are == if their database and user are the same.
type Place struct {
	File     string // without links; empty for a server
	Hosts    string // with their ports
	Database string
	User     string // empty if the URL names none
}

// Within returns true if a database is the granted one. A grant without a user is for every user.
func (p Place) Within(granted Place) bool {
	if granted.User == "" {
		p.User = ""
	}
	return p == granted && p != Place{}
}

// PlaceOf says where the database of a URL is.
func PlaceOf(text string, source address.Source) (Place, error) {
	a, err := address.Parse(text, source)
	if err != nil {
		return Place{}, err
	}
	if a.File != nil {
		if a.File.Memory {
			return Place{}, &address.Error{Message: "a database in memory has no place"}
		}
		path, err := address.Resolve(a.File.Path)
		return Place{File: path}, err
	}
	config, err := configOf(a)
	if err != nil {
		return Place{}, err
	}
	host, port := hostsOf(config)
	return Place{Hosts: strings.ToLower(address.Hosts(host, port)), Database: databaseOf(config), User: a.Settings["user"]}, nil
}

// Show returns the parts of a database URL that may be shown: where the database is, and the
// user. It returns nothing if the URL cannot be parsed.
func Show(text string, source address.Source) string {
	a, err := address.Parse(text, source)
	if err != nil {
		return "(a database URL that cannot be read)"
	}
	if a.File != nil {
		return a.String()
	}
	config, err := configOf(a)
	if err != nil {
		return a.String()
	}
	host, port := hostsOf(config)
	return address.Show(config.ConnConfig.User, host, port, databaseOf(config))
}

// Passwords returns the secrets of a database URL by the names of their parameters, as
// client.ClientConfig.Passwords does.
func Passwords(text string, source address.Source) map[string]string {
	found := map[string]string{}
	a, err := address.Parse(text, source)
	if err != nil || a.File != nil {
		return found
	}
	for _, name := range []string{"password", "sslpassword"} {
		if value := a.Settings[name]; value != "" {
			found[name] = value
		}
	}
	if config, err := configOf(a); err == nil && config.ConnConfig.Password != "" {
		found["password"] = config.ConnConfig.Password
	}
	return found
}

// configOf makes the driver's configuration. The driver's own words for a mistake quote the text,
// so none of them are handed on.
func configOf(a address.Address) (*pgxpool.Config, error) {
	if err := checkFiles(a); err != nil {
		return nil, err
	}
	config, err := pgxpool.ParseConfig(a.Text())
	if err != nil {
		return nil, unusable(err)
	}
	config.ConnConfig.LookupFunc = lookup
	if a.Source == address.Script {
		clear(config.ConnConfig.RuntimeParams)
		if name := a.Settings["application_name"]; name != "" {
			config.ConnConfig.RuntimeParams["application_name"] = name
		}
	}
	return config, nil
}

// lookup returns the addresses of a host. It ends with its context, which Resolver.LookupHost does
// not while a server of names is silent.
func lookup(ctx context.Context, host string) ([]string, error) {
	found, err := net.DefaultResolver.LookupIPAddr(ctx, host)
	addresses := make([]string, len(found))
	for i, one := range found {
		addresses[i] = one.String()
	}
	return addresses, err
}

// A driverFile is a file that the driver reads: which setting and which variable name it, and where
// below the user's folder it is otherwise.
type driverFile struct{ setting, variable, usual string }

func driverFiles() []driverFile {
	return []driverFile{
		{"passfile", "PGPASSFILE", ".pgpass"}, {"servicefile", "PGSERVICEFILE", ".pg_service.conf"}, {"sslrootcert", "PGSSLROOTCERT", ".postgresql/root.crt"},
		{"sslcert", "PGSSLCERT", ".postgresql/postgresql.crt"}, {"sslkey", "PGSSLKEY", ".postgresql/postgresql.key"},
	}
}

// path returns where the driver reads the file, and "" if it reads none.
func (f driverFile) path(settings map[string]string) string {
	if path := cmp.Or(settings[f.setting], os.Getenv(f.variable)); path != "" {
		return path
	}
	if f.setting == "servicefile" && settings["service"] == "" && os.Getenv("PGSERVICE") == "" {
		return "" // nothing of it is asked for
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return ""
	}
	return filepath.Join(home, f.usual)
}

// origin returns a hint about where the name of the file comes from.
func (f driverFile) origin() string {
	return fmt.Sprintf("the file is named by %s in the URL, by $%s, or is ~/%s", f.setting, f.variable, f.usual)
}

// checkFiles refuses a file of the driver's that is a pipe, a socket or a device, whose reading
// may never end. The null device is an empty file.
func checkFiles(a address.Address) error {
	if a.Source == address.Script {
		return nil // it names no file, and nothing of the environment is used
	}
	for _, file := range driverFiles() {
		path := file.path(a.Settings)
		info, err := os.Stat(path)
		if path == "" || path == os.DevNull || err != nil || info.IsDir() || info.Mode().IsRegular() {
			continue
		}
		return &address.Error{Message: fmt.Sprintf("%s%s: it is %s, not a file", unusableFile, path, kindOf(info.Mode())), Hint: file.origin()}
	}
	return nil
}

const unusableFile = "a file that the database URL or the environment names cannot be used: "

func unusable(err error) error {
	var file *fs.PathError
	if errors.As(err, &file) {
		return &address.Error{Message: unusableFile + file.Path + ": " + file.Err.Error(),
			Hint: "check sslrootcert, sslcert and sslkey"}
	}
	return &address.Error{Message: "the settings of the database URL and of the environment do not fit together",
		Hint: "check the number of ports, sslmode, sslcert with sslkey and sslrootcert, and service with servicefile; in the environment the same as PGPORT, PGSSLMODE, PGSERVICE and so on"}
}

func databaseOf(config *pgxpool.Config) string {
	if config.ConnConfig.Database == "" {
		return config.ConnConfig.User // as the server has it
	}
	return config.ConnConfig.Database
}

// hostsOf are all hosts and ports that are tried, each once.
func hostsOf(config *pgxpool.Config) (hosts, ports string) {
	type server struct {
		host string
		port uint16
	}
	first := server{config.ConnConfig.Host, config.ConnConfig.Port}
	list := []server{first}
	known := map[server]bool{first: true}
	for _, f := range config.ConnConfig.Fallbacks {
		if s := (server{f.Host, f.Port}); !known[s] {
			known[s] = true
			list = append(list, s)
		}
	}
	names, numbers := make([]string, len(list)), make([]string, len(list))
	for i, s := range list {
		names[i], numbers[i] = s.host, strconv.Itoa(int(s.port))
	}
	return strings.Join(names, ","), strings.Join(numbers, ",")
}
