package page

import "time"

// The steps of a run are drawn as bars below a time axis, and the last runs of a script as a strip
// of pillars. The templates write both as SVG.

// span is the width of a picture of steps in units: the viewBox of run.html, so the browser scales
// it to any size.
const span = 1000

// thinnest is the least width of a bar in units, so that a short step can be seen.
const thinnest = 4

// A bar is a step on the time axis of its run, in units.
type bar struct {
	Step
	X, Width int
}

// bars returns a bar for each step of a run that takes, or has taken, whole. A bar never leaves the
// axis.
func bars(steps []Step, whole time.Duration) []bar {
	var list []bar
	for _, s := range steps {
		from, to := units(s.Began, whole), units(s.Began+s.Took, whole)
		if to-from < thinnest {
			to = min(from+thinnest, span)
			from = max(0, to-thinnest)
		}
		list = append(list, bar{s, from, to - from})
	}
	return list
}

// units returns a share of whole in units: 0 to span, and 0 if whole is zero.
func units(at, whole time.Duration) int {
	if whole <= 0 {
		return 0
	}
	return int(min(max(float64(at)/float64(whole), 0), 1) * span)
}

// axis returns the five times that mark the quarters of a picture, from 0 to whole.
func axis(whole time.Duration) []string {
	var marks []string
	for quarter := range 5 {
		marks = append(marks, took(whole*time.Duration(quarter)/4))
	}
	return marks
}

const (
	// recent is how many runs the strip of a script shows.
	recent = 20
	// stripHeight is the height of the longest run's pillar, pillarLeast the height of a run that
	// took no time, and stripStep the distance from one pillar to the next, all in units of the
	// strip's SVG.
	stripHeight = 24
	pillarLeast = 6
	stripStep   = 7
)

// A pillar is a run in the strip of a script.
type pillar struct {
	Run
	X, Y, Height int
}

// strip returns a pillar for each of the last runs, the oldest first. runs has the newest first.
// The highest pillar is the run that took longest.
func strip(runs []Run) []pillar {
	runs = runs[:min(len(runs), recent)]
	var longest time.Duration
	for _, r := range runs {
		longest = max(longest, r.Took)
	}
	var list []pillar
	for i := len(runs) - 1; i >= 0; i-- {
		height := pillarLeast + units(runs[i].Took, longest)*(stripHeight-pillarLeast)/span
		list = append(list, pillar{runs[i], len(list) * stripStep, stripHeight - height, height})
	}
	return list
}
