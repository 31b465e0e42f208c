//go:build !unix

package files

// mayWrite returns nil: there is nothing to ask without writing.
func mayWrite(string) error { return nil }
