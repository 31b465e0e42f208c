package client

import "testing"

// A login that may not know the server makes plans for one that may, and the other way round.
func TestIdentitiesOfLoginsWithOtherRights(t *testing.T) {
	t.Parallel()
	full, lesser := identityOf("shop 1 2 dbos", "7001"), identityOf("shop 1 2 dbos", "")
	for _, other := range []struct {
		identity string
		same     bool
	}{
		{full, true}, {lesser, true}, {identityOf("shop 1 2 dbos", "7002"), false}, {identityOf("shop 1 3 dbos", "7001"), false}, {identityOf("shop 1 3 dbos", ""), false},
	} {
		if SameIdentity(full, other.identity) != other.same || SameIdentity(other.identity, full) != other.same {
			t.Errorf("%s and %s: want %v", full, other.identity, other.same)
		}
	}
	if !SameIdentity(lesser, lesser) || SameIdentity(lesser, "") {
		t.Error("of a login that may not know the server")
	}
}
