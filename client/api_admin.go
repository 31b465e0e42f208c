package client

// Administration is the part of Client for queues, applications and counts.
type Administration interface {
	// RegisterQueue stores a queue, or changes the one of that name as QueueInput.OnConflict says, and
	// returns it as it is stored. Running applications notice it within a second or so. It belongs to
	// ApplicationName, or else to the application of the client; without an owner, every application of
	// the database takes from it.
	//
	// It returns AlreadyExists if the queue belongs to another application than the stated one,
	// Unsupported if the database lacks the column of a limit or of the owner, and InvalidOption if the
	// name is missing or a limit is out of range or contradicts another.
	RegisterQueue(input QueueInput) (*Queue, error)

	// RetrieveQueue returns a registered queue, or nil without an error if there is none of that name.
	// It returns InvalidOption if the name is empty.
	RetrieveQueue(name string) (*Queue, error)

	// ListQueues returns the registered queues that match all options, in the order of their names.
	// With ClientConfig.AppName, those of other applications are left out unless
	// WithListQueuesApplicationNames is given. It returns Unsupported if the database lacks the column
	// of a filter.
	ListQueues(opts ...ListQueuesOption) ([]Queue, error)

	// UpdateQueue changes a registered queue, and returns it as it is stored then. It returns
	// QueueNotFound if there is none of that name, AlreadyExists if it belongs to another application
	// than ClientConfig.AppName, and the other errors of RegisterQueue.
	UpdateQueue(name string, update QueueUpdate) (*Queue, error)

	// DeleteQueue deletes a registered queue and returns the number of workflows that wait on it,
	// which nobody takes until the queue is registered again. It returns QueueNotFound if there is none
	// of that name, and AlreadyExists if it belongs to another application than ClientConfig.AppName.
	DeleteQueue(name string) (stranded int64, err error)
}
