package client

import "github.com/dbos-script/dbos-script/client/codec"

// PortableWorkflowArgs are the arguments of a workflow of an application in any language. Given
// as the input of a workflow they make it portable: its input, output and error are plain JSON.
type PortableWorkflowArgs = codec.PortableWorkflowArgs
