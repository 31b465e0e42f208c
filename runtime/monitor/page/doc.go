// Package page shows people the schedules and the runs of a server in a browser: HTML that the
// server renders, without JavaScript. It knows nothing of the server; a Source has the facts, and
// Actions carry out the two things that a person may ask for.
//
// Who may see a page is decided before it: see package monitor. Every text of a Source is data, and
// never becomes markup.
//
// Start with Page in page.go. source.go has the types of a Source, show.go makes texts of them, and
// picture.go computes the bars. ask.go asks before something happens. assets has the templates and
// the style sheet.
package page
