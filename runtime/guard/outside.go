package guard

import "fmt"

// effectHeld is the effect of a call to the outside in a dry run.
const effectHeld = "is not done"

// Outside reports whether a call that changes something beside the database is to be held back, and then writes it
// into the plan: the operation (fs.write), its target (a path, a program, a method and a URL without its query), and
// how many bytes it would write or send, negative if that means nothing. Only a dry run holds calls back.
func (g *Guard) Outside(operation, target string, bytes int64) bool {
	if !g.config.DryRun || g.config.LetOutside {
		return false
	}
	g.mutex.Lock()
	defer g.mutex.Unlock()
	effect := effectHeld
	if bytes >= 0 {
		effect = fmt.Sprintf("%s (%s)", effectHeld, plural(bytes, "byte"))
	}
	g.plan.outside++
	g.plan.line(planKey{operation, "", target, effect}).Count++
	return true
}
