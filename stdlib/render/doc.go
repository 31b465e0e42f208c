// Package render writes the data of a script to standard output in one of five formats.
package render
