package reference_test

import (
	"context"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/declare/reference"
)

type book struct {
	ID       string        `json:"id" doc:"Shelf mark."`
	Lent     time.Time     `json:"lent" doc:"When it was lent."`
	Term     time.Duration `json:"term" doc:"How long it may be kept."`
	Failure  error         `json:"failure,omitempty" doc:"What is wrong with it."`
	Previous *book         `json:"previous,omitempty" doc:"The volume before."`
}

type lendOptions struct {
	QueueName string        `json:"queue_name" doc:"Where to wait | sit."`
	Policy    string        `json:"policy" doc:"On collision." enum:"reject,return_existing" default:"\"reject\""`
	Kinds     []string      `json:"kinds" doc:"Which kinds." enum:"novel,atlas"`
	Names     []string      `json:"names" doc:"Which names."`
	Wait      time.Duration `json:"wait" doc:"How long to wait." min:"0" max:"60"`
	Rule      *rule         `json:"rule" doc:"A rule."`
}

type rule struct {
	End   time.Time `json:"end" doc:"Until when." required:"true"`
	Inner []rule    `json:"inner" doc:"Rules below it."`
}

type lendArgs struct {
	IDs   []string `arg:"ids" doc:"Which books."`
	Topic *string  `arg:"topic" doc:"About what."`
	lendOptions
}

type anyArgs struct {
	Values []declare.Raw `arg:"values,variadic" doc:"Anything."`
}

type reader interface{ Name() string }

func registry() *declare.Registry {
	read := declare.Method("read", "Reads a book aloud.", func(context.Context, reader, declare.None) (any, error) { return nil, nil }).Pure().
		Returning("the text").Example(`library.reader():read()`)
	return declare.NewRegistry(
		declare.Module{
			Name: "library", Section: "Books", Doc: "Lends books. It has many.",
			Funcs: []declare.Func{
				declare.Fn("lend", "Lends books to a reader. More than one at a time.", func(context.Context, lendArgs) ([]book, error) { return nil, nil }).Changes().
					Returning("the books").Raises("NoSuchBook").Notes("A book is lent **once**.").Example("local books = library.lend({\"b1\"}, nil, {wait = \"1s\"})\nprint(#books)"),
				declare.Fn("books", "Walks over all books.", func(context.Context, declare.None) (iter.Seq2[book, error], error) { return nil, nil }).Reads().
					Returning("an iterator").Example(`for b in library.books() do print(b.id) end`),
				declare.Do("keep", "Keeps to a rule.", func(context.Context, rule) error { return nil }).Changes().Example(`library.keep{["end"] = "now"}`),
				declare.Do("show", "Shows anything.", func(context.Context, anyArgs) error { return nil }).Outside().Example(`library.show(1, 2)`),
				declare.Fn("reader", "The reader.", func(context.Context, declare.None) (reader, error) { return nil, nil }).Reads().Returning("the reader").Example(`library.reader()`),
			},
			Values: []declare.Value{{Name: "null", Doc: "The empty book.", Go: declare.Null}},
			Classes: []*declare.Class{
				declare.RecordOf[book]("book", "A book."),
				declare.ClassOf[reader]("reader", "Who reads.").With(declare.Get("name", "What they are called.", reader.Name)).Having(read),
			},
		},
		declare.Module{
			Name: "everywhere", Section: "Elsewhere", Doc: "Functions that need no module.", Global: true,
			Funcs:  []declare.Func{declare.Do("knock", "Knocks.", func(context.Context, declare.None) error { return nil }).Outside().Example(`knock()`)},
			Values: []declare.Value{{Name: "door", Doc: "A door.", Go: "oak"}},
		},
	)
}

func TestDeclarationsAreComplete(t *testing.T) {
	t.Parallel()
	if errs := declare.Check(registry().Modules()...); errs != nil {
		t.Fatal(errs)
	}
}

