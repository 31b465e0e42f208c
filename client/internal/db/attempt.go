package db

// An Attempt is one try to carry out a batch. The statements of a batch can depend on it.
type Attempt struct {
	// Number is 0 for the first attempt.
	Number int
	// AnswerLost is true if the answer of an earlier attempt was lost, so that attempt may have
	// taken effect. A conflict does not set it, because it undoes an attempt.
	AnswerLost bool
}

// Again returns true from the second attempt on.
func (a Attempt) Again() bool { return a.Number > 0 }
