package stdlib

import (
	"fmt"
	"regexp"
	"strings"
)

// deepestTemplate is how deep the parts of a template may lie inside each other, when it is read
// and when it is carried out. text/template recurses for each part without a bound, and a Go
// stack that overflows ends the process: 200 parts in 200 templates take some 40 MB of the 1 GB
// that a stack may have.
const deepestTemplate = 200

// enterName and leaveName are the functions at the beginning and at the end of each template; no
// template can name them.
const (
	enterName = "_enter"
	leaveName = "_leave"
)

var errDeepTemplate = fmt.Errorf("the templates call each other more than %d deep", deepestTemplate)

func (f *filling) enter() (string, error) {
	if f.depth++; f.depth > deepestTemplate {
		return "", errDeepTemplate
	}
	return "", nil
}

func (f *filling) leave() string {
	f.depth--
	return ""
}

var (
	opensPart  = regexp.MustCompile(`^(?:if|range|with|block|define)\b`)
	chainsPart = regexp.MustCompile(`^else\s+(?:if|with)\b`)
	endsPart   = regexp.MustCompile(`^end\b`)
)

// shallow refuses a template before it is parsed if its parts or its parentheses nest too deep.
// Each "else if" lies inside the part before it until the end of both.
func shallow(text string) error {
	depth, open := 0, []int{}
	for {
		_, rest, found := strings.Cut(text, "{{")
		if !found {
			return nil
		}
		var action string
		action, text = actionOf(rest)
		action = strings.TrimLeft(strings.TrimPrefix(action, "-"), " \t\r\n")
		switch {
		case opensPart.MatchString(action):
			open = append(open, 1)
			depth++
		case len(open) > 0 && chainsPart.MatchString(action):
			open[len(open)-1]++
			depth++
		case len(open) > 0 && endsPart.MatchString(action):
			depth -= open[len(open)-1]
			open = open[:len(open)-1]
		}
		if depth > deepestTemplate || strings.Count(action, "(") > deepestTemplate {
			return fmt.Errorf("its parts nest more than %d deep", deepestTemplate)
		}
	}
}

// actionOf splits the text after {{ at the }} that ends the action. A }} in quotes or in a
// comment does not end it.
func actionOf(text string) (action, rest string) {
	if comment := strings.TrimLeft(strings.TrimPrefix(text, "-"), " \t\r\n"); strings.HasPrefix(comment, "/*") {
		_, rest, _ := strings.Cut(comment, "*/")
		return "", rest
	}
	for i := 0; i < len(text); i++ {
		switch quote := text[i]; {
		case quote == '`':
			i = max(i, i+1+strings.IndexByte(text[i+1:], quote))
		case quote == '"' || quote == '\'':
			for i++; i < len(text) && text[i] != quote; i++ {
				if text[i] == '\\' {
					i++
				}
			}
		case strings.HasPrefix(text[i:], "}}"):
			return text[:i], text[i+2:]
		}
	}
	return text, ""
}