// The renderings are kept in testdata; DBOS_SCRIPT_GOLDEN=write writes them anew.
func TestRenderings(t *testing.T) {
	t.Parallel()
	reg := registry()
	files := map[string]string{"all.luacats": reference.LuaCATS(reg), "contents.txt": reference.Contents(reg)}
	for _, name := range []string{"library", "library.lend", "library.null", "library.keep", "library.show", "knock", "book", "book.lent", "reader:read"} {
		topic, err := reference.Find(reg, name)
		if err != nil {
			t.Fatal(err)
		}
		file := strings.ReplaceAll(name, ":", ".")
		files[file+".txt"], files[file+".md"], files[file+".luacats"] = reference.Text(reg, topic), reference.MarkdownOf(reg, topic), reference.LuaCATSOf(reg, topic)
	}
	for name, page := range reference.Markdown(reg) {
		files["page-"+name] = page
	}
	for name, got := range files {
		compare(t, filepath.Join("testdata", name), got)
	}
}

func compare(t *testing.T, path, got string) {
	t.Helper()
	if os.Getenv("DBOS_SCRIPT_GOLDEN") == "write" {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; got:\n%s", path, got)
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	reg := registry()
	for name, want := range map[string]string{"lend": "library.lend", "reader.read": "reader:read", "reader": "reader", "library.books": "library.books"} {
		if topic, err := reference.Find(reg, name); err != nil || topic.Name != want {
			t.Errorf("%s: %q, %v", name, topic.Name, err)
		}
	}
	for name, want := range map[string]string{
		"library.lned": `nothing is called "library.lned" (did you mean "library.lend"?)`,
		"lned":         `nothing is called "lned" (did you mean "lend"?)`,
		"zebra":        `nothing is called "zebra"`,
	} {
		if _, err := reference.Find(reg, name); err == nil || err.Error() != want {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A function comes before methods of the same name, because a reader who leaves its module out most
// often means it.
func TestFindAmongSeveral(t *testing.T) {
	t.Parallel()
	function := func(name string) declare.Func {
		return declare.Do(name, "Does it.", func(context.Context, declare.None) error { return nil }).Changes().Example("x")
	}
	method := func(name string) declare.Func {
		return declare.Method(name, "Does it.", func(context.Context, reader, declare.None) (any, error) { return nil, nil }).Changes().Example("x")
	}
	reg := declare.NewRegistry(
		declare.Module{Name: "library", Doc: "Lends.", Funcs: []declare.Func{function("lend"), function("close")}, Classes: []*declare.Class{
			declare.ClassOf[reader]("reader", "Who reads.").Having(method("lend")).Having(method("close")),
		}},
		declare.Module{Name: "shop", Doc: "Sells.", Funcs: []declare.Func{function("close")}},
	)
	if topic, err := reference.Find(reg, "lend"); err != nil || topic.Name != "library.lend" {
		t.Errorf("%q, %v", topic.Name, err)
	}
	want := `several names end with "close": library.close, shop.close, reader:close`
	if _, err := reference.Find(reg, "close"); err == nil || err.Error() != want {
		t.Error(err)
	}
}

func TestEveryNameIsInEveryRendering(t *testing.T) {
	t.Parallel()
	reg := registry()
	cats := reference.LuaCATS(reg)
	var pages, files strings.Builder
	for _, page := range reference.Markdown(reg) {
		pages.WriteString(page)
	}
	for _, file := range reference.LuaCATSFiles(reg) {
		files.WriteString(file)
	}
	for _, topic := range reg.Topics() {
		last := topic.Name[strings.LastIndexAny(topic.Name, ".:")+1:]
		for where, text := range map[string]string{"LuaCATS": cats, "pages": pages.String(), "files": files.String(), "help": reference.Text(reg, topic)} {
			if !strings.Contains(text, last) {
				t.Errorf("%s is not in %s", topic.Name, where)
			}
		}
	}
	for _, word := range []string{"queue_name", "policy", "kinds", "wait", "inner", "NoSuchBook"} {
		if !strings.Contains(cats, word) || !strings.Contains(pages.String(), word) {
			t.Errorf("%s is missing", word)
		}
	}
}
