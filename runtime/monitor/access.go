package monitor

import (
	"crypto/sha256"
	"crypto/subtle"
	"net"
	"net/http"
	"net/url"
	"strings"
)

// A refusal is the answer to a request that may not be answered.
type refusal struct {
	status  int
	message string
}

// foreign returns a refusal if a page of another origin has a browser send the request. A server
// without a token also wants a Host header of its own, because a name of somebody else may lead to
// a loopback address.
func (s *Server) foreign(r *http.Request) *refusal {
	if site := r.Header.Get("Sec-Fetch-Site"); site != "" && site != "same-origin" && site != "none" {
		return &refusal{http.StatusForbidden, "requests of pages of another origin are refused"}
	}
	if origin := r.Header.Get("Origin"); origin != "" && !sameOrigin(origin, r.Host) {
		return &refusal{http.StatusForbidden, "requests of pages of another origin are refused"}
	}
	if s.loopback && s.config.Token == "" && !isLocalName(r.Host) {
		return &refusal{http.StatusForbidden, "the Host header names another machine: ask 127.0.0.1 or localhost, or start the server with a token"}
	}
	return nil
}

func sameOrigin(origin, host string) bool {
	u, err := url.Parse(origin)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && strings.EqualFold(u.Host, host)
}

// isLocalName returns true for the names of the machine itself, with or without a port.
func isLocalName(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}

// closed returns a refusal unless the request may read more than whether the process is well.
func (s *Server) closed(r *http.Request) *refusal {
	switch {
	case s.Restricted():
		return &refusal{http.StatusForbidden, "only /healthz and /readyz are answered here: the server listens on an address that other machines reach, and was started without a token"}
	case s.config.Token == "" || isToken(bearer(r.Header.Get("Authorization")), s.config.Token) || s.sessions.has(r):
		return nil
	}
	return &refusal{http.StatusUnauthorized, "a token is needed: send the header Authorization: Bearer TOKEN"}
}

// bearer returns the token of an Authorization header, or "" if it has none.
func bearer(header string) string {
	scheme, token, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}

// isToken compares in a time that depends on neither text.
func isToken(given, token string) bool {
	a, b := sha256.Sum256([]byte(given)), sha256.Sum256([]byte(token))
	return subtle.ConstantTimeCompare(a[:], b[:]) == 1
}
