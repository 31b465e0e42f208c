package journal_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/dbos-script/dbos-script/client/codec"
	"github.com/dbos-script/dbos-script/runtime/run/journal"
)

// The names of secrets hold other secrets, as that of a password holds the user and the host, and
// secrets hold each other and begin in the middle of escaped characters.
func TestASecretIsHiddenAndShownAgain(t *testing.T) {
	t.Parallel()
	known := []struct{ name, value string }{
		{"password of postgres://postgres@db.example/app", "postgres"}, {"escaped password of postgres://postgres@db.example/app", "postgres"},
		{"HOST", "db.example"}, {"TOKEN", "password of"}, {"QUOTED", `a "quoted"`}, {"QUOTES", `"quotes"`}, {"LETTER", "neuron"}, {"LONG", "postgres and more"}, {"PIN", "1234"},
	}
	secrets, texts := &journal.Secrets{}, []string{"", "none", "\neuron", `\neuron`, "1234", "12345", "postgres://postgres@db.example/app", "the password of postgres"}
	for _, s := range known {
		secrets.Add(s.name, s.value)
		texts = append(texts, s.value, s.value+s.value, "<"+s.value+">\n"+s.value, s.name+" is "+s.value)
	}
	for _, text := range texts {
		encoded, err := codec.EncodeJSON(map[string]any{"text": text}, "")
		if err != nil {
			t.Fatal(err)
		}
		hidden, err := secrets.Hide([]byte(encoded))
		if err != nil || !json.Valid(hidden) {
			t.Errorf("%q is hidden as %s, %v", text, hidden, err)
			continue
		}
		var decoded struct{ Text string }
		if err := json.Unmarshal(hidden, &decoded); err != nil {
			t.Fatal(err)
		}
		for _, part := range outside(decoded.Text) {
			for _, s := range known {
				if len(s.value) >= 6 && strings.Contains(part, s.value) {
					t.Errorf("%q is hidden as %s, which has %s", text, hidden, s.name)
				}
			}
		}
		if shown, err := secrets.Show(hidden); err != nil || string(shown) != encoded {
			t.Errorf("%q is hidden as %s, and shown as %s, %v", text, hidden, shown, err)
		}
	}
}

// outside returns the parts of a text that are not between the marks of a secret.
func outside(text string) (parts []string) {
	for _, part := range strings.Split(text, "\ue000secret:") {
		_, after, found := strings.Cut(part, "\ue001")
		if !found {
			after = part
		}
		parts = append(parts, after)
	}
	return parts
}

// A value that was read from a record without its secrets holds one as well.
func TestANameInTheRecordIsASecret(t *testing.T) {
	t.Parallel()
	secrets := &journal.Secrets{}
	secrets.Add("TOKEN", "s3cr3t-value")
	hidden, err := secrets.Hide([]byte(`["no", "of s3cr3t-value"]`))
	if err != nil {
		t.Fatal(err)
	}
	for text, name := range map[string]string{`["no"]`: "", `["of s3cr3t-value"]`: "TOKEN", string(hidden): "TOKEN"} {
		if got := secrets.Holds([]byte(text)); got != name {
			t.Errorf("%s holds %q, want %q", text, got, name)
		}
	}
	if got := new(journal.Secrets).Holds(hidden); got != "TOKEN" {
		t.Errorf("without its value it holds %q", got)
	}
}
