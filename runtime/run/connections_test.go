package run

import (
	"errors"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
)

// slowToClose is a client whose first Close comes too early.
type slowToClose struct {
	client.Client
	late error
}

func (s *slowToClose) Close(time.Duration) error {
	late := s.late
	s.late = nil
	return late
}

// A connection that a script could not close stays with the run, which closes it at its end.
func TestAConnectionInUseIsLeftToTheRun(t *testing.T) {
	t.Parallel()
	closed, late := 0, errors.New("in use")
	a := &another{Client: &slowToClose{late: late}, closed: func() { closed++ }}
	if err := a.Close(0); err != late || closed != 0 {
		t.Errorf("the first Close returns %v, and %d are closed", err, closed)
	}
	if err := a.Close(0); err != nil || closed != 1 {
		t.Errorf("the second Close returns %v, and %d are closed", err, closed)
	}
}
