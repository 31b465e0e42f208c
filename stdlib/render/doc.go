// Package render writes the data of a script to standard output in one of five formats.
//
// Start with Printer in printer.go; each format has a file.
package render
