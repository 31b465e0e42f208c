package pgproxy

import (
	"bufio"
	"net"
	"sync"
	"time"
)

// A connection is a client's and the one to the server that belongs to it.
type connection struct {
	proxy          *Proxy
	client, server net.Conn
	fromClient     *bufio.Reader
	fromServer     *bufio.Reader
	flights        chan flight
	known          statements // used by the goroutine that passes flights on

	mutex       sync.Mutex
	ready       bool // the handshake is over
	outstanding int  // requests whose ReadyForQuery has not come
	losing      bool // the answer on its way is lost
	delivered   int  // messages of it that the client receives before that
	limited     bool // further ParseComplete and BindComplete belong to a statement of ours
	parses      int
	binds       int
}

func newConnection(p *Proxy, client, server net.Conn) *connection {
	return &connection{
		proxy: p, client: client, server: server,
		fromClient: bufio.NewReaderSize(client, 1<<16), fromServer: bufio.NewReaderSize(server, 1<<16),
		flights: make(chan flight, 16), known: statements{},
	}
}

// run passes messages on in both directions until either side hangs up.
func (c *connection) run() {
	defer c.close()
	if !c.greet() {
		return
	}
	var both sync.WaitGroup
	both.Go(c.collect)
	both.Go(c.forward)
	both.Go(c.answer)
	both.Wait()
}

// close is safe to call at any time, and more than once.
func (c *connection) close() {
	c.client.Close()
	c.server.Close()
}

// greet reads first messages until one that starts a session. Encryption is turned down; a cancel
// request is passed on and ends the connection.
func (c *connection) greet() bool {
	for {
		first, err := read(c.fromClient, false)
		if err != nil {
			return false
		}
		switch first.code() {
		case sslCode, gssCode:
			if _, err := c.client.Write([]byte{'N'}); err != nil {
				return false
			}
			continue
		case cancelCode:
			_, _ = c.server.Write(first.bytes())
			return false
		}
		c.proxy.connections.Add(1)
		c.flights <- flight{[]message{first}, time.Now()}
		return true
	}
}

// collect groups the client's messages into flights. Messages that a client sent before it died
// are passed on, as a network does.
func (c *connection) collect() {
	defer close(c.flights)
	var messages []message
	for {
		m, err := read(c.fromClient, true)
		if err != nil {
			return
		}
		if messages = append(messages, m); m.ends() {
			c.flights <- flight{messages, time.Now()}
			messages = nil
		}
	}
}

// forward sends flights on, each when its delay is over, and then hangs up.
func (c *connection) forward() {
	defer c.hangUp()
	lost := false
	for f := range c.flights {
		if lost {
			continue
		}
		if wait := time.Until(f.arrived.Add(c.proxy.options.Delay)); wait > 0 {
			time.Sleep(wait)
		}
		if !c.pass(f) {
			c.close()
			lost = true
		}
	}
}

// hangUp closes our side of the connection to the server, which may still be at work.
func (c *connection) hangUp() {
	if server, ok := c.server.(*net.TCPConn); ok {
		_ = server.CloseWrite()
	}
}

// pass sends one flight to the server, or does the chosen action instead.
func (c *connection) pass(f flight) bool {
	sql := c.known.executed(f)
	action := Pass
	if f.executes() {
		action = c.proxy.action(sql, len(f.messages))
	}
	if action == Lose {
		return false
	}
	c.depart(f, action)
	if part, messages := action.cut(); part == cutRequest {
		_, _ = c.server.Write(f.until(messages))
		c.client.Close() // so that no more flights come, and forward hangs up
		return true
	}
	if action == Conflict || action == Refuse {
		f = f.failing(action.statement())
	}
	_, err := c.server.Write(f.bytes())
	return err == nil
}

// depart counts a flight, and records the action for its answer.
func (c *connection) depart(f flight, action Action) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.ready && c.outstanding == 0 && f.waited() {
		c.proxy.trips.Add(1)
	}
	if f.awaitsReady() {
		c.outstanding++
	}
	part, messages := action.cut()
	c.losing = c.losing || action == LoseAnswer || part != 0
	if part == cutAnswer {
		c.delivered = messages
	}
	if action == Conflict || action == Refuse {
		c.limited, c.parses, c.binds = true, f.count('P'), f.count('B')
	}
}

// answer passes on the server's messages. It writes only when there is nothing more to read, so
// that an answer stays in one piece.
func (c *connection) answer() {
	defer c.close()
	out := bufio.NewWriterSize(c.client, 1<<16)
	for {
		m, err := read(c.fromServer, true)
		if err != nil {
			out.Flush()
			return
		}
		deliver, goOn := c.arrive(m)
		if !goOn {
			_ = out.Flush()
			return
		}
		for _, d := range deliver {
			_, _ = out.Write(d.bytes())
		}
		if c.fromServer.Buffered() == 0 {
			_ = out.Flush() // a client that died does not keep the server from its work
		}
	}
}

// arrive returns the messages to deliver for a message of the server, and whether the connection
// goes on.
func (c *connection) arrive(m message) (deliver []message, goOn bool) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.losing {
		if c.delivered == 0 || m.kind == 'Z' {
			return nil, m.kind != 'Z'
		}
		c.delivered--
	}
	switch m.kind {
	case '1':
		return c.unlessOurs(m, &c.parses), true
	case '2':
		return c.unlessOurs(m, &c.binds), true
	case 'Z':
		return c.idle(m), true
	}
	return []message{m}, true
}

// unlessOurs drops the answer to a statement that the client did not send.
func (c *connection) unlessOurs(m message, left *int) []message {
	if c.limited && *left == 0 {
		return nil
	}
	*left--
	return []message{m}
}

// idle takes note of ReadyForQuery. The first one ends the handshake.
func (c *connection) idle(m message) []message {
	c.limited = false
	if c.ready {
		c.outstanding--
		return []message{m}
	}
	c.ready = true
	if c.proxy.options.Cockroach {
		return []message{{'S', text("crdb_version", cockroachVersion)}, m}
	}
	return []message{m}
}
