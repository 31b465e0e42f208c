package stdlib

import (
	"context"
	"errors"
	"fmt"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

// failed says which function an error comes from. One about an argument has its name added by the call, and what
// ended the run is told as it is.
func failed(ctx context.Context, function string, err error) error {
	if err == nil || ctx.Err() != nil {
		return err
	}
	if _, ok := errors.AsType[*declare.ArgumentError](err); ok {
		return err
	}
	return fmt.Errorf("%s: %w", function, err)
}
