package vm

import (
	"context"
	"testing"
	"time"
)

// TestLoopsThatBeginWithAJump runs loops whose first instruction is a jump, and labels before
// jumps.
func TestLoopsThatBeginWithAJump(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]string{
		"local n = 0 for _ in pairs{1} do break end n = n + 1 for i = 1, 2 do for _ in pairs{1} do break end n = n + 1 end return n": "3",
		"local n = 0 while true do break end n = n + 1 repeat break until false return n + 1":                                        "2",
		"local n = 0 for i = 1, 3 do while true do if i then break else break end end n = n + 1 end return n":                        "3",
		"local n = 0 for i = 1, 3 do goto continue n = 100 ::continue:: end return n":                                                "0",
		"local n = 0 for i = 1, 3 do if true then break end n = 1 end return n":                                                      "0",
		"local n = 0 for i = 1, 3 do do break end n = 1 end return n":                                                                "0",
		"local n = 0 for i = 1, 3 do for j = 1, 3 do do goto next end end ::next:: n = n + 1 end return n":                           "3",
		"local n = 0 ::again:: if false then return 9 end n = n + 1 if n < 3 then goto again end return n":                           "3",
		"local n = 0 if n then ::again:: do if nil then return 9 end end n = n + 1 if n < 3 then goto again end end return n":        "3",
		"local n = 0 if n then goto done end ::again:: if nil then return 9 end n = n + 1 ::done:: n = n + 1 return n":               "1",
		"local n = 0 while (false and n) or n < 3 do n = n + 1 if n == 2 then n = 2 end end return n":                                "3",
	} {
		v := newVM(Config{Limits: Limits{Time: 5 * time.Second}})
		got, err := v.RunString(context.Background(), "loop", source)
		if err != nil || len(got) != 1 || got[0].String() != want {
			t.Errorf("%s\n = %v, %v; want %s", source, got, err, want)
		}
		v.Close()
	}
}
