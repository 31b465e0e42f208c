package client

import "github.com/dbos-script/dbos-script/client/codec"

// PortableWorkflowArgs are the arguments of a workflow, in a form that applications of every SDK
// read. If they are the input of a workflow, its output and error are plain JSON too.
type PortableWorkflowArgs = codec.PortableWorkflowArgs
