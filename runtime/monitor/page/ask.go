package page

import (
	"net/http"
)

// A question is asked before something happens.
type question struct {
	Title, Text, Yes string
	do               func(p *Page, r *http.Request, script string) (to string, err error)
}

// questions are the last parts of the paths below a script.
func (p *Page) questions() map[string]question {
	whose := "until it is resumed or the server is started again"
	if p.config.Shared {
		whose += "; other servers that share the schedule go on with it"
	}
	return map[string]question{
		"run": {"Run now?", "It runs once more beside its schedule, with the flags of the server: its limits and its audit log are the same.", "Run now",
			func(p *Page, r *http.Request, script string) (string, error) {
				id, err := p.config.Actions.RunNow(r.Context(), script)
				return runPath(id) + "?follow=1", err
			}},
		"pause": {"Pause the schedule?", "No tick starts a run of it, " + whose + ". Ticks that come meanwhile are not made up for. A run that goes on is not ended.", "Pause",
			func(p *Page, r *http.Request, script string) (string, error) {
				return scriptPath(script), p.config.Actions.Pause(r.Context(), script, true)
			}},
		"resume": {"Resume the schedule?", "It runs at its next tick again. Ticks that have come meanwhile are not made up for.", "Resume",
			func(p *Page, r *http.Request, script string) (string, error) {
				return scriptPath(script), p.config.Actions.Pause(r.Context(), script, false)
			}},
	}
}

// addQuestions adds their paths.
func (p *Page) addQuestions() {
	for part, q := range p.questions() {
		p.mux.HandleFunc("GET /scripts/{script}/"+part, func(w http.ResponseWriter, r *http.Request) { p.ask(w, r, q) })
		p.mux.HandleFunc("POST /scripts/{script}/"+part, func(w http.ResponseWriter, r *http.Request) { p.act(w, r, q) })
	}
}

func (p *Page) ask(w http.ResponseWriter, r *http.Request, q question) {
	s, found := p.schedule(r.PathValue("script"))
	if !found {
		p.missing(w, r, errNoScript.Error())
		return
	}
	p.show(w, http.StatusOK, "question.html", struct {
		sheet
		Schedule
		question
	}{p.sheet(r, q.Title), s, q})
}

// act does it, and shows the result at an address of its own, so that it can be read again.
func (p *Page) act(w http.ResponseWriter, r *http.Request, q question) {
	script := r.PathValue("script")
	if _, found := p.schedule(script); !found {
		p.missing(w, r, errNoScript.Error())
		return
	}
	to, err := q.do(p, r, script)
	if err == nil {
		http.Redirect(w, r, to, http.StatusSeeOther)
		return
	}
	p.show(w, http.StatusConflict, "message.html", struct {
		sheet
		Text string
	}{p.sheet(r, "That was not done"), err.Error()})
}
