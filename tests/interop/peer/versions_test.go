package peer

import (
	"slices"
	"testing"
)

func TestVersionsAreThoseOfTheLockFilesOldestFirst(t *testing.T) {
	t.Parallel()
	versions, err := Versions()
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"4.19.8", "4.24.16", "4.26.10", "5.0.2", "5.3.0"}
	if !slices.Equal(versions, want) {
		t.Errorf("versions %v, want %v", versions, want)
	}
}

func TestVersionsCompareByNumber(t *testing.T) {
	t.Parallel()
	if CompareVersions("4.9.8", "4.19.8") >= 0 {
		t.Error("4.9.8 does not come before 4.19.8")
	}
}
