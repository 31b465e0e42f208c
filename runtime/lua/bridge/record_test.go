package bridge_test

import "testing"

// Each chunk holds by its own assertions.
func TestScriptsSeeRecords(t *testing.T) {
	t.Parallel()
	for name, code := range map[string]string{
		"fields": `
			local c = farm.animals()[1]
			assert(c.id == "c1" and c.legs == 4 and c.owner == "ann")
			assert(c.nap == 90 and tostring(c.born) == "2024-02-29T12:30:45Z")
			assert(c.tags[1] == "brown" and #c.tags == 1)
			assert(c.diet.hay == 3 and c.diet.salt == farm.null)`,
		"nil fields": `
			local h = farm.animals()[2]
			assert(h.owner == nil and h.nick == nil and h.born == nil and h.failure == nil and h.weights == nil)
			assert(#h.tags == 0 and h.diet == nil)`,
		"nested record": `assert(farm.animals()[2].parent.id == "c1")`,
		"tables are kept": `
			local c = farm.animals()[1]
			assert(c.tags == c.tags)
			c.tags[2] = "big"
			assert(c.tags[2] == "big")`,
		"pairs in order, without nil": `
			local names = {}
			for k, v in pairs(farm.animals()[1]) do names[#names + 1] = k end
			assert(table.concat(names, ",") == "id,kind,legs,owner,born,nap,tags,diet,failure,serial,notes", table.concat(names, ","))`,
		"length": `assert(#farm.animals()[1] == 11)`,
		"tostring": `
			local s = tostring(farm.animals()[1])
			assert(s == 'animal{id="c1", kind="cow", legs=4, owner="ann", born=2024-02-29T12:30:45Z, nap=90, …}', s)`,
		"to_table": `
			local t = farm.animals()[1]:to_table()
			assert(type(t) == "table" and t.id == "c1" and t.diet.hay == 3 and t.failure.message == "bitten by a goat")
			t.id = "other"
			t.diet.hay = 5
			assert(t.diet.hay == 5 and t.nick == nil and tostring(t.born) == "2024-02-29T12:30:45Z")`,
		"to_table copies": `
			local c = farm.animals()[1]
			c:to_table().diet.hay = 5
			assert(c.diet.hay == 3)`,
		"to_table of a ring": `
			local c = farm.animals()[1]
			c.diet.self = c.diet
			local t = c:to_table()
			assert(t.diet.self == t.diet and t.diet ~= c.diet)`,
		"as data": `
			local d = farm.echo(farm.animals()[1])
			assert(d.id == "c1" and d.tags[1] == "brown" and tostring(d.serial) == "4611686018427387905" and d.failure.message == "bitten by a goat")
			assert(d.nick == nil and d.notes.n == 1)`,
		"equality": `
			local list = farm.animals()
			assert(list[1] == list[1] and list[1] ~= list[2])
			assert(list[2].parent == list[1])`,
		"metatable is closed": `
			assert(getmetatable(farm.animals()[1]) == "animal")
			assert(not pcall(setmetatable, farm.animals()[1], {}))`,
		"lists are arrays": `
			local list = farm.animals()
			assert(type(list) == "table" and #list == 2)
			table.insert(list, 3)
			assert(#list == 3 and table.remove(list) == 3)`,
		"objects": `
			local b = farm.barn()
			assert(b.name == "big" and b:count() == 3 and tostring(b) == 'barn{name="big"}')
			assert(farm.echo(b).name == "big")
			for k, v in pairs(b) do assert(k == "name" and v == "big") end`,
		"nil in a list of objects": `local l = farm.barns(); assert(l[1].name == "a" and l[2] == farm.null and #l == 2)`,
		"results": `
			local values, closed = farm.pair()
			assert(values[1] == 1 and values[2] == farm.null and closed == true)
			assert(farm.none() == nil and select("#", farm.none()) == 1)
			assert(select("#", farm.care({})) == 0)`,
		"data class crosses whole": `
			local p = farm.prepare{positional = {1, farm.null}}
			assert(p.positional[1] == 1)
			assert(farm.echo(p).positional[2] == farm.null)`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			newMachine(t).must(t, code)
		})
	}
}

