//go:build !unix

package fullscreen

// stop does nothing, because the system has no job control.
func stop() {}

func (s *Screen) watchJobControl() (undo func()) { return func() {} }
