// Package edit reads inputs of one or several lines from a terminal, with a history, a search in
// it, completion and colours. It knows no Lua.
//
// Text is kept as the bytes that were typed, and every movement and deletion is by grapheme
// clusters, so that a letter with an accent or an emoji of several code points is one character.
// Bytes that are no UTF-8 are kept as well, and shown as <FF>.
//
// Start with Editor in editor.go, then bindings.go, which has an action for each key. screen.go
// draws.
package edit
