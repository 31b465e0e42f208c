package stdlib

import (
	"context"
	"iter"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/stdlib/files"
	"github.com/dbos-script/dbos-script/stdlib/grants"
)

func fsModule(host Host) declare.Module {
	return declare.Module{
		Name:    "fs",
		Section: declare.OutsideSection,
		Guesses: map[string]string{"open": "read", "readFile": "read", "writeFile": "write", "ls": "list", "readdir": "list", "delete": "remove", "unlink": "remove", "rm": "remove"},
		Doc: "The files below the folders that `--allow-read=DIR` and `--allow-write=DIR` name. A relative path starts at the folder " +
			"in which the command was started; a link that leads out of a granted folder is refused.\n\nIn a dry run the files stay as " +
			"they are: the plan lists each file that is written or removed, and the script reads the files as if that had been " +
			"done.",
		Funcs: []declare.Func{
			fsRead(host), fsLines(host), fsWrite(host), fsAppend(host), fsList(host), fsStat(host), fsExists(host),
			fsMkdir(host), fsRemove(host), fsTempFile(host), fsTempDir(host),
		},
		Classes: []*declare.Class{declare.RecordOf[files.Info]("file", "Describes a file or a folder.")},
	}
}

// codeNotFound is the code of the error if a file or a folder does not exist.
const codeNotFound = "NotFound"

type fsPath struct {
	Path string `arg:"path" doc:"The path."`
}

type fsText struct {
	Path string `arg:"path" doc:"The file's path."`
	Text string `arg:"text" doc:"Text or bytes."`
}

// with returns the result of work on a place, or err if that is not nil. place and err are the
// answer of a grant, which refuses with err.
func with[R any](place grants.Place, err error, work func(grants.Place) (R, error)) (R, error) {
	if err != nil {
		var none R
		return none, err
	}
	return work(place)
}

// fsReading declares a function that reads the file or folder at a path and returns a value. grant
// returns the place at the path if the script may read it, and work reads the place.
func fsReading[R any](name, doc string, grant func(string) (grants.Place, error), work func(context.Context, grants.Place) (R, error)) declare.Func {
	return declare.Fn(name, doc, func(ctx context.Context, a fsPath) (R, error) {
		place, err := grant(a.Path)
		result, err := with(place, err, func(p grants.Place) (R, error) { return work(ctx, p) })
		return result, failed(ctx, "fs."+name, err)
	}).Reads().Raises("Denied")
}

// fsChanging declares a function that makes or removes the file or folder at a path. If it
// succeeds, it reports the change to the host, for the plan of a dry run.
func fsChanging(host Host, name, doc string, grant func(string) (grants.Place, error), work func(grants.Place) error) declare.Func {
	return declare.Do(name, doc, func(ctx context.Context, a fsPath) error {
		place, err := grant(a.Path)
		if err == nil {
			err = work(place)
		}
		if err == nil {
			host.tell(Act{Function: "fs." + name, Target: a.Path})
		}
		return failed(ctx, "fs."+name, err)
	}).Outside().Raises("Denied")
}

// fsWriting declares a function that writes a text to the file at a path, and reports the change
// with the number of bytes.
func fsWriting(host Host, name, doc string, work func(grants.Place, string) error) declare.Func {
	return declare.Do(name, doc, func(ctx context.Context, a fsText) error {
		place, err := host.Grants.WriteFile(a.Path)
		if err == nil {
			err = work(place, a.Text)
		}
		if err == nil {
			host.tell(Act{Function: "fs." + name, Target: a.Path, Size: int64(len(a.Text))})
		}
		return failed(ctx, "fs."+name, err)
	}).Outside().Raises("Denied", codeNotFound)
}

func fsRead(host Host) declare.Func {
	return fsReading("read", "Reads a whole file.", host.Grants.ReadFile, func(ctx context.Context, p grants.Place) (string, error) {
		return files.Text(ctx, host.files(), p, longestText)
	}).
		Returning("its text").
		Raises(codeNotFound).
		Notes("The file has at most 64 MiB; `fs.lines` reads a file of any size.").
		Example("local path = fs.temp_file()\nfs.write(path, \"w1\\nw2\\n\")\nprint(fs.read(path))")
}

