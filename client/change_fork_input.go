package client

// forkInputOf is the input of the original in a form that can be run. The Go SDK before 1.8 stores
// the input of a child of a portable workflow without the envelope of arguments, but needs the
// envelope to run the row again, so the fork gets one. JSON with braces is a parameter, because
// braces in a statement name tables.
const (
	forkInputOf = `CASE WHEN ws.serialization = 'portable_json' AND ws.parent_workflow_id IS NOT NULL AND (` + bareInput + `)
		THEN CAST(:envelope AS TEXT) || ` + inputOf + ` || CAST(:envelope_end AS TEXT) ELSE ` + inputOf + ` END`

	bareInput = inputOf + ` NOT LIKE '%"positionalArgs"%' AND ` + inputOf + ` NOT LIKE '%"namedArgs"%'
		AND (ltrim(substr(` + inputOf + `, 1, 1), CAST(:value_starts AS TEXT)) = '' OR ltrim(` + inputOf + `, '0123456789.+-eE') = ''
			OR ` + inputOf + ` IN ('true', 'false'))`
)
