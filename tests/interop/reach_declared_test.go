//go:build interop

package interop

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dbos-script/dbos-script/tests/interop/peer"
)

// goOptions are the option types of the Go client's methods, with the Lua function of each.
var goOptions = map[string]string{
	"EnqueueOption": "enqueue", "SendOption": "send", "ReadStreamOption": "read_stream", "CancelWorkflowOption": "cancel_workflow",
	"SetWorkflowAttributesOption": "set_workflow_attributes", "SetWorkflowDelayOption": "set_workflow_delay", "ResumeWorkflowOption": "resume_workflow",
	"RewindWorkflowOption": "rewind_workflow", "ListWorkflowsOption": "list_workflows", "GetWorkflowStepsOption": "get_workflow_steps",
	"DeleteWorkflowOption": "delete_workflows", "QueueOption": "register_queue", "ListQueuesOption": "list_queues", "ListSchedulesOption": "list_schedules",
	"DebouncerOption": "debouncer",
}

// goInputs are the structs that a caller of the Go client fills in, with the Lua function of each.
var goInputs = map[string]string{
	"ScheduleSpec": "create_schedule", "ForkWorkflowInput": "fork_workflow", "ForkWorkflowsInput": "fork_workflows",
	"GetWorkflowAggregatesInput": "get_workflow_aggregates", "GetStepAggregatesInput": "get_step_aggregates",
	"RenameApplicationInput": "rename_application", "SendMessage": "send", "RateLimiter": "register_queue",
}

// goFields returns the exported fields of the structs of goInputs.
func goFields(named *ast.TypeSpec) (list []declared) {
	within, is := goInputs[named.Name.Name]
	of, isStruct := named.Type.(*ast.StructType)
	if !is || !isStruct {
		return nil
	}
	for _, field := range of.Fields.List {
		for _, name := range field.Names {
			if name.IsExported() {
				list = append(list, declared{name: name.Name, within: within})
			}
		}
	}
	return list
}

// goNames returns the exported functions and types of a package, and members as TYPE.MEMBER.
func goNames(t *testing.T, folder string) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	files, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no sources in %s: %v", folder, err)
	}
	for _, file := range files {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		for _, d := range parsed.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				names[d.Name.Name] = names[d.Name.Name] || d.Recv == nil
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					if named, is := spec.(*ast.TypeSpec); is {
						addMembers(names, named)
					}
				}
			}
		}
	}
	for _, part := range []string{"QueueLimits QueueInput", "Administration Client", "History Client"} { // which are embedded
		from, into, _ := strings.Cut(part, " ")
		for name := range maps.Clone(names) {
			if member, found := strings.CutPrefix(name, from+"."); found {
				names[into+"."+member] = true
			}
		}
	}
	return names
}

func addMembers(names map[string]bool, named *ast.TypeSpec) {
	names[named.Name.Name] = true
	var members *ast.FieldList
	switch of := named.Type.(type) {
	case *ast.StructType:
		members = of.Fields
	case *ast.InterfaceType:
		members = of.Methods
	default:
		return
	}
	for _, member := range members.List {
		for _, name := range member.Names {
			names[named.Name.Name+"."+name.Name] = true
		}
	}
}

// goPlain are the types of parameters that have no options.
var goPlain = []string{"Client", "string", "any", "Duration", "Time"}

// goMethods returns the methods of the Go client, and each of their parameters' types that is in
// none of the tables above, so that no options of a new type stay unread.
func goMethods(client *ast.InterfaceType) (list []declared) {
	for _, method := range client.Methods.List {
		of, isMethod := method.Type.(*ast.FuncType)
		if !isMethod {
			continue // an embedded interface
		}
		list = append(list, declared{name: method.Names[0].Name})
		for _, parameter := range of.Params.List {
			name := goTypeName(parameter.Type)
			if goOptions[name] == "" && goInputs[name] == "" && !slices.Contains(goPlain, name) {
				list = append(list, declared{name: "type " + name, method: method.Names[0].Name})
			}
		}
	}
	return list
}

