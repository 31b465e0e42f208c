//go:build interop

package interop

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
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
				list = append(list, declared{name.Name, within})
			}
		}
	}
	return list
}

// goNames returns the exported functions and types of a package, and the members of its types as TYPE.MEMBER.
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

// declaredByGo reads the interface Client and the option functions off the module's source.
func declaredByGo(t *testing.T) (list []declared) {
	t.Helper()
	command := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Version}} {{.Dir}}", "github.com/dbos-inc/dbos-transact-golang")
	command.Dir = "goapp"
	out, err := command.Output()
	version, folder, _ := strings.Cut(strings.TrimSpace(string(out)), " ")
	if err != nil || version != "v1.8.0" || folder == "" {
		t.Fatalf("go list says %q, %v; want v1.8.0", out, err)
	}
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
			list = append(list, declared{d.Name.Name, goOptions[result.Name]})
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			if named, is := spec.(*ast.TypeSpec); is {
				list = append(list, goFields(named)...)
			}
			if named, is := spec.(*ast.TypeSpec); is && named.Name.Name == "Client" {
				for _, method := range named.Type.(*ast.InterfaceType).Methods.List {
					for _, name := range method.Names {
						list = append(list, declared{name: name.Name})
					}
				}
			}
		}
	}
	return list
}

// declaredByTypeScript reads the class DBOSClient and the options of an enqueue off the package's
// declarations.
func declaredByTypeScript(t *testing.T) []declared {
	t.Helper()
	installed, err := peer.Install(t.Context(), "5.3.0")
	if err != nil {
		t.Fatal(err)
	}
	source := filepath.Join(installed, "node_modules", "@dbos-inc", "dbos-sdk", "dist", "src")
	list := namesIn(t, filepath.Join(source, "client.d.ts"), "export declare class DBOSClient ", `(?m)^    (?:static |get )?(\w+)[<(]`, "")
	options := namesIn(t, filepath.Join(source, "enqueue_options.d.ts"), "export interface EnqueueWorkflowOptions ", `(?m)^    (\w+)\??: `, "enqueue")
	return append(list, options...)
}

// namesIn returns the names that an expression finds between the head of a block and its end.
func namesIn(t *testing.T, file, head, expression, within string) (list []declared) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	_, block, found := strings.Cut(string(text), head)
	if !found {
		t.Fatalf("%s has no %q", file, head)
	}
	block, _, _ = strings.Cut(block, "\n}")
	for _, match := range regexp.MustCompile(expression).FindAllStringSubmatch(block, -1) {
		if match[1] != "constructor" {
			list = append(list, declared{match[1], within})
		}
	}
	return list
}

// describeClient prints what the Python client declares, a name a line after the function that it is an option of.
const describeClient = `
import inspect
from dbos import DBOSClient
import dbos._client as module
for name, member in inspect.getmembers(DBOSClient):
    if not name.startswith("_") and not name.endswith("_async"):
        print("-", name)
        if name in ("list_workflows", "send", "rename_application", "read_stream", "register_queue", "list_schedules"):
            for parameter in list(inspect.signature(member).parameters)[1:]:
                print(name, parameter)
for name in module.EnqueueOptions.__annotations__:
    print("enqueue", name)
`

func declaredByPython(t *testing.T) (list []declared) {
	t.Helper()
	command, err := peer.SDK{Language: peer.Python, Version: "3.4.0"}.Install(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), command[0], "-c", describeClient).Output()
	if err != nil {
		t.Fatalf("%s: %v", command[0], err)
	}
	for line := range strings.Lines(string(out)) {
		within, name, _ := strings.Cut(strings.TrimSpace(line), " ")
		list = append(list, declared{name, strings.TrimPrefix(within, "-")})
	}
	return list
}

// declaredByJava asks javap for the public methods of the client, and of the options of an enqueue.
func declaredByJava(t *testing.T) (list []declared) {
	t.Helper()
	command, err := peer.SDK{Language: peer.Java, Version: "1.1.0-m6"}.Install(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	path := command[slices.Index(command, "-cp")+1]
	for class, within := range map[string]string{"dev.dbos.transact.DBOSClient": "", "dev.dbos.transact.DBOSClient$EnqueueOptions": "enqueue"} {
		out, err := exec.CommandContext(t.Context(), "javap", "-public", "-cp", path, class).CombinedOutput()
		if err != nil {
			t.Fatalf("javap %s: %v\n%s", class, err, out)
		}
		for _, match := range regexp.MustCompile(`(?m)^  public [^=]*?(\w+)\([^)]*\);$`).FindAllStringSubmatch(string(out), -1) {
			d := declared{match[1], within}
			isMethod := within == "" || strings.HasPrefix(d.name, "with")
			if isMethod && d.name != "DBOSClient" && !slices.Contains(list, d) {
				list = append(list, d)
			}
		}
	}
	return list
}
