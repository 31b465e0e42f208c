// Package worker is a DBOS executor: it claims workflows from its queues, runs them step by step,
// and records their outcomes, under the names and columns of the DBOS Go SDK 1.2, so that a
// client cannot distinguish it from an application.
//
// It does nothing by itself: Step advances it by one unit under the configured clock, Drain until
// nothing is left to do, and Run until its context ends. Start with Worker for the claims and
// with Run for the calls that a workflow can make.
package worker
