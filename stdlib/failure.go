package stdlib

import (
	"context"
	"errors"
	"fmt"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

// failed adds the name of the function to an error. It leaves an argument error unchanged,
// because the call adds the name, and the reason for which the run ended.
func failed(ctx context.Context, function string, err error) error {
	if err == nil || ctx.Err() != nil {
		return err
	}
	if _, ok := errors.AsType[*declare.ArgumentError](err); ok {
		return err
	}
	return fmt.Errorf("%s: %w", function, err)
}
