// Package poll reads a database again and again until a condition holds. It knows no workflow: the
// caller reads and decides, and poll pauses between the reads.
//
// Start with Poller in poll.go; backoff.go computes the pauses.
package poll
