//go:build interop

package interop

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/dbos-script/dbos-script/tests/interop/peer"
)

// What stands in a cell beside "yes" and what a schema lacks.
const (
	failed   = "FAILED"
	notTried = "–"
)

// table collects what each version can do, for docs/compatibility.md.
type table struct {
	mutex    sync.Mutex
	versions []string // of TypeScript
	cells    map[string]string
}

func newTable(versions []string) *table {
	return &table{versions: versions, cells: map[string]string{}}
}

// add sets a cell that has not failed.
func (b *table) add(version, capability, cell string) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	if key := version + "\x00" + capability; b.cells[key] != failed {
		b.cells[key] = cell
	}
}

// columns are the SDKs, as the head and as the cells name them.
func (b *table) columns() (heads, keys []string) {
	for _, version := range b.versions {
		heads, keys = append(heads, peer.SDK{Language: peer.TypeScript, Version: version}.String()), append(keys, version)
	}
	for _, sdk := range peer.Others() {
		heads, keys = append(heads, sdk.String()), append(keys, sdk.String())
	}
	return heads, keys
}

func (b *table) set(version, capability, cell string) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	b.cells[version+"\x00"+capability] = cell
}

// String is the table in Markdown, a line for each capability.
func (b *table) String() string {
	var text strings.Builder
	heads, keys := b.columns()
	fmt.Fprintf(&text, "| | %s |\n", strings.Join(heads, " | "))
	fmt.Fprintf(&text, "|---%s|\n", strings.Repeat("|---", len(heads)))
	for _, capability := range append(slices.Clone(capabilities), tour) {
		text.WriteString("| " + capability.name)
		for _, key := range keys {
			text.WriteString(" | " + cmp.Or(b.cells[key+"\x00"+capability.name], notTried))
		}
		text.WriteString(" |\n")
	}
	return text.String()
}

// save writes the table where "make test-interop" prints it from.
func (b *table) save(t *testing.T) {
	t.Helper()
	file := filepath.Join("..", "..", "build", "interop", "table.md")
	if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Logf("\n%s", b)
	if b.full() {
		b.compare(t)
	}
}

// full says that every capability was tried on every version, and not only those that somebody
// chose.
func (b *table) full() bool {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	want := len(b.versions) * (len(capabilities) + 1)
	for _, capability := range capabilities {
		if capability.everywhere != nil {
			want += len(peer.Others())
		}
	}
	return len(b.cells) == want
}

// compare wants docs/compatibility.md to say what is true.
func (b *table) compare(t *testing.T) {
	t.Helper()
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "compatibility.md"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(page), b.String()) {
		t.Error("docs/compatibility.md carries another table than build/interop/table.md")
	}
}