// goTypeName returns the name of a type, or of the elements of a list or map.
func goTypeName(of ast.Expr) string {
	switch of := of.(type) {
	case *ast.Ident:
		return of.Name
	case *ast.SelectorExpr:
		return of.Sel.Name
	case *ast.ArrayType:
		return goTypeName(of.Elt)
	case *ast.MapType:
		return goTypeName(of.Value)
	case *ast.Ellipsis:
		return goTypeName(of.Elt)
	case *ast.StarExpr:
		return goTypeName(of.X)
	}
	return ""
}

// goModule returns the folder with the sources of the Go SDK.
func goModule(t *testing.T) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Version}} {{.Dir}}", "github.com/dbos-inc/dbos-transact-golang")
	command.Dir = "goapp"
	var stderr strings.Builder
	command.Stderr = &stderr
	out, err := command.Output()
	version, folder, _ := strings.Cut(strings.TrimSpace(string(out)), " ")
	if err != nil || version != "v1.8.0" || folder == "" {
		t.Fatalf("go list says %q, %v; want v1.8.0 of the Go SDK\n%s", out, err, stderr.String())
	}
	return folder
}

// declaredByGo reads the interface Client and the option functions off the module's source.
func declaredByGo(t *testing.T) (list []declared) {
	t.Helper()
	folder := goModule(t)
	files, err := filepath.Glob(filepath.Join(folder, "dbos", "*.go"))
	inner, _ := filepath.Glob(filepath.Join(folder, "dbos", "internal", "*", "*.go"))
	files = append(files, inner...)
	if err != nil || len(files) == 0 {
		t.Fatalf("no sources in %s: %v", folder, err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range parsed.Decls {
			list = append(list, declaredByGoDecl(d)...)
		}
	}
	return list
}

func declaredByGoDecl(d ast.Decl) (list []declared) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Recv != nil || !d.Name.IsExported() || d.Type.Results == nil || len(d.Type.Results.List) != 1 {
			return nil
		}
		if result, is := d.Type.Results.List[0].Type.(*ast.Ident); is && goOptions[result.Name] != "" {
			list = append(list, declared{name: d.Name.Name, within: goOptions[result.Name]})
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			if named, is := spec.(*ast.TypeSpec); is {
				list = append(list, goFields(named)...)
			}
			if named, is := spec.(*ast.TypeSpec); is && named.Name.Name == "Client" {
				list = append(list, goMethods(named.Type.(*ast.InterfaceType))...)
			}
		}
	}
	return list
}

// printed runs a program that prints what a client declares: a method a line, or a method and an
// option.
func printed(t *testing.T, program string, arguments ...string) (list []declared) {
	t.Helper()
	command := exec.CommandContext(t.Context(), program, arguments...)
	var stderr strings.Builder
	command.Stderr = &stderr
	out, err := command.Output()
	if err != nil {
		t.Fatalf("%s %v: %v\n%s", program, arguments, err, stderr.String())
	}
	for line := range strings.Lines(string(out)) {
		method, option, isOption := strings.Cut(strings.TrimSpace(line), " ")
		d := declared{name: method}
		if isOption {
			d = declared{name: option, method: method}
		}
		if !slices.Contains(list, d) {
			list = append(list, d)
		}
	}
	return list
}

// declaredByTypeScript has the TypeScript compiler read the declarations of the package.
func declaredByTypeScript(t *testing.T) []declared {
	t.Helper()
	installed, err := peer.Install(t.Context(), "5.3.0")
	if err != nil {
		t.Fatal(err)
	}
	return printed(t, "node", filepath.Join("declared", "typescript.mjs"), installed)
}

// declaredByPython has Python inspect the classes of the package.
func declaredByPython(t *testing.T) []declared {
	t.Helper()
	command, err := peer.SDK{Language: peer.Python, Version: "3.4.0"}.Install(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return printed(t, command[0], filepath.Join("declared", "python.py"))
}

// declaredByJava has Java reflect on the classes of the package.
func declaredByJava(t *testing.T) []declared {
	t.Helper()
	command, err := peer.SDK{Language: peer.Java, Version: "1.1.0-m6"}.Install(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return printed(t, command[0], "-cp", command[slices.Index(command, "-cp")+1], filepath.Join("declared", "Declared.java"))
}
