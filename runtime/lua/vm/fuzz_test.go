package vm

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// FuzzRun compiles and runs any text with small limits: the host must neither panic nor hang, and
// every failure is a *ScriptError that is not internal.
func FuzzRun(f *testing.F) {
	files, err := filepath.Glob("testdata/language/*.lua")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		for _, c := range chunksOf(f, file) {
			f.Add(c)
		}
	}
	for _, seed := range []string{
		"local t = setmetatable({}, {__index = function(t, k) return k .. k end}) return t.x",
		"for i = 1, 10 do goto next ::next:: end return ...",
		"local co = coroutine.wrap(function(...) return pcall(error, ...) end) return co({}, 2)",
		"return string.format('%5.1f %q %s', 1, 'x', {}), ('x'):gsub('(.)', '%1%1')",
		"repeat local x = 1 until x == 1 while true do break end",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, source string) {
		if len(source) > 4096 {
			return
		}
		v := New(Config{Limits: Limits{Time: 200 * time.Millisecond, Memory: 256 << 20, Output: 1 << 16, StringSize: 1 << 20}})
		defer v.Close()
		start := time.Now()
		_, err := v.RunString(context.Background(), "fuzz.lua", source)
		if took := time.Since(start); took > 10*time.Second {
			t.Errorf("took %s", took)
		}
		var failure *ScriptError
		if err != nil && (!errors.As(err, &failure) || failure.Kind == Internal) {
			t.Fatalf("%v\n%s", err, goStack(err))
		}
	})
}

func goStack(err error) []byte {
	var stop *Stop
	if errors.As(err, &stop) {
		return stop.Stack
	}
	return nil
}

func chunksOf(f *testing.F, file string) []string {
	f.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		f.Fatal(err)
	}
	return splitChunks(string(data))
}
