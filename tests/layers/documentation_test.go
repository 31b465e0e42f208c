package layers

import (
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// An undocumented name is one that a program can use, and go doc says nothing of.
type undocumented struct{ path, name string }

// The Go API is documented where go doc shows it.
func TestEveryExportedNameIsDocumented(t *testing.T) {
	t.Parallel()
	introduced := map[string]bool{}
	var libraries []goFile
	for _, f := range goFiles(t) {
		if f.test || !isLibrary(f) {
			continue
		}
		libraries = append(libraries, f)
		introduced[f.folder] = introduced[f.folder] || f.syntax.Doc != nil
		for _, missing := range undocumentedNames(f) {
			t.Errorf("%s: %s has no doc comment", missing.path, missing.name)
		}
	}
	for folder, found := range introduced {
		if !found {
			t.Errorf("package %s has no doc comment", folder)
		}
	}
	if len(introduced) < 5 || len(libraries) < 50 {
		t.Errorf("only %d files of %d packages were looked at", len(libraries), len(introduced))
	}
}

// isLibrary reports whether other modules can import the package, and are meant to.
func isLibrary(f goFile) bool {
	return (within(f.folder, "client") || within(f.folder, "runtime/run")) && !strings.Contains(f.folder+"/", "/internal/") && f.syntax.Name.Name != "main"
}

func undocumentedNames(f goFile) []undocumented {
	var missing []undocumented
	need := func(name string, comments ...*ast.CommentGroup) {
		for _, comment := range comments {
			if strings.TrimSpace(comment.Text()) != "" {
				return
			}
		}
		missing = append(missing, undocumented{f.path, name})
	}
	for _, declared := range f.syntax.Decls {
		switch d := declared.(type) {
		case *ast.FuncDecl:
			if name := receiver(d); d.Name.IsExported() && (name == "" || ast.IsExported(name)) {
				need(strings.TrimPrefix(name+"."+d.Name.Name, "."), d.Doc)
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch s := spec.(type) {
				case *ast.ValueSpec:
					for _, name := range s.Names {
						if name.IsExported() {
							need(name.Name, d.Doc, s.Doc, s.Comment)
						}
					}
				case *ast.TypeSpec:
					if s.Name.IsExported() {
						need(s.Name.Name, d.Doc, s.Doc, s.Comment)
						needMembers(need, s, documentsFields(f.folder))
					}
				}
			}
		}
	}
	return missing
}

// documentsFields reports whether a package is the API itself, in which fields need comments as
// well.
func documentsFields(folder string) bool {
	return slices.Contains([]string{"client", "client/codec", "client/cron", "runtime/run"}, folder)
}

// needMembers demands comments on the methods of an interface, and on the fields of a struct if
// fields is true. A doc tag is a comment too.
func needMembers(need func(string, ...*ast.CommentGroup), s *ast.TypeSpec, fields bool) {
	switch t := s.Type.(type) {
	case *ast.InterfaceType:
		for _, method := range t.Methods.List {
			for _, name := range method.Names {
				need(s.Name.Name+"."+name.Name, method.Doc, method.Comment)
			}
		}
	case *ast.StructType:
		if !fields {
			return
		}
		for _, field := range t.Fields.List {
			if field.Tag != nil && strings.Contains(field.Tag.Value, `doc:"`) {
				continue
			}
			for _, name := range field.Names {
				if name.IsExported() {
					need(s.Name.Name+"."+name.Name, field.Doc, field.Comment)
				}
			}
		}
	}
}

// receiver is the name of the type that a method belongs to, "" for a function.
func receiver(d *ast.FuncDecl) string {
	if d.Recv == nil {
		return ""
	}
	of := d.Recv.List[0].Type
	for {
		switch t := of.(type) {
		case *ast.StarExpr:
			of = t.X
		case *ast.IndexExpr:
			of = t.X
		case *ast.IndexListExpr:
			of = t.X
		case *ast.Ident:
			return t.Name
		default:
			return ""
		}
	}
}

var sentenceEnd = regexp.MustCompile(`[.!?](\s|$)`)

// A method of Client is explained in two sentences at least: what it does, and what it returns or
// fails with.
func TestMethodsOfTheClientAreExplained(t *testing.T) {
	t.Parallel()
	explained := 0
	for _, f := range goFiles(t) {
		if f.folder != "client" || f.test {
			continue
		}
		for name, sentences := range clientMethods(f.syntax) {
			explained++
			if sentences < 2 {
				t.Errorf("%s: the comment of Client.%s has %d sentences, two are the least: what it does, what it returns or fails with", f.path, name, sentences)
			}
		}
	}
	if explained < 50 {
		t.Errorf("only %d methods of Client were found", explained)
	}
}

// clientMethods are the methods of the interface Client and its parts, with the number of sentences
// of each comment.
func clientMethods(file *ast.File) map[string]int {
	methods := map[string]int{}
	ast.Inspect(file, func(n ast.Node) bool {
		s, ok := n.(*ast.TypeSpec)
		if !ok || !slices.Contains([]string{"Client", "Administration", "History"}, s.Name.Name) {
			return true
		}
		if members, ok := s.Type.(*ast.InterfaceType); ok {
			for _, method := range members.Methods.List {
				for _, name := range method.Names {
					methods[name.Name] = len(sentenceEnd.FindAllString(method.Doc.Text(), -1))
				}
			}
		}
		return true
	})
	return methods
}

func TestMissingCommentsAreFound(t *testing.T) {
	t.Parallel()
	source := `package p

// A is documented.
type A struct{}

type B struct{}

// C is documented.
func C() {}
func D() {}
func (A) E() {}
func (*G[T]) F() {}
func (h) I() {}

// The group is documented.
const (
	J = 1
	K = 2
)

var L, m = 1, 2
var N = 1 // at the end of the line

// Client is documented.
type Client interface {
	// One sentence.
	One()
	// Two. Sentences here.
	Two()
	None()
}

// O is documented.
type O struct {
	P int // a comment
	// Q is documented.
	Q int
	R int TAG
	S, t int
}
`
	source = strings.Replace(source, "TAG", "`doc:\"A tag.\"`", 1)
	syntax, err := parser.ParseFile(token.NewFileSet(), "p.go", source, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, missing := range undocumentedNames(goFile{path: "p.go", folder: "client", syntax: syntax}) {
		names = append(names, missing.name)
	}
	if got, want := strings.Join(names, " "), "B D A.E G.F L Client.None O.S"; got != want {
		t.Errorf("found %q, want %q", got, want)
	}
	if got := clientMethods(syntax); got["One"] != 1 || got["Two"] != 2 || got["None"] != 0 || len(got) != 3 {
		t.Errorf("sentences of Client: %v", got)
	}
}

// smallPackage is the largest number of files that a reader oversees without a hint.
const smallPackage = 4

// starts matches the sentence of a package comment that names the file to read first.
var starts = regexp.MustCompile(`(?i)\b(start|begin) (with|at)\b`)

// A package of many files has a doc.go that says where a reader begins.
func TestPackagesSayWhereToStart(t *testing.T) {
	t.Parallel()
	files, comments := map[string]int{}, map[string]string{}
	for _, f := range goFiles(t) {
		if f.test || f.syntax.Name.Name == "main" || strings.HasPrefix(f.folder, "tests/") {
			continue
		}
		files[f.folder]++
		if strings.HasSuffix(f.path, "/doc.go") {
			comments[f.folder] = f.syntax.Doc.Text()
		}
	}
	for folder, count := range files {
		if count > smallPackage && !starts.MatchString(comments[folder]) {
			t.Errorf("%s has %d files, and the package comment in its doc.go does not name the one to start with", folder, count)
		}
	}
	if len(files) < 40 {
		t.Errorf("only %d packages were found", len(files))
	}
}
