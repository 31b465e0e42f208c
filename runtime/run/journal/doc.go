// Package journal records the calls of a run as steps, so that another process can finish the run:
// a replay gets the recorded results in place of calls, up to the first call that is not recorded.
//
// Start with Journal in journal.go, which numbers the calls and compares them with the record, and
// Record in record.go, which keeps the steps. walk.go records an iterator by the page, write.go and
// read.go turn results into JSON and back, plan.go finds out before a call whether its result can
// be recorded.
//
// # What a step is
//
// Each call of a function that is not Pure is a step. Its number is taken when the call begins, so
// steps that are recorded during a call, such as pages of an iterator that emit draws, have the
// numbers after it; Step.Within counts them, and a replay of the call skips them.
//
// A step is recorded after the call. A call that acts outside may therefore happen again if the
// process ends between the two. A change is recorded in the transaction that makes it, by
// Record.Change. Steps that the record adds by itself meanwhile, such as the batches of a call with
// several transactions, have the numbers after it too.
//
// # Determinism
//
// A script that is called again must make the same calls in the same order. Now is its clock: the
// time at which the last step ended. Sleep records the end of a wait before it waits, Seed is where
// random numbers begin. If the script asks for another call than the recorded one, or ends while
// steps remain, the run ends with a NonDeterministicError.
//
// # Records
//
// Package durable has the record that keeps the steps in the rows of a workflow. Memory keeps them
// for a test, or for a replay. A function that gets a callback, such as dbos.wait with each, cannot
// be recorded with it.
package journal
