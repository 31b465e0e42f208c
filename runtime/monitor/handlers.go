package monitor

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/dbos-script/dbos-script/runtime/monitor/openmetrics"
)

// handler returns all paths. Every answer says that no other origin may use it, and that it must
// not be stored.
func (s *Server) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/healthz", s.health)
	mux.HandleFunc("/readyz", s.ready)
	mux.HandleFunc("/metrics", s.behindToken(s.metrics))
	mux.HandleFunc("/{$}", s.root())
	if s.config.Page != nil {
		s.addPage(mux)
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		refuse(w, r, &refusal{http.StatusNotFound, "there is no such path: the paths are /healthz, /readyz and /metrics"})
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Cache-Control", "no-store")
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Cross-Origin-Resource-Policy", "same-origin")
		header.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		no := s.foreign(r)
		if no == nil && r.Method != http.MethodGet && r.Method != http.MethodHead {
			if no = s.foreignForm(r); no != nil && no.status == http.StatusMethodNotAllowed {
				header.Set("Allow", "GET, HEAD")
			}
		}
		if no != nil {
			refuse(w, r, no)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

func (s *Server) behindToken(answer http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if no := s.closed(r); no != nil {
			if no.status == http.StatusUnauthorized {
				w.Header().Set("WWW-Authenticate", `Bearer realm="dbos-script"`)
			}
			refuse(w, r, no)
			return
		}
		answer(w, r)
	}
}

func (s *Server) health(w http.ResponseWriter, r *http.Request) {
	if problem := s.config.Alive(); problem != "" {
		answer(w, r, http.StatusServiceUnavailable, problem+"\n", map[string]any{"alive": false, "reasons": []string{problem}})
		return
	}
	answer(w, r, http.StatusOK, "ok\n", map[string]any{"alive": true, "reasons": []string{}})
}

func (s *Server) ready(w http.ResponseWriter, r *http.Request) {
	reasons := s.config.Ready(r.Context())
	if len(reasons) > 0 {
		answer(w, r, http.StatusServiceUnavailable, "not ready: "+strings.Join(reasons, "\nnot ready: ")+"\n", map[string]any{"ready": false, "reasons": reasons})
		return
	}
	answer(w, r, http.StatusOK, "ready\n", map[string]any{"ready": true, "reasons": []string{}})
}

func (s *Server) metrics(w http.ResponseWriter, r *http.Request) {
	format := openmetrics.Negotiate(r.Header.Get("Accept"))
	w.Header().Set("Content-Type", format.ContentType())
	w.Header().Set("Vary", "Accept")
	_ = openmetrics.Write(w, s.config.Metrics(r.Context()), format) // the reader has gone away
}

// root answers browsers with the page, and programs with the list of paths.
func (s *Server) root() http.HandlerFunc {
	list := s.behindToken(s.paths)
	if s.config.Page == nil {
		return list
	}
	people := s.forPeople(s.config.Page)
	return func(w http.ResponseWriter, r *http.Request) {
		if w.Header().Add("Vary", "Accept"); wantsPage(r) {
			people(w, r)
			return
		}
		list(w, r)
	}
}

func (s *Server) paths(w http.ResponseWriter, r *http.Request) {
	answer(w, r, http.StatusOK, "dbos-script serve\n\n/healthz  whether the process works\n/readyz   whether the database answers and the schedules are loaded\n/metrics  OpenMetrics\n",
		map[string]any{"paths": []string{"/healthz", "/readyz", "/metrics"}})
}

func refuse(w http.ResponseWriter, r *http.Request, no *refusal) {
	answer(w, r, no.status, no.message+"\n", map[string]any{"error": no.message})
}

// answer writes text, or JSON if the request asks for it.
func answer(w http.ResponseWriter, r *http.Request, status int, text string, data map[string]any) {
	body, kind := []byte(text), "text/plain; charset=utf-8"
	if wantsJSON(r) {
		var encoded bytes.Buffer
		if err := json.NewEncoder(&encoded).Encode(data); err == nil {
			body, kind = encoded.Bytes(), "application/json"
		}
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Add("Vary", "Accept")
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

// wantsJSON returns true for ?format=json, and if the header Accept names JSON.
func wantsJSON(r *http.Request) bool {
	return r.URL.Query().Get("format") == "json" || strings.Contains(strings.ToLower(r.Header.Get("Accept")), "application/json")
}
