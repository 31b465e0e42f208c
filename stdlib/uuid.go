package stdlib

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

func uuidModule() declare.Module {
	return declare.Module{
		Name:    "uuid",
		Section: declare.DataSection,
		Doc:     "UUIDs (RFC 9562), such as the ids that DBOS makes for workflows.",
		Funcs: []declare.Func{
			uuidMade("v4", "Makes a random UUID.", uuid.NewRandom),
			uuidMade("v7", "Makes a UUID that begins with the time, so that later UUIDs sort after earlier ones.", uuid.NewV7),
			uuidParse(), uuidIsValid(),
		},
		Classes: []*declare.Class{
			declare.RecordOf[UUID]("uuid", "A UUID that was read.").Shown(func(v any) string { return v.(*UUID).Text }),
		},
	}
}

// UUID is a UUID that was read.
type UUID struct {
	Text    string    `json:"text" doc:"Its usual form: lower case, with dashes."`
	Version int64     `json:"version" doc:"1 to 8; 0 for the UUID of zeros."`
	Time    time.Time `json:"time" doc:"When it was made, for the versions 1, 6 and 7; nil for others."`
}

func uuidMade(name, doc string, make func() (uuid.UUID, error)) declare.Func {
	return declare.Fn(name, doc, func(context.Context, declare.None) (string, error) {
		id, err := make()
		return id.String(), err
	}).Reads().
		Returning("the UUID as text").
		Example(`print(uuid.` + name + `())`)
}

type uuidArgs struct {
	Text string `arg:"text" doc:"A UUID, also in braces, with urn:uuid: before it, or without dashes."`
}

func uuidParse() declare.Func {
	return declare.Fn("parse", "Reads a UUID.",
		func(_ context.Context, a uuidArgs) (UUID, error) {
			id, err := uuid.Parse(a.Text)
			if err != nil {
				return UUID{}, declare.BadArgument("text", "%q is no UUID", a.Text)
			}
			return UUID{Text: id.String(), Version: int64(id.Version()), Time: uuidTime(id)}, nil
		}).Pure().
		Returning("the UUID").
		Example(`print(uuid.parse("01890a5d-ac96-774b-bcce-b302099a8057").time)`)
}

func uuidTime(id uuid.UUID) time.Time {
	switch id.Version() {
	case 1, 6, 7:
		seconds, nanoseconds := id.Time().UnixTime()
		return time.Unix(seconds, nanoseconds).UTC()
	}
	return time.Time{}
}

func uuidIsValid() declare.Func {
	type args struct {
		Value declare.Raw `arg:"value" doc:"Any value."`
	}
	return declare.Fn("is_valid", "Returns whether a value is the text of a UUID.",
		func(_ context.Context, a args) (bool, error) {
			text, ok := a.Value.Native().(string)
			return ok && uuid.Validate(text) == nil, nil
		}).Pure().
		Returning("whether it is").
		Example(`print(uuid.is_valid("order-17"))`)
}
