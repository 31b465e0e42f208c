package openmetrics

import (
	"mime"
	"strconv"
	"strings"
)

// Negotiate returns the format that a reader wants by the header Accept: OpenMetrics 1.0 if the
// reader names it and likes it no less than text/plain, otherwise Classic. An empty or unreadable
// header is Classic.
func Negotiate(accept string) Format {
	open, classic := 0.0, 0.0
	for entry := range strings.SplitSeq(accept, ",") {
		name, parameters, err := mime.ParseMediaType(strings.TrimSpace(entry))
		if err != nil {
			continue
		}
		weight := 1.0
		if q, given := parameters["q"]; given {
			if weight, err = strconv.ParseFloat(q, 64); err != nil || !(weight >= 0 && weight <= 1) {
				continue
			}
		}
		switch version := parameters["version"]; {
		case name == openMetricsType && (version == "" || version == "1.0.0" || version == "0.0.1"):
			open = max(open, weight)
		case name == "text/plain":
			classic = max(classic, weight)
		}
	}
	if open > 0 && open >= classic {
		return OpenMetrics
	}
	return Classic
}
