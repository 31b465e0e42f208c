// Package precise computes powers, exponentials and logarithms to within 0.51 units of the last
// place, as the C library does that Lua 5.1 is built with. The functions of package math are up
// to 14 units away from it.
package precise
