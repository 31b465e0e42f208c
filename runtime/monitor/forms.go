package monitor

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// A Page answers people at /, /scripts/, /runs/ and /assets/. It is asked only if the person may
// see it, and a POST only if a form of the page has sent it; /assets/ is open to everybody.
type Page interface {
	http.Handler
	// SignIn writes a form that sends "token", and in "to" the path to show then, to /sign-in.
	// wrong is the reason if a token was refused.
	SignIn(w http.ResponseWriter, r *http.Request, status int, wrong string)
}

const (
	cookieName = "dbos_script_session"
	// sessionTime is how long a person stays signed in: a working day.
	sessionTime = 12 * time.Hour
	// mostSessions bounds the memory. One more ends the oldest.
	mostSessions = 1000
	// longestForm is how many bytes a form has at most.
	longestForm = 16 << 10
)

// sessions are the people who are signed in. The cookie holds a random text, and the memory its
// digest.
type sessions struct {
	now   func() time.Time
	key   [32]byte // of form tokens
	mutex sync.Mutex
	ends  map[[32]byte]time.Time
}

func newSessions(now func() time.Time) *sessions {
	if now == nil {
		now = time.Now
	}
	s := &sessions{now: now, ends: map[[32]byte]time.Time{}}
	_, _ = rand.Read(s.key[:])
	return s
}

// open returns the text of a new session.
func (s *sessions) open() string {
	var random [32]byte
	_, _ = rand.Read(random[:])
	text := hex.EncodeToString(random[:])
	s.mutex.Lock()
	defer s.mutex.Unlock()
	now := s.now()
	oldest, found := [32]byte{}, false
	for id, end := range s.ends {
		if !now.Before(end) {
			delete(s.ends, id)
		} else if !found || end.Before(s.ends[oldest]) {
			oldest, found = id, true
		}
	}
	if len(s.ends) >= mostSessions {
		delete(s.ends, oldest)
	}
	s.ends[sha256.Sum256([]byte(text))] = now.Add(sessionTime)
	return text
}

// has returns true if the request has the cookie of a session.
func (s *sessions) has(r *http.Request) bool {
	text := cookieOf(r)
	if text == "" {
		return false
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	end, found := s.ends[sha256.Sum256([]byte(text))]
	return found && s.now().Before(end)
}

func (s *sessions) close(r *http.Request) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	delete(s.ends, sha256.Sum256([]byte(cookieOf(r))))
}

// formToken returns the token that forms for this person send back. It depends on the session, and
// on the process.
func (s *sessions) formToken(r *http.Request) string {
	sum := sha256.New()
	sum.Write(s.key[:])
	sum.Write([]byte(cookieOf(r)))
	sum.Write(s.key[:])
	return hex.EncodeToString(sum.Sum(nil))
}

func cookieOf(r *http.Request) string {
	c, err := r.Cookie(cookieName)
	if err != nil {
		return ""
	}
	return c.Value
}

type visitKey struct{}

type visit struct {
	form   string
	signed bool
}

// Visit returns the token that a form of a page sends back as "form", and whether the person can
// sign out. The request is one that a Page has received.
func Visit(r *http.Request) (form string, signedIn bool) {
	v, _ := r.Context().Value(visitKey{}).(visit)
	return v.form, v.signed
}

// addPage adds the paths for people.
func (s *Server) addPage(mux *http.ServeMux) {
	page := s.config.Page
	people := s.forPeople(page)
	mux.Handle("/assets/", page)
	mux.HandleFunc("/scripts/", people)
	mux.HandleFunc("/runs/", people)
	mux.HandleFunc("/sign-in", s.signIn)
	mux.HandleFunc("/sign-out", s.forPeople(http.HandlerFunc(s.signOut)))
}

// isForm returns true for a path that forms are sent to.
func (s *Server) isForm(path string) bool {
	return s.config.Page != nil && (path == "/sign-in" || path == "/sign-out" || strings.HasPrefix(path, "/scripts/"))
}

// foreignForm returns a refusal unless a form of this server may have sent the request. A browser
// says where a form comes from; a program that changes something has `dbos-script run`.
func (s *Server) foreignForm(r *http.Request) *refusal {
	switch {
	case r.Method != http.MethodPost || !s.isForm(r.URL.Path):
		return &refusal{http.StatusMethodNotAllowed, "only GET and HEAD are answered"}
	case r.Header.Get("Origin") == "" && r.Header.Get("Sec-Fetch-Site") != "same-origin":
		return &refusal{http.StatusForbidden, "a form is taken from a page of this server only: the header Origin is missing"}
	}
	return nil
}

// forPeople shows the form for the token to whoever has to sign in, and checks the token of a form.
func (s *Server) forPeople(to http.Handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		switch no := s.closed(r); {
		case no == nil:
		case no.status == http.StatusUnauthorized:
			w.Header().Set("WWW-Authenticate", `Bearer realm="dbos-script"`)
			s.config.Page.SignIn(w, r, no.status, "")
			return
		default:
			refuse(w, r, no)
			return
		}
		token := s.sessions.formToken(r)
		if r.Method == http.MethodPost {
			r.Body = http.MaxBytesReader(w, r.Body, longestForm)
			if subtle.ConstantTimeCompare([]byte(r.PostFormValue("form")), []byte(token)) != 1 {
				refuse(w, r, &refusal{http.StatusForbidden, "the form is out of date: go back, read the page again, and answer once more"})
				return
			}
		}
		v := visit{token, s.config.Token != "" && s.sessions.has(r)}
		to.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), visitKey{}, v)))
	}
}

// signIn opens a session for the token.
func (s *Server) signIn(w http.ResponseWriter, r *http.Request) {
	if s.Restricted() {
		refuse(w, r, s.closed(r))
		return
	}
	if r.Method != http.MethodPost {
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, longestForm)
	if s.config.Token != "" && !isToken(strings.TrimSpace(r.PostFormValue("token")), s.config.Token) {
		s.config.Logger.Warn("somebody sent a wrong token to the page", "from", r.RemoteAddr)
		w.Header().Set("WWW-Authenticate", `Bearer realm="dbos-script"`)
		s.config.Page.SignIn(w, r, http.StatusUnauthorized, "That is not the token of this server.")
		return
	}
	http.SetCookie(w, sessionCookie(r, s.sessions.open(), int(sessionTime/time.Second)))
	http.Redirect(w, r, ownPath(r.PostFormValue("to")), http.StatusSeeOther)
}

func (s *Server) signOut(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPost {
		s.sessions.close(r)
		http.SetCookie(w, sessionCookie(r, "", -1))
	}
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

// sessionCookie is one that no script reads, and that no other site sends along. Behind a proxy
// with TLS it goes over TLS alone.
func sessionCookie(r *http.Request, value string, age int) *http.Cookie {
	secure := r.TLS != nil || strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https")
	return &http.Cookie{Name: cookieName, Value: value, Path: "/", MaxAge: age, HttpOnly: true, Secure: secure, SameSite: http.SameSiteStrictMode}
}

// ownPath returns a path of this server: / if the text is none.
func ownPath(text string) string {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || !strings.HasPrefix(text, "/") || strings.HasPrefix(text, "//") || strings.Contains(text, `\`) {
		return "/"
	}
	return text
}

// wantsPage returns true for the request of a browser for a page.
func wantsPage(r *http.Request) bool {
	return strings.Contains(strings.ToLower(r.Header.Get("Accept")), "text/html")
}
