// Package mask hides values in stored payloads by rules, and leaves all other bytes as they are.
//
// A rule is the name of a key ("password"), which holds at any depth, or a path: "card.number" is
// the key number of an object under the key card, and "input.card" is the key card of an input.
// Arrays count for nothing in a path, and nor do the wrappers of an SDK. "*" is any key,
// "input.*" is all of an input, and "@secrets" are the usual names of secrets. Case, "_" and "-"
// make no difference.
package mask

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// A Payload is the kind of a stored value, as paths name it.
type Payload string

// The payloads.
const (
	Input      Payload = "input"
	Output     Payload = "output"
	Error      Payload = "error"
	Step       Payload = "step"
	Event      Payload = "event"
	Stream     Payload = "stream"
	Message    Payload = "message"
	Attributes Payload = "attributes"
)

var payloads = []Payload{Input, Output, Error, Step, Event, Stream, Message, Attributes}

// Secrets is the rule that stands for the usual names of secrets.
const Secrets = "@secrets"

// secretNames are the usual names of secrets, in plain letters.
var secretNames = []string{
	"password", "passwd", "passphrase", "secret", "clientsecret", "token", "accesstoken", "refreshtoken", "idtoken", "authtoken",
	"apikey", "accesskey", "secretkey", "privatekey", "encryptionkey", "authorization", "cookie", "credential", "credentials",
	"card", "cardnumber", "creditcard", "cvv", "cvc", "pin", "iban", "ssn", "socialsecuritynumber",
}

// A rule is one of the rules of a Set.
type rule struct {
	text    string
	of      Payload // "" for all of them
	path    []string
	whole   bool // all of the payload
	counted bool // nothing is masked
}

// A Set holds rules, and what they have masked. It is not safe for concurrent use.
type Set struct {
	rules []rule
	// Hits are the numbers of values that each rule has masked, by its text.
	Hits map[string]int
	// Whole is the number of payloads that were masked as a whole, because their format has no
	// fields that can be masked one by one.
	Whole int
	// Bare are the numbers of values that were left as they are, by the usual name of a secret that
	// their key has.
	Bare map[string]int
}

// Parse returns the rules of texts. The error names the first that is none.
func Parse(texts []string) (*Set, error) {
	s := &Set{Hits: map[string]int{}, Bare: map[string]int{}}
	for _, text := range texts {
		if text == Secrets {
			for _, name := range secretNames {
				s.rules = append(s.rules, rule{text: text, path: []string{name}})
			}
			s.Hits[text] = 0
			continue
		}
		r, err := parse(text)
		if err != nil {
			return nil, err
		}
		s.rules, s.Hits[text] = append(s.rules, r), 0
	}
	if !slices.Contains(texts, Secrets) {
		for _, name := range secretNames {
			s.rules = append(s.rules, rule{path: []string{name}, counted: true})
		}
	}
	return s, nil
}

func parse(text string) (rule, error) {
	if strings.HasPrefix(text, "@") {
		return rule{}, fmt.Errorf("%q is no rule: %s is the only one with an @", text, Secrets)
	}
	parts := strings.Split(text, ".")
	for i := range parts {
		if parts[i] != "*" {
			parts[i] = plain(parts[i])
		}
		if parts[i] == "" {
			return rule{}, fmt.Errorf("%q is no rule: the name of a key is missing", text)
		}
	}
	r := rule{text: text, path: parts}
	if len(parts) > 1 && slices.Contains(payloads, Payload(parts[0])) {
		r.of, r.path = Payload(parts[0]), parts[1:]
		r.whole = len(r.path) == 1 && r.path[0] == "*"
	}
	if r.of == "" && slices.Contains(r.path, "*") && len(r.path) == 1 {
		return rule{}, fmt.Errorf("%q is no rule, because it would mask every key; \"input.*\" masks a whole input", text)
	}
	return r, nil
}

// plain returns a name without what makes no difference.
func plain(name string) string {
	return strings.ToLower(strings.NewReplacer("_", "", "-", "").Replace(name))
}

// Masks returns true if there are rules that mask something.
func (s *Set) Masks() bool { return len(s.Hits) > 0 }

// Counts are the numbers of a Set at one moment.
type Counts struct {
	hits, bare map[string]int
	whole      int
}

// Counts returns the present numbers.
func (s *Set) Counts() Counts { return Counts{maps.Clone(s.Hits), maps.Clone(s.Bare), s.Whole} }

// Restore goes back to numbers, because what was masked since is masked again.
func (s *Set) Restore(c Counts) {
	clear(s.Hits)
	clear(s.Bare)
	maps.Copy(s.Hits, c.hits)
	maps.Copy(s.Bare, c.bare)
	s.Whole = c.whole
}
