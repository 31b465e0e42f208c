package stdlib

import (
	"context"
	"os"
	"path/filepath"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/stdlib/grants"
)

func fsTempFile(host Host) declare.Func {
	return fsTemporary(host, "temp_file", "Makes an empty file with a new name, which only its owner can read.", host.files().TempFile).
		Returning("its path").
		Example("local path = fs.temp_file{suffix = \".csv\"}\nfs.write(path, \"id\\nw1\\n\")\nfs.remove(path)")
}

func fsTempDir(host Host) declare.Func {
	return fsTemporary(host, "temp_dir", "Makes a folder with a new name, which only its owner can read.", host.files().TempFolder).
		Returning("its path").
		Example("print(fs.temp_dir())")
}

func fsTemporary(host Host, name, doc string, work func(folder grants.Place, suffix string) (string, error)) declare.Func {
	type args struct {
		Dir    string `json:"dir" doc:"The folder to make it in." default:"the system's folder for temporary files"`
		Suffix string `json:"suffix" doc:"The end of the name, such as .csv."`
	}
	return declare.Fn(name, doc, func(ctx context.Context, a args) (string, error) {
		dir := orDefault(a.Dir, os.TempDir())
		place, err := host.Grants.WriteFolder(dir)
		made, err := with(place, err, func(p grants.Place) (string, error) { return work(p, a.Suffix) })
		if err != nil {
			return "", failed(ctx, "fs."+name, err)
		}
		host.tell(Act{Function: "fs." + name, Target: filepath.Join(dir, made)})
		return filepath.Join(dir, made), nil
	}).Outside().
		Raises("Denied", codeNotFound).
		Notes("The script has to remove it. The system's folder needs a grant like any other: `--allow-write=/tmp`.")
}