// linesPage is the number of lines, or rows of CSV, that a durable run reads ahead and records as
// one step, because a step for each line would take a write to the database for each.
const linesPage = 500

func fsLines(host Host) declare.Func {
	return declare.Fn("lines", "Reads a file line by line, and holds one at a time.",
		func(ctx context.Context, a fsPath) (iter.Seq2[string, error], error) {
			place, err := host.Grants.ReadFile(a.Path)
			if err != nil {
				return nil, failed(ctx, "fs.lines", err)
			}
			open, err := files.Later(host.files(), place)
			if err != nil {
				return nil, failed(ctx, "fs.lines", err)
			}
			return files.Lines(place, open), nil
		}).Reads().
		InPages(linesPage).
		Returning("an iterator over the lines, without their ends").
		Raises("Denied", codeNotFound).
		Example("local path = fs.temp_file()\nfs.write(path, \"w1\\nw2\\n\")\nfor id in fs.lines(path) do print(id) end")
}

func fsWrite(host Host) declare.Func {
	return fsWriting(host, "write", "Writes a file, or replaces it: other programs read the old text or the new one meanwhile, never a part.",
		func(p grants.Place, text string) error { return files.Put(host.files(), p, text) }).
		Example("fs.write(fs.temp_file{suffix = \".txt\"}, \"done\\n\")")
}

func fsAppend(host Host) declare.Func {
	return fsWriting(host, "append", "Adds to the end of a file, and makes the file if it does not exist.", host.files().Append).
		Example("local path = fs.temp_file()\nfs.append(path, \"w1\\n\")\nfs.append(path, \"w2\\n\")")
}

func fsList(host Host) declare.Func {
	type args struct {
		Path    string `arg:"path" doc:"The folder's path."`
		Pattern string `json:"pattern" doc:"Which names to list: * stands for any text, ? for a character, [a-z] for one of them." default:"*"`
	}
	return declare.Fn("list", "Lists a folder.",
		func(ctx context.Context, a args) ([]files.Info, error) {
			place, err := host.Grants.ReadFolder(a.Path)
			list, err := with(place, err, func(p grants.Place) ([]files.Info, error) { return host.files().List(p, a.Pattern) })
			return list, failed(ctx, "fs.list", err)
		}).Reads().
		Returning("the files and folders in it, in the order of their names; a link is described itself, not its target").
		Raises("Denied", codeNotFound).
		Example("local dir = fs.temp_dir()\nfs.write(dir .. \"/a.csv\", \"id\\n\")\nfor _, file in ipairs(fs.list(dir, {pattern = \"*.csv\"})) do print(file.path, file.size) end")
}

func fsStat(host Host) declare.Func {
	return fsReading("stat", "Returns the kind, size and time of a file or a folder.", host.Grants.ReadFile, func(_ context.Context, p grants.Place) (*files.Info, error) { return host.files().Stat(p) }).
		Returning("the file; nil if it does not exist").OrNil().
		Example("print(fs.stat(fs.temp_file()).size)")
}

func fsExists(host Host) declare.Func {
	return fsReading("exists", "Returns whether a file or a folder exists.", host.Grants.ReadFile, func(_ context.Context, p grants.Place) (bool, error) {
		info, err := host.files().Stat(p)
		return info != nil, err
	}).
		Returning("whether it exists").
		Example("print(fs.exists(fs.temp_dir() .. \"/report.csv\"))")
}

func fsMkdir(host Host) declare.Func {
	return fsChanging(host, "mkdir", "Makes a folder and its parent folders. A folder that exists stays as it is.", host.Grants.WriteFile, host.files().MakeFolder).
		Example("fs.mkdir(fs.temp_dir() .. \"/2026/11\")")
}

func fsRemove(host Host) declare.Func {
	return fsChanging(host, "remove", "Removes a file, a link or an empty folder.", host.Grants.Remove, host.files().Remove).
		Raises(codeNotFound).
		Example("fs.remove(fs.temp_file())")
}
