//go:build interop

package interop

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/dbos-script/dbos-script/tests/interop/peer"
)

// failed is the cell of a capability whose test failed, and notTried of one without a test.
const (
	failed   = "FAILED"
	notTried = "not tried"
)

// table collects what each version can do, for docs/compatibility.md.
type table struct {
	mutex sync.Mutex
	sdks  []peer.SDK
	cells map[cellPlace]string
}

// A cellPlace is that of a cell.
type cellPlace struct {
	sdk        peer.SDK
	capability string
}

func newTable(sdks []peer.SDK) *table {
	return &table{sdks: sdks, cells: map[cellPlace]string{}}
}

// add sets a cell that has not failed. All kinds of database of an SDK must agree.
func (b *table) add(t *testing.T, sdk peer.SDK, capability, cell string) {
	t.Helper()
	b.mutex.Lock()
	defer b.mutex.Unlock()
	at := cellPlace{sdk, capability}
	switch before, found := b.cells[at]; {
	case !found, cell == failed:
		b.cells[at] = cell
	case before != cell && before != failed:
		t.Errorf("%s: %q on one kind of database, %q on another", capability, before, cell)
	}
}

// String is the table in Markdown, a line for each capability.
func (b *table) String() string {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	page := capabilityTable{}
	for _, sdk := range b.sdks {
		page.sdks = append(page.sdks, sdk.String())
	}
	for _, capability := range capabilities {
		row := tableRow{name: capability.name}
		for _, sdk := range b.sdks {
			cell, found := b.cells[cellPlace{sdk, capability.name}]
			if !found {
				cell = notTried
			}
			row.cells = append(row.cells, cell)
		}
		page.rows = append(page.rows, row)
	}
	return page.String()
}

// save writes the table where "make test-interop" prints it from, and wants docs/compatibility.md
// to have it. Some capabilities alone, chosen on the command line, are not compared.
func (b *table) save(t *testing.T) {
	t.Helper()
	if err := os.WriteFile(filepath.Join("..", "..", "build", "interop", "table.md"), []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Logf("\n%s", b)
	if len(b.cells) == 0 || !wholeRun() {
		return
	}
	if !strings.Contains(readPage(t, compatibilityPage), b.String()) {
		t.Errorf("%s has another table than build/interop/table.md", compatibilityPage)
	}
}

// wholeRun reports whether no test was left out on the command line.
func wholeRun() bool {
	for _, name := range []string{"test.run", "test.skip"} {
		if f := flag.Lookup(name); f != nil && strings.Contains(f.Value.String(), "/") {
			return false
		}
	}
	return true
}
