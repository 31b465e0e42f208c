package planfile

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"

	"github.com/dbos-script/dbos-script/runtime/plainfile"
)

// longestSigners is how many bytes a file of allowed signers may have: some thousand keys.
const longestSigners = 1 << 20

// Signers are the persons who may sign plans, read from a file of allowed signers, whose format
// ssh-keygen(1) describes.
type Signers struct {
	path string
	list []signer
}

// A signer is a line of the file.
type signer struct {
	line          int
	names         []string
	key           []byte // as the protocol writes it
	authority     bool   // the key signs certificates, and no plans
	namespaces    []string
	after, before time.Time // zero is no limit
}

// ReadSigners reads a file of allowed signers. It returns an error with the path, and with the
// number of the line if one is wrong.
func ReadSigners(path string) (*Signers, error) {
	text, err := plainfile.Read(path, longestSigners)
	if wrapped := (*fs.PathError)(nil); errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	if err != nil {
		return nil, fmt.Errorf("%s cannot be read: %w", path, err)
	}
	s := &Signers{path: path}
	for i, line := range bytes.Split(text, []byte("\n")) {
		line = bytes.TrimSpace(line)
		if len(line) == 0 || line[0] == '#' {
			continue
		}
		one, err := parseSigner(string(line))
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", path, i+1, err)
		}
		one.line = i + 1
		s.list = append(s.list, one)
	}
	return s, nil
}

// parseSigner reads a line: names, options if there are some, and a public key.
func parseSigner(line string) (s signer, err error) {
	names, rest, found := strings.Cut(line, " ")
	if quoted, isQuoted := strings.CutPrefix(line, `"`); isQuoted {
		names, rest, found = strings.Cut(quoted, `"`)
	} else if tab := strings.IndexByte(line, '\t'); tab >= 0 && tab < len(names) {
		names, rest, found = line[:tab], line[tab+1:], true
	}
	s.names = strings.Split(names, ",")
	if !found || names == "" || slices.Contains(s.names, "") {
		return s, errors.New("it is no line of allowed signers: NAME ssh-ed25519 AAAA…")
	}
	key, _, options, _, err := ssh.ParseAuthorizedKey([]byte(strings.TrimSpace(rest)))
	if err != nil {
		return s, errors.New("there is no public key after the name")
	}
	s.key = key.Marshal()
	given := map[string]bool{}
	for _, option := range options {
		if err := s.option(option); err != nil {
			return s, err
		}
		name, _, valued := strings.Cut(strings.ToLower(option), "=")
		if valued && given[name] { // ssh-keygen refuses it too
			return s, fmt.Errorf("the option %q stands twice", name)
		}
		given[name] = true
	}
	return s, nil
}

// option sets an option of a line.
func (s *signer) option(text string) (err error) {
	name, value, _ := strings.Cut(text, "=")
	value = strings.Trim(value, `"`)
	switch strings.ToLower(name) {
	case "cert-authority":
		s.authority = true
	case "namespaces":
		s.namespaces = strings.Split(value, ",")
	case "valid-after":
		s.after, err = signerTime(value)
	case "valid-before":
		s.before, err = signerTime(value)
	default:
		err = fmt.Errorf("there is no option %q: the options are cert-authority, namespaces, valid-after and valid-before", name)
	}
	return err
}

// signerTime reads a time: in UTC if it ends with Z, else in the zone of the system.
func signerTime(text string) (time.Time, error) {
	digits, utc := strings.CutSuffix(strings.ToUpper(text), "Z")
	zone := time.Local
	if utc {
		zone = time.UTC
	}
	for _, layout := range []string{"20060102", "200601021504", "20060102150405"} {
		if len(layout) == len(digits) {
			return time.ParseInLocation(layout, digits, zone)
		}
	}
	return time.Time{}, fmt.Errorf("%q is no time such as 20261231 or 202612312359Z", text)
}

// Approver returns the persons whose key it is. Several lines may have the same key. It returns a
// *DeniedError if none has it, or none of these may sign plans now.
func (s *Signers) Approver(key ssh.PublicKey, now time.Time) (*Approver, error) {
	a := &Approver{Key: ssh.FingerprintSHA256(key)}
	refused := "it is none of the keys of " + s.path
	for _, one := range s.list {
		if !bytes.Equal(one.key, key.Marshal()) {
			continue
		}
		if why := one.refuses(now); why != "" {
			refused = fmt.Sprintf("%s:%d: %s", s.path, one.line, why)
			continue
		}
		a.Names = append(a.Names, one.names...)
	}
	if len(a.Names) == 0 {
		return nil, &DeniedError{Message: fmt.Sprintf("the key %s may not sign: %s", a.Key, refused), Hint: "a key of that file has to sign"}
	}
	return a, nil
}

// refuses returns why the line does not let its key sign plans, or "".
func (s *signer) refuses(now time.Time) string {
	switch {
	case s.authority:
		return "it is the key of an authority, and certificates cannot sign plans"
	case slices.ContainsFunc(s.names, func(name string) bool { return strings.ContainsAny(name, "*?!") }):
		return "a name is a pattern, which says nothing about who has signed"
	case s.namespaces != nil && !inNamespaces(s.namespaces):
		return "it is not for the namespace " + Namespace
	case !s.after.IsZero() && now.Before(s.after):
		return "it is not valid yet"
	case !s.before.IsZero() && now.After(s.before):
		return "it is not valid any more"
	}
	return ""
}

// inNamespaces returns true if one of the patterns is for plans, and none beginning with ! is.
func inNamespaces(patterns []string) (in bool) {
	for _, pattern := range patterns {
		pattern, negated := strings.CutPrefix(strings.TrimSpace(pattern), "!")
		quoted := strings.NewReplacer(`\*`, ".*", `\?`, ".").Replace(regexp.QuoteMeta(pattern))
		if regexp.MustCompile("^" + quoted + "$").MatchString(Namespace) {
			if negated {
				return false
			}
			in = true
		}
	}
	return in
}

// An Approver is who has signed a plan.
type Approver struct {
	Names []string // of the lines with the key
	Key   string   // its fingerprint: SHA256:…
}

// String returns the names.
func (a *Approver) String() string { return strings.Join(a.Names, ", ") }

// Is returns true if a user of a system is the approver: a name is that of the user, or has it in
// front of its @. Upper and lower case are the same.
func (a *Approver) Is(user string) bool {
	return slices.ContainsFunc(a.Names, func(name string) bool {
		return strings.EqualFold(name, user) || strings.EqualFold(account(name), account(user))
	})
}

// account returns the name of a person without the domain: of "shop\alice" and "alice@shop" it is
// "alice".
func account(name string) string {
	name, _, _ = strings.Cut(name, "@")
	return name[strings.LastIndexByte(name, '\\')+1:]
}
