//go:build interop

package interop

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// table collects what each version can do, for docs/compatibility.md.
type table struct {
	mutex    sync.Mutex
	versions []string
	cells    map[string]string
}

func newTable(versions []string) *table {
	return &table{versions: versions, cells: map[string]string{}}
}

func (b *table) set(version, capability, cell string) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	b.cells[version+"\x00"+capability] = cell
}

// String is the table in Markdown, a line for each capability.
func (b *table) String() string {
	var text strings.Builder
	fmt.Fprintf(&text, "| | %s |\n", strings.Join(b.versions, " | "))
	fmt.Fprintf(&text, "|---%s|\n", strings.Repeat("|---", len(b.versions)))
	for _, capability := range append(slices.Clone(capabilities), tour) {
		text.WriteString("| " + capability.name)
		for _, version := range b.versions {
			text.WriteString(" | " + b.cells[version+"\x00"+capability.name])
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
	return len(b.cells) == len(b.versions)*(len(capabilities)+1)
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
