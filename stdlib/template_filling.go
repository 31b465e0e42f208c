package stdlib

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"text/template"
	"text/template/parse"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/stdlib/gather"
)

// longestText is the largest number of bytes in a text that the library makes: the limit of a
// script's string.
const longestText = 64 << 20

var errLongText = fmt.Errorf("the text would have more than %d bytes", longestText)

// A filling is a text that is being made. It ends where it is too long, or the run ends.
type filling struct {
	ctx   context.Context
	text  *gather.Text
	depth int // of the templates that are carried out inside each other
}

func newFilling(ctx context.Context) *filling {
	return &filling{ctx: ctx, text: gather.New(ctx, longestText)}
}

func (f *filling) Write(data []byte) (int, error) {
	n, err := f.text.Write(data)
	if errors.As(err, new(*gather.TooLongError)) {
		err = errLongText
	}
	return n, err
}

// tickName is the function that asks whether the run goes on; no template can name it.
const tickName = "_tick"

func (f *filling) tick() (string, error) { return "", context.Cause(f.ctx) }

// parse reads a template, and has it ask at the beginning of each of its parts, and at each turn
// of a loop, whether the run goes on: loops within loops would keep it for ever without a word
// written.
func (f *filling) parse(text string, lenient bool) (*template.Template, error) {
	missing := "missingkey=error"
	if lenient {
		missing = "missingkey=default"
	}
	if err := shallow(text); err != nil {
		return nil, err
	}
	parsed, err := template.New("template").Funcs(templateFuncs()).Option(missing).Parse(text)
	if err != nil {
		return nil, err
	}
	if lenient {
		blank(parsed)
	}
	ticking, err := template.New("tick").Funcs(template.FuncMap{tickName: f.tick, enterName: f.enter, leaveName: f.leave}).
		Parse("{{" + tickName + "}}{{" + enterName + "}}{{" + leaveName + "}}")
	if err != nil {
		return nil, err
	}
	parsed.Funcs(template.FuncMap{tickName: f.tick, enterName: f.enter, leaveName: f.leave})
	for _, part := range parsed.Templates() {
		addTicks(part.Root, ticking.Root.Nodes[0])
		part.Root.Nodes = append(append(slices.Clone(ticking.Root.Nodes[:2]), part.Root.Nodes...), ticking.Root.Nodes[2])
	}
	return parsed, nil
}

func addTicks(list *parse.ListNode, tick parse.Node) {
	if list == nil {
		return
	}
	for _, node := range list.Nodes {
		switch n := node.(type) {
		case *parse.RangeNode:
			addTicks(n.List, tick)
			addTicks(n.ElseList, tick)
			n.List.Nodes = append([]parse.Node{tick}, n.List.Nodes...)
		case *parse.IfNode:
			addTicks(n.List, tick)
			addTicks(n.ElseList, tick)
		case *parse.WithNode:
			addTicks(n.List, tick)
			addTicks(n.ElseList, tick)
		}
	}
}

// blankName is the function that makes nothing of no value; no template can name it.
const blankName = "_blank"

// blank passes the value of each action through a function, because text/template writes "<no
// value>" for a missing name, with any option.
func blank(parsed *template.Template) {
	parsed.Funcs(template.FuncMap{blankName: func(value any) any {
		if value == nil {
			return ""
		}
		return value
	}})
	for _, part := range parsed.Templates() {
		addBlanks(part.Tree, part.Root)
	}
}

func addBlanks(tree *parse.Tree, node parse.Node) {
	switch n := node.(type) {
	case *parse.ListNode:
		if n == nil {
			return
		}
		for _, inner := range n.Nodes {
			addBlanks(tree, inner)
		}
	case *parse.ActionNode:
		if len(n.Pipe.Decl) == 0 {
			n.Pipe.Cmds = append(n.Pipe.Cmds, &parse.CommandNode{
				NodeType: parse.NodeCommand, Pos: n.Pos, Args: []parse.Node{parse.NewIdentifier(blankName).SetTree(tree).SetPos(n.Pos)}})
		}
	case *parse.RangeNode:
		addBranches(tree, &n.BranchNode)
	case *parse.IfNode:
		addBranches(tree, &n.BranchNode)
	case *parse.WithNode:
		addBranches(tree, &n.BranchNode)
	}
}

func addBranches(tree *parse.Tree, n *parse.BranchNode) {
	addBlanks(tree, n.List)
	addBlanks(tree, n.ElseList)
}

func (f *filling) failure(err error) error {
	switch {
	case f.ctx.Err() != nil:
		return context.Cause(f.ctx)
	case errors.Is(err, errLongText):
		return errLongText
	case errors.Is(err, errDeepTemplate):
		return declare.BadArgument("template", "%s", errDeepTemplate.Error())
	}
	return declare.BadArgument("template", "%s", templateMistake(err))
}
