// Package consent keeps which needs of scripts a person has approved: one file for each approval,
// in a folder of the user.
//
// Start with Store in store.go.
package consent
