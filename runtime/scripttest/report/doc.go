// Package report writes the results of the tests of scripts: for people, for readers of TAP and
// JUnit, and which lines of the scripts under test ran.
//
// Start with Reporter in report.go; each other file is a format.
package report
