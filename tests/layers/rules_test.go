package layers

// A rule says what the files of a package, other than its tests, may import.
type rule struct {
	// ours are packages of this module; one that ends in /... stands for all below it too.
	ours []string
	// vm allows the Lua VM.
	vm bool
	// drivers are the parts of the database drivers that may be named.
	drivers []string
	// only bounds vm to these files.
	only []string
}

// rules name every package of the module. All imports point down: what stands further up in a group
// knows what stands further down, never the other way round.
func rules() map[string]rule {
	return map[string]rule{
		"cmd/dbos-script": {
			ours: []string{"bindings", "client", "client/codec", "client/simulator", "client/worker", "client/worker/store", "runtime/...", "stdlib/...", "scripts/..."},
		},

		// The one place that joins the client, the modules and the VM. Programs in Go import it.
		"runtime/run": {
			ours: []string{"bindings", "client", "runtime/...", "stdlib/..."},
			vm:   true, only: []string{"run.go", "modules.go", "chunk.go", "tests.go"},
		},

		"bindings":          {ours: []string{"client", "client/codec", "runtime/declare"}},
		"stdlib":            {ours: []string{"client/codec", "runtime/schedule", "runtime/declare", "runtime/fullscreen", "runtime/terminal", "stdlib/..."}},
		"stdlib/params":     {ours: []string{"runtime/declare", "stdlib/grants"}},
		"stdlib/render":     {ours: []string{"client/codec", "runtime/declare", "runtime/terminal", "stdlib/tabular"}},
		"stdlib/tabular":    {ours: []string{"client/codec", "runtime/declare"}},
		"stdlib/expression": {},
		"stdlib/fetch":      {ours: []string{"stdlib/backoff", "stdlib/gather", "stdlib/grants"}},
		"stdlib/files":      {ours: []string{"stdlib/gather", "stdlib/grants"}},
		"stdlib/command":    {ours: []string{"stdlib/gather", "stdlib/grants"}},
		"stdlib/gather":     {ours: []string{"runtime/declare"}},
		"stdlib/grants":     {},
		"stdlib/backoff":    {},

		// All that tests a script. It is joined with the rest by runtime/run.
		"runtime/scripttest":         {ours: []string{"runtime/declare", "stdlib"}},
		"runtime/scripttest/report":  {ours: []string{"runtime/declare", "runtime/terminal"}},
		"runtime/scripttest/testbed": {ours: []string{"client", "client/codec", "client/simulator", "client/worker", "runtime/declare", "stdlib/command", "stdlib/fetch"}},

		"scripts/examples": {},
		"scripts/runbooks": {},
		"scripts/starter":  {},

		"runtime/lua/repl":      {ours: []string{"runtime/run/audit", "runtime/lua/bridge", "runtime/lua/repl/edit", "runtime/plainfile", "runtime/declare", "runtime/terminal", "runtime/lua/syntax", "runtime/lua/vm"}, vm: true},
		"runtime/lua/repl/edit": {},
		// A checker reads the syntax tree that the VM's own parser makes, so that the two agree
		// on what is Lua.
		"runtime/lua/check":      {ours: []string{"runtime/declare", "runtime/lua/syntax", "runtime/lua/vm"}, vm: true},
		"runtime/lua/bridge":     {ours: []string{"client/codec", "runtime/lua/internal/iface", "runtime/precise", "runtime/declare"}, vm: true},
		"runtime/lua/vm":         {ours: []string{"runtime/lua/internal/iface", "runtime/lua/compile", "runtime/lua/syntax", "runtime/plainfile", "runtime/precise", "runtime/declare", "runtime/terminal", "runtime/lua/vm/pattern"}, vm: true},
		"runtime/lua/vm/pattern": {},
		// The one reader of Lua, for the VM, the checker and the prompt.
		"runtime/lua/syntax":          {ours: []string{"runtime/lua/compile", "runtime/declare"}, vm: true},
		"runtime/schedule":            {ours: []string{"client/cron", "runtime/declare", "runtime/schedule/policy"}},
		"runtime/schedule/policy":     {},
		"runtime/monitor":             {ours: []string{"runtime/monitor/openmetrics"}},
		"runtime/monitor/openmetrics": {},
		"runtime/monitor/page":        {},
		"runtime/run/guard":           {ours: []string{"client", "runtime/run/audit", "runtime/declare"}},
		"runtime/terminal":            {},
		"runtime/fullscreen":          {ours: []string{"runtime/terminal"}},
		"runtime/run/durable":         {ours: []string{"client", "client/codec", "client/worker", "client/worker/store", "runtime/declare", "runtime/lua/syntax", "runtime/lua/vm", "runtime/run", "runtime/run/journal", "stdlib"}},
		"runtime/run/journal":         {ours: []string{"client/codec", "runtime/declare", "stdlib/backoff"}},
		"runtime/run/trail":           {ours: []string{"runtime/declare", "runtime/run/audit"}},
		"runtime/run/audit":           {ours: []string{"runtime/declare", "runtime/plainfile", "runtime/terminal"}},
		"runtime/run/planfile":        {ours: []string{"client", "runtime/plainfile"}},
		"runtime/run/consent":         {ours: []string{"runtime/plainfile"}},
		"runtime/run/profile":         {ours: []string{"runtime/plainfile", "runtime/declare"}},
		"runtime/declare/reference":   {ours: []string{"runtime/declare"}},
		"runtime/declare":             {},
		"runtime/plainfile":           {},
		"runtime/precise":             {},

		"runtime/lua/compile":        {vm: true},
		"runtime/lua/internal/iface": {vm: true},
		// The benchmark compares the VM with gopher-lua alone.
		"runtime/lua/programs": {ours: []string{"runtime/lua/vm"}, vm: true},

		"client": {
			ours:    []string{"client/codec", "client/cron", "client/internal/..."},
			drivers: []string{"github.com/jackc/pgx/v5/pgxpool"},
		},
		"client/internal/catalog": {ours: []string{"client/internal/db", "client/internal/query", "client/internal/schema"}},
		"client/internal/db":      {ours: []string{"client/internal/address", "client/internal/query"}, drivers: []string{"..."}},
		"client/internal/address": {ours: []string{"client/internal/nearest"}},
		"client/internal/query":   {},
		"client/internal/schema":  {},
		"client/internal/nearest": {},
		"client/internal/pattern": {},
		"client/internal/archive": {},
		"client/internal/mask":    {},
		"client/internal/rows":    {ours: []string{"client/internal/archive", "client/internal/db", "client/internal/query", "client/internal/schema"}},
		"client/internal/owner":   {ours: []string{"client/codec", "client/cron", "client/internal/db", "client/internal/query"}},
		"client/internal/poll":    {ours: []string{"client/internal/db"}},
		"client/internal/where":   {ours: []string{"client/internal/db", "client/internal/query"}},
		"client/codec":            {},
		"client/cron":             {},

		"client/internal/tables": {ours: []string{"client", "client/internal/..."}},
		"client/worker":          {ours: []string{"client", "client/codec", "client/internal/..."}},
		"client/worker/store":    {ours: []string{"client", "client/internal/...", "client/worker"}},
		"client/simulator":       {ours: []string{"client", "client/codec", "client/internal/...", "client/worker"}},

		"client/clienttest":                          {ours: []string{"client/..."}},
		"client/clienttest/families":                 {},
		"client/clienttest/operations":               {ours: []string{"client"}},
		"client/clienttest/pgproxy":                  {},
		"client/clienttest/races":                    {},
		"client/clienttest/pgtest":                   {drivers: []string{"github.com/jackc/pgx/v5"}},
		"client/clienttest/pgtest/cmd/with-postgres": {ours: []string{"client/clienttest/pgtest"}},

		"bench":           {ours: []string{"bench/...", "client/clienttest/pgproxy", "runtime/lua/programs", "tests/interop/peer"}},
		"bench/luaonly":   {ours: []string{"bench/task", "client", "client/codec", "runtime/run"}},
		"bench/goclient":  {ours: []string{"bench/task", "client", "client/codec", "client/worker"}},
		"bench/gosdk":     {}, // a module of its own
		"bench/databases": {ours: []string{"bench/task", "client", "client/clienttest/pgtest", "tests/interop/peer"}, drivers: []string{"..."}},
		"bench/maxrss":    {},
		"bench/operators": {ours: []string{"bench/databases", "bench/raw", "bench/task", "client", "client/clienttest/families"}},
		"bench/plans":     {ours: []string{"client", "client/clienttest/operations"}, drivers: []string{"..."}},
		"bench/raw":       {ours: []string{"bench/task"}, drivers: []string{"..."}},
		"bench/task":      {},

		"tests/faults":        {},
		"tests/race":          {},
		"tests/interop":       {},
		"tests/interop/peer":  {},
		"tests/interop/goapp": {drivers: []string{"github.com/jackc/pgx/v5/pgxpool"}}, // a module of its own; its steps write beside the SDK
		"tests/layers":        {},
		"tests/lua":           {},
		"tests/notices":       {},
		"tests/operations":    {},
		"tests/puc":           {ours: []string{"runtime/lua/vm"}},
		"tests/puc/cmd/judge": {ours: []string{"tests/puc"}},
		"tests/summary":       {},
		"tests/module":        {},
		"tests/words":         {},
	}
}

// vmModule is the Lua VM, driverModules are the database drivers.
const vmModule = "github.com/yuin/gopher-lua"

func driverModules() []string {
	return []string{"github.com/jackc/pgx", "github.com/jackc/puddle", "github.com/jackc/pgconn", "github.com/lib/pq", "modernc.org/sqlite"}
}
