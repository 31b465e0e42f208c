package client

import "sync"

// maxKnownKeys is the number of debounce keys that a client remembers, before it forgets all.
const maxKnownKeys = 10_000

// A knownKeys is a set of texts that does not grow without bounds.
type knownKeys struct {
	mutex sync.Mutex
	keys  map[string]bool
}

func (k *knownKeys) has(key string) bool {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	return k.keys[key]
}

func (k *knownKeys) add(key string) {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	if k.keys == nil || len(k.keys) >= maxKnownKeys {
		k.keys = map[string]bool{}
	}
	k.keys[key] = true
}
