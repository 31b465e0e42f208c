// Package catalog reads the shape of an open database.
//
// Start with Read in catalog.go. identity.go tells databases apart, sessions.go reads the
// connections to one.
package catalog
