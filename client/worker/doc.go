// Package worker is a DBOS executor: it claims workflows off its queues, runs them step by step, and records their
// outcomes, under the names and columns of the DBOS Go SDK 1.2, so that a client cannot tell it from an application.
//
// It does nothing by itself: Step advances it by one unit under the configured clock, Drain until nothing is left to
// do, and Run until its context ends. Start with Worker for the claims and with Run for what a workflow can call.
package worker
