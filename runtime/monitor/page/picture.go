package page

import "time"

// span is how many units wide a picture of steps is, whatever its size on the screen.
const span = 1000

// thinnest is the least width of a bar in units, so that a short step can be seen.
const thinnest = 4

// A bar is a step on the time axis of its run, in units.
type bar struct {
	Step
	X, Width int
}

// bars returns the steps on an axis from the beginning of a run to its end. A step is never outside
// of the axis.
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

func units(at, whole time.Duration) int {
	if whole <= 0 {
		return 0
	}
	return int(min(max(float64(at)/float64(whole), 0), 1) * span)
}

// axis returns the times at the quarters of a picture.
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
	// stripHeight is the height of its longest run, in pixels, and stripStep the distance of two.
	stripHeight = 24
	stripStep   = 7
)

// A pillar is a run in the strip of a script.
type pillar struct {
	Run
	X, Y, Height int
}

// strip returns the last runs, the newest at the right. The highest took longest.
func strip(runs []Run) []pillar {
	runs = runs[:min(len(runs), recent)]
	var longest time.Duration
	for _, r := range runs {
		longest = max(longest, r.Took)
	}
	var list []pillar
	for i := len(runs) - 1; i >= 0; i-- {
		height := 6 + units(runs[i].Took, longest)*(stripHeight-6)/span
		list = append(list, pillar{runs[i], len(list) * stripStep, stripHeight - height, height})
	}
	return list
}
