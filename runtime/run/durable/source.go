package durable

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/dbos-script/dbos-script/client/worker/store"
	"github.com/dbos-script/dbos-script/runtime/lua/syntax"
	"github.com/dbos-script/dbos-script/runtime/lua/vm"
	"github.com/dbos-script/dbos-script/runtime/run"
)

// A Bundle is a script with the modules that it requires, as the store of sources keeps it.
type Bundle struct {
	Name    string            `json:"name"` // in the positions of errors
	Text    string            `json:"text"`
	Modules map[string]string `json:"modules,omitempty"` // by the names that require gets
}

// BundleOf reads the modules of a script, and those of the modules: the files that require finds
// for names that are written in quotes. One that cannot be read is missing, because the script may
// never require it.
func BundleOf(s run.Source) Bundle {
	b := Bundle{Name: s.Name, Text: string(s.Text), Modules: map[string]string{}}
	b.collect(s.Folder, b.Text)
	return b
}

func (b *Bundle) collect(folder, text string) {
	for _, name := range required(text) {
		if _, found := b.Modules[name]; found {
			continue
		}
		if _, module, err := vm.FindModule(folder, name, nil); err == nil {
			b.Modules[name] = module
			b.collect(folder, module)
		}
	}
}

// required returns the names in quotes that a text passes to require.
func required(text string) (names []string) {
	var words []syntax.Token
	for _, t := range syntax.Tokens(text) {
		if t.Kind != syntax.Comment && t.Text != "(" {
			words = append(words, t)
		}
	}
	for i := range len(words) - 1 {
		if words[i].Text == "require" && words[i+1].Quoted() {
			names = append(names, words[i+1].Inside())
		}
	}
	return names
}

// encode returns the text of a bundle and its hash. A run goes on with the text that it began with,
// so another comment is another text, and strands no run.
func (b Bundle) encode() (text, hash string, err error) {
	encoded, err := json.Marshal(b)
	sum := sha256.Sum256(encoded)
	return string(encoded), hex.EncodeToString(sum[:]), err
}

// Content returns the hash of the texts of the script and its modules, in hexadecimal digits,
// whatever the script is called.
func (b Bundle) Content() string {
	sum := sha256.New()
	part := func(text string) { fmt.Fprintf(sum, "%d:%s", len(text), text) }
	part(b.Text)
	for _, name := range slices.Sorted(maps.Keys(b.Modules)) {
		part(name)
		part(b.Modules[name])
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// stored returns the row of a bundle.
func (b Bundle) stored(who string) (store.Source, error) {
	text, hash, err := b.encode()
	return store.Source{Hash: hash, Name: b.Name, Text: text, CreatedBy: who}, err
}

// source returns the script as a run takes it.
func (b Bundle) source(path string) run.Source {
	return run.Source{Path: path, Name: b.Name, Text: []byte(b.Text)}
}

// decodeBundle reads the text of a bundle.
func decodeBundle(text string) (b Bundle, err error) {
	err = json.Unmarshal([]byte(text), &b)
	if b.Modules == nil {
		b.Modules = map[string]string{}
	}
	return b, err
}
