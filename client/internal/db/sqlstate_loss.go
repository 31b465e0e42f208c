package db

// A loss is the effect that a statement may have had if its connection was lost. It is sent again
// in both cases. If it may have had an effect, the next attempt knows that by Attempt.AnswerLost,
// and if the call fails in the end, its error says so.
type loss int

const (
	notLost       loss = iota // the SQLSTATE is not of a lost connection
	mayHaveEffect             // the connection ended while the statement was under way
	noEffect                  // the server ended or refused the session before the statement, or undid it
)

// lossOf classifies the SQLSTATEs with which a server ends a session, or refuses to begin one.
func lossOf(state string) loss {
	switch state {
	case "57P05", // idle_session_timeout: the session was idle, so nothing was under way
		"25P03", // idle_in_transaction_session_timeout: the transaction was undone
		"57P03", // cannot_connect_now: the server starts, stops or recovers
		"53300", // too_many_connections
		"08001", // sqlclient_unable_to_establish_sqlconnection
		"08004": // sqlserver_rejected_establishment_of_sqlconnection
		return noEffect
	case "57P01", // admin_shutdown: it can come between a commit and its answer
		"57P02", // crash_shutdown
		"57P04", // database_dropped: CockroachDB and poolers send it for a database that moved
		"40003", // statement_completion_unknown
		"08000", // connection_exception
		"08003", // connection_does_not_exist
		"08006", // connection_failure
		"08007", // transaction_resolution_unknown
		"08P01": // protocol_violation, which older PgBouncers send for every loss of theirs
		return mayHaveEffect
	}
	return notLost
}
