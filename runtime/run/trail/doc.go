// Package trail declares the module audit, with which a script reads the audit log.
//
// Start with Module in module.go.
package trail
