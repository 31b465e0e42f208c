// Package worker is a DBOS executor: it claims workflows from its queues, runs them step by step,
// and records their outcomes, under the names and columns of the DBOS Go SDK, so that a
// client cannot distinguish it from an application. It listens on the queues of the table that
// belong to its application or to none. On tables with owners of runs (version 123) it follows the
// SDK's version 1.8: a claim counts the attempt and sets the owner, only the owner records steps
// and the outcome, and overdue workflows are cancelled once a second, whichever executor runs them.
// On older ones it follows version 1.2.
//
// It does nothing by itself: Step advances it by one unit under the configured clock, Drain until
// nothing is left to do, and Run until its context ends. Start with Worker for the claims and
// with Run for the calls that a workflow can make.
//
// An [Executor] runs workflows for production. It shares the statements and the methods of Run with
// a Worker, and differs in all that an application may do to others: see docs/design/executor.md.
package worker
