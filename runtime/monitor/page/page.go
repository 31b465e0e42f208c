package page

import (
	"bytes"
	"embed"
	"errors"
	"html/template"
	"net/http"
	"time"
)

//go:embed assets
var assets embed.FS

// policy lets a browser load the style sheet and the icon, and send forms, here and nowhere else.
const policy = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// Config has the parts of a page.
type Config struct {
	Source Source
	// Actions may be nil: then nothing can be started or paused.
	Actions Actions
	// Title names the server, such as the folder of its scripts.
	Title string
	// Shared is true if other servers have the same schedules.
	Shared bool
	Now    func() time.Time
	// Zone is the time zone of all times.
	Zone *time.Location
	// Visit returns how a request has come in.
	Visit func(*http.Request) Visit
}

// A Visit is the access of a person.
type Visit struct {
	FormToken string // that forms send back
	SignedIn  bool   // so that the person can sign out
}

// A Page answers the requests of people whose access was checked before.
type Page struct {
	config Config
	mux    *http.ServeMux
	views  *template.Template
}

// New returns a page.
func New(config Config) *Page {
	p := &Page{config: config, mux: http.NewServeMux()}
	p.views = template.Must(template.New("").Funcs(p.functions()).ParseFS(assets, "assets/*.html"))
	p.mux.HandleFunc("GET /{$}", p.overview)
	p.mux.HandleFunc("GET /scripts/{script}", p.script)
	p.mux.HandleFunc("GET /runs/{run}", p.run)
	if config.Actions != nil {
		p.addQuestions()
	}
	p.mux.HandleFunc("GET /assets/page.css", asset("assets/page.css", "text/css; charset=utf-8"))
	p.mux.HandleFunc("GET /assets/icon.svg", asset("assets/icon.svg", "image/svg+xml"))
	p.mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		p.missing(w, r, "There is no such page.")
	})
	return p
}

// functions are called by the templates.
func (p *Page) functions() template.FuncMap {
	local := func(at time.Time) time.Time { return at.In(p.config.Zone) }
	return template.FuncMap{
		"took": took, "tone": tone, "plural": plural, "clean": clean, "bars": bars, "axis": axis, "strip": strip, "tally": tally,
		"scriptPath": scriptPath, "runPath": runPath, "share": units, "inc": func(n int) int { return n + 1 },
		"machine": func(at time.Time) string { return at.UTC().Format(time.RFC3339) },
		"full":    func(at time.Time) string { return local(at).Format("Mon 2 Jan 2006 15:04:05 MST") },
		"moment":  func(at time.Time) string { return moment(local(at), p.config.Now()) },
		"roughly": func(at time.Time) string { return roughly(at, p.config.Now()) },
	}
}

func asset(name, kind string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		text, err := assets.ReadFile(name)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", kind)
		_, _ = w.Write(text)
	}
}

// ServeHTTP answers a request.
func (p *Page) ServeHTTP(w http.ResponseWriter, r *http.Request) { p.mux.ServeHTTP(w, r) }

// A sheet is the part that all pages have.
type sheet struct {
	Heading, Server, Path string
	Now                   time.Time
	Actions               bool
	Visit
}

func (p *Page) sheet(r *http.Request, heading string) sheet {
	s := sheet{Heading: heading, Server: p.config.Title, Path: r.URL.RequestURI(), Now: p.config.Now(), Actions: p.config.Actions != nil}
	if p.config.Visit != nil {
		s.Visit = p.config.Visit(r)
	}
	return s
}

// show writes a page. Nothing is written of a page that cannot be rendered.
func (p *Page) show(w http.ResponseWriter, status int, view string, data any) {
	var text bytes.Buffer
	if err := p.views.ExecuteTemplate(&text, view, data); err != nil {
		http.Error(w, "the page cannot be rendered: "+err.Error(), http.StatusInternalServerError)
		return
	}
	header := w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Content-Security-Policy", policy)
	header.Set("Referrer-Policy", "same-origin")
	w.WriteHeader(status)
	_, _ = w.Write(text.Bytes())
}

func (p *Page) missing(w http.ResponseWriter, r *http.Request, why string) {
	p.show(w, http.StatusNotFound, "message.html", struct {
		sheet
		Text string
	}{p.sheet(r, "Not found"), why})
}

// SignIn writes the form that asks for the token, with the reason if a token was wrong.
func (p *Page) SignIn(w http.ResponseWriter, r *http.Request, status int, wrong string) {
	s := p.sheet(r, "Sign in")
	if r.Method != http.MethodGet {
		s.Path = "/"
	}
	p.show(w, status, "signin.html", struct {
		sheet
		Wrong string
	}{s, wrong})
}

func (p *Page) overview(w http.ResponseWriter, r *http.Request) {
	list := p.config.Source.Schedules()
	view := struct {
		sheet
		Schedules []Schedule
		Running   int
		Paused    int
		Failing   int // scripts whose last run has failed, or that have a mistake
	}{sheet: p.sheet(r, "Schedules"), Schedules: list}
	for _, s := range list {
		if s.Paused {
			view.Paused++
		}
		failing := s.Mistake != ""
		for i, run := range s.Runs {
			if run.Outcome == Running {
				view.Running++
			}
			failing = failing || i == 0 && run.Outcome != Running && run.Outcome != Success
		}
		if failing {
			view.Failing++
		}
	}
	p.show(w, http.StatusOK, "overview.html", view)
}

// schedule returns a script, or false.
func (p *Page) schedule(name string) (Schedule, bool) {
	for _, s := range p.config.Source.Schedules() {
		if s.Script == name {
			return s, true
		}
	}
	return Schedule{}, false
}

var errNoScript = errors.New("there is no scheduled script of that name: it may have been renamed or taken away")

func (p *Page) script(w http.ResponseWriter, r *http.Request) {
	s, found := p.schedule(r.PathValue("script"))
	if !found {
		p.missing(w, r, errNoScript.Error())
		return
	}
	var longest time.Duration
	for _, run := range s.Runs {
		longest = max(longest, run.Took)
	}
	p.show(w, http.StatusOK, "script.html", struct {
		sheet
		Schedule
		Longest time.Duration
	}{p.sheet(r, s.Script), s, longest})
}

func (p *Page) run(w http.ResponseWriter, r *http.Request) {
	d, found := p.config.Source.Run(r.PathValue("run"))
	if !found {
		p.missing(w, r, "There is no such run here. The server keeps the last runs of each script since it started; dbos-script runs shows older ones from the audit log.")
		return
	}
	follow := d.Outcome == Running && r.URL.Query().Get("follow") == "1"
	p.show(w, http.StatusOK, "run.html", struct {
		sheet
		Detail
		Follow bool
	}{p.sheet(r, d.Script), d, follow})
}
