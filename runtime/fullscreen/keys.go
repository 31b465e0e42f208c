package fullscreen

import (
	"strings"

	"github.com/gdamore/tcell/v2"
)

// names are the keys that are no characters.
func names() map[tcell.Key]string {
	return map[tcell.Key]string{
		tcell.KeyUp: "up", tcell.KeyDown: "down", tcell.KeyLeft: "left", tcell.KeyRight: "right", tcell.KeyHome: "home", tcell.KeyEnd: "end",
		tcell.KeyPgUp: "pageup", tcell.KeyPgDn: "pagedown", tcell.KeyEnter: "enter", tcell.KeyEscape: "esc", tcell.KeyTab: "tab",
		tcell.KeyBackspace: "backspace", tcell.KeyBackspace2: "backspace", tcell.KeyDelete: "delete", tcell.KeyInsert: "insert",
	}
}

// keyName returns the name of a key, or "" for one that has none.
func keyName(e *tcell.EventKey) string {
	if name, known := names()[e.Key()]; known {
		return name
	}
	switch {
	case e.Key() == tcell.KeyRune && e.Modifiers()&tcell.ModAlt != 0:
		return "alt-" + string(e.Rune())
	case e.Key() == tcell.KeyRune:
		return string(e.Rune())
	case e.Key() >= tcell.KeyCtrlA && e.Key() <= tcell.KeyCtrlZ, e.Key() >= tcell.KeyF1 && e.Key() <= tcell.KeyF12:
		return strings.ToLower(tcell.KeyNames[e.Key()])
	}
	return ""
}

// pump takes the events of the device until it ends. A panic in it restores the terminal first, so
// that the message can be read.
func (s *Screen) pump() {
	defer func() {
		if value := recover(); value != nil {
			s.Close()
			panic(value)
		}
	}()
	for event := s.device.PollEvent(); event != nil; event = s.device.PollEvent() {
		switch e := event.(type) {
		case *tcell.EventResize:
			s.resized()
		case *tcell.EventKey:
			switch e.Key() {
			case tcell.KeyCtrlC, tcell.KeyCtrlBackslash:
				s.Abandon()
				s.options.Interrupt()
				return
			case tcell.KeyCtrlZ:
				stop()
			default:
				s.push(keyName(e))
			}
		}
	}
}

func (s *Screen) resized() {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if !s.over {
		s.draw()
		s.device.Sync()
		s.push(KeyResize)
	}
}

// push passes a key on. One that nobody reads is dropped.
func (s *Screen) push(key string) {
	if key == "" {
		return
	}
	select {
	case s.keys <- key:
	default:
	}
}
