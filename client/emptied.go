package client

// An emptied is the name of an option that was given an empty text where an id or a name is meant, or "". In a struct of
// options the empty text means that there is none; an option function is only called to give one.
type emptied string

// note is called with each value that is given to an option; the last one counts.
func (e *emptied) note(option, value string) {
	switch {
	case value == "":
		*e = emptied(option)
	case *e == emptied(option):
		*e = ""
	}
}

// check returns InvalidOption if an option was given an empty text.
func (e emptied) check(op string) error {
	if e == "" {
		return nil
	}
	err := invalid(op, "%s is empty", string(e))
	err.Advice = "leave the option out where there is none"
	return err
}
