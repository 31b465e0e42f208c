// Package owner finds the SDK whose application owns rows, because it decides how to write them.
//
// No column names the SDK, and the shape of the tables does not show it, because since schema 109
// all SDKs make the same tables. The serialization of rows that the application itself wrote
// shows it, because each SDK has its own. Rows that dbos-script may have written do not count.
//
// Start with Read in read.go, which finds the rows, and Evidence in owner.go, which judges them.
// writes.go and form.go write values as an SDK does.
package owner
