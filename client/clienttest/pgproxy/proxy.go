package pgproxy

import (
	"fmt"
	"net"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Options configure a proxy. The zero value only passes on and counts.
type Options struct {
	// Delay is added to each round trip, including the handshake.
	Delay time.Duration
	// Intercept is asked about each request that executes something, and never for two at a time.
	// Nil passes all of them.
	Intercept func(Request) Action
	// Cockroach names a version of CockroachDB in the handshake, and refuses LISTEN, NOTIFY and
	// triggers.
	Cockroach bool
}

// A Proxy takes connections on a port of its own of the loopback address.
type Proxy struct {
	options  Options
	listener net.Listener
	server   string
	address  string

	trips       atomic.Int64
	connections atomic.Int64

	mutex    sync.Mutex
	requests int
	closed   bool
	open     map[*connection]struct{}
	ended    sync.WaitGroup
}

// Start puts a proxy before the server of a postgres:// URL, which must have a host and a port.
// Close ends it.
func Start(databaseURL string, options Options) (*Proxy, error) {
	target, err := url.Parse(databaseURL)
	if err != nil {
		return nil, fmt.Errorf("the server's URL: %w", err)
	}
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("find a port for the proxy: %w", err)
	}
	p := &Proxy{options: options, listener: listener, server: target.Host, open: map[*connection]struct{}{}}
	target.Host = listener.Addr().String()
	p.address = target.String()
	p.ended.Go(p.accept)
	return p, nil
}

// New is Start for a test, which ends the proxy.
func New(t testing.TB, databaseURL string, options Options) *Proxy {
	t.Helper()
	p, err := Start(databaseURL, options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

// URL returns the URL of the server, with the proxy in its place.
func (p *Proxy) URL() string { return p.address }

// Trips returns how often clients waited for the server since the last Reset: requests that are
// sent together count once. The handshake of a connection does not count.
func (p *Proxy) Trips() int { return int(p.trips.Load()) }

// Connections returns how many connections were opened since the last Reset.
func (p *Proxy) Connections() int { return int(p.connections.Load()) }

// Reset sets both counters to zero.
func (p *Proxy) Reset() {
	p.trips.Store(0)
	p.connections.Store(0)
}

// Cut breaks all connections that are open now.
func (p *Proxy) Cut() {
	for _, c := range p.current() {
		c.close()
	}
}

// Close breaks all connections, takes no more, and waits until all is quiet.
func (p *Proxy) Close() {
	p.listener.Close()
	p.mutex.Lock()
	p.closed = true
	p.mutex.Unlock()
	p.Cut()
	p.ended.Wait()
}

func (p *Proxy) current() []*connection {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	var list []*connection
	for c := range p.open {
		list = append(list, c)
	}
	return list
}

func (p *Proxy) accept() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		p.ended.Go(func() { p.serve(client) })
	}
}

// serve hangs up when the server does not answer, as a server that is down would.
func (p *Proxy) serve(client net.Conn) {
	server, err := net.Dial("tcp", p.server)
	if err != nil {
		client.Close()
		return
	}
	c := newConnection(p, client, server)
	defer c.close()
	if p.enter(c) {
		defer p.leave(c)
		c.run()
	}
}

// enter fails once the proxy is closed.
func (p *Proxy) enter(c *connection) bool {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.open[c] = struct{}{}
	return !p.closed
}

func (p *Proxy) leave(c *connection) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	delete(p.open, c)
}

// action asks about a request, which it numbers.
func (p *Proxy) action(sql []string, messages int) Action {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.options.Cockroach && unknownToCockroach(sql) {
		return Refuse
	}
	p.requests++
	if p.options.Intercept == nil {
		return Pass
	}
	return p.options.Intercept(Request{Number: p.requests, SQL: sql, Messages: messages})
}
