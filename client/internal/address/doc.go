// Package address parses database URLs, once and strictly. The text that is shown for a database is
// made from the parsed parts and never from the URL itself, so a password in a URL that the parser
// does not understand is not shown.
//
// Start with Parse and Address in address.go; settings.go and spelling.go write addresses again,
// file.go knows those of SQLite.
package address