func TestDataClassKeepsItsGoValue(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.must(t, `farm.echo(farm.prepare{positional = {1}})`)
	if p, ok := m.seen.(prepared); !ok || p.Positional[0] != int64(1) {
		t.Errorf("got %#v", m.seen)
	}
}

func TestLazyFieldIsReadOnce(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.must(t, `
		local c = farm.animals()[1]
		local id = c.id .. tostring(c)`)
	if m.reads != 0 {
		t.Fatalf("read %d times before it was asked for", m.reads)
	}
	m.must(t, `local c = farm.animals()[1]; assert(c.notes.n == 1 and c.notes == c.notes); c:to_table()`)
	if m.reads != 1 {
		t.Errorf("read %d times", m.reads)
	}
}

func TestMisuseOfObjects(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]string{
		`local x = farm.animals()[1].kindd`:                         `animal has no field "kindd" (did you mean "kind"?)`,
		`local x = farm.animals()[1].totable`:                       `animal has no field "totable" (did you mean "to_table"?)`,
		`local x = farm.animals()[1].Secret`:                        `animal has no field "Secret"`,
		`local x = farm.animals()[1][1]`:                            `animal has no field 1`,
		`farm.animals()[1].id = "x"`:                                `animal is read-only: cannot set "id"`,
		`farm.animals()[1].new = "x"`:                               `animal is read-only: cannot set "new"`,
		`farm.barn():cuont()`:                                       `barn has no field "cuont" (did you mean "count"?)`,
		`farm.barn().x = 1`:                                         `barn is read-only: cannot set "x"`,
		`farm.animls()`:                                             `farm has no function "animls" (did you mean "animals"?)`,
		`local x = farm.zebra`:                                      `farm has no function "zebra"`,
		`farm.feed = 1`:                                             `farm is read-only: cannot set "feed"`,
		`farm.new = 1`:                                              `farm is read-only: cannot set "new"`,
		`local x = farm.null.x`:                                     `json.null has no field "x"`,
		`local x = farm.data().time.yaer`:                           `time has no field "yaer" (did you mean "year"?)`,
		`farm.data().time.year = 1`:                                 `time is read-only: cannot set "year"`,
		`local x = farm.data().time + true`:                         `time arithmetic: duration expected, got boolean`,
		`local x = 5 - farm.data().time`:                            `attempt to subtract a time from a number`,
		`local x = farm.data().big + {}`:                            `attempt to perform arithmetic on a table value`,
		`local x = farm.data().time .. {}`:                          `attempt to concatenate a table value`,
		`local x = farm.animals()[2].notes`:                         `animal.notes: cannot decode`,
		`farm.animals()[1].to_table()`:                              `animal:to_table: is called on a animal with a colon: x:to_table(…)`,
		`local i = farm.data().big; for n = 1, 40 do i = i * i end`: `integer too large`,
	} {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			e := raisedBy(t, newMachine(t), code)
			if e.Error() != want {
				t.Errorf("got  %s\nwant %s", e.Error(), want)
			}
			if e.Where() != "runbook.lua:1" {
				t.Errorf("at %q", e.Where())
			}
		})
	}
}

func TestModuleTable(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.must(t, `
		local n = 0
		for name, f in pairs(farm) do n = n + 1; assert(farm[name] == f) end
		assert(n > 20 and farm.version == 3 and tostring(farm) == "module farm")
		assert(getmetatable(farm) == "module" and not pcall(setmetatable, farm, {}))
		rawset(farm, "feed", 1)`)
	if m.exposer.Open(m.module()) != m.state.GetGlobal("farm") {
		t.Error("a second Open makes another table")
	}
}
