package client

// An emptied is the name of an option function that got an empty text instead of an id or a name,
// or "". In a struct of options the empty text means that the option is not set; an option function
// is only called to set it.
type emptied string

// note records a value of an option function. The last value of each option counts.
func (e *emptied) note(option, value string) {
	switch {
	case value == "":
		*e = emptied(option)
	case *e == emptied(option):
		*e = ""
	}
}

// check returns InvalidOption if an option function got an empty text.
func (e emptied) check(op string) error {
	if e == "" {
		return nil
	}
	err := invalid(op, "%s is empty", string(e))
	err.Hint = "leave the option out where there is none"
	return err
}
