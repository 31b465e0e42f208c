package cron_test

import (
	"fmt"
	"time"

	"github.com/dbos-script/dbos-script/client/cron"
)

// Clocks in Berlin skip 02:30 on 29 March 2026, so that day has no tick.
func ExampleSchedule_Ticks() {
	schedule, err := cron.Parse("30 2 * * *", "Europe/Berlin")
	if err != nil {
		fmt.Println(err)
		return
	}
	start := time.Date(2026, time.March, 28, 0, 0, 0, 0, time.UTC)
	ticks, err := schedule.Ticks(start, start.Add(72*time.Hour), 100)
	for _, tick := range ticks {
		fmt.Println(tick.In(schedule.Zone()))
	}
	fmt.Println(err)
	// Output:
	// 2026-03-28 02:30:00 +0100 CET
	// 2026-03-30 02:30:00 +0200 CEST
	// <nil>
}

// The stored form has six fields, the seconds first.
func ExampleNormalise() {
	for _, text := range []string{"*/15 9-17 * * MON-FRI", "@daily", "@every 5m"} {
		if stored, err := cron.Normalise(text); err != nil {
			fmt.Println("refused:", err)
		} else {
			fmt.Println(stored)
		}
	}
	// Output:
	// 0 */15 9-17 * * MON-FRI
	// 0 0 0 * * *
	// refused: @every has no fixed ticks: write fields, such as "*/10 * * * *" for every ten minutes
}
