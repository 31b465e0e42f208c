// Package pattern finds the common form of error messages, so that many failures with the same
// cause are one group: "order 17 not found" and "order 18 not found" are both "order * not found".
//
// The function Of masks the parts that one message is enough to recognise: numbers, ids, times and
// addresses. Merge then compares the patterns of many messages, and masks a word if many of them
// differ in nothing else, such as the name of a customer.
//
// Start with Of in pattern.go, then merge.go.
package pattern
