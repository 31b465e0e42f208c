package query

import "testing"

func TestTextsAreCheckedByOneRule(t *testing.T) {
	t.Parallel()
	empty := ""
	tests := []struct {
		args Args
		want string
	}{
		{Args{"ids": []string{"a", ""}}, "workflow_id at 2 is empty"},
		{Args{"id": "a\x00b"}, "workflow_id contains a NUL character"},
		{Args{"queue": "\xff"}, "queue_name is not valid UTF-8"},
		{Args{"topics": []string{"", "x\x00"}}, "topic at 2 contains a NUL character"},
		{Args{"dedups": []*string{nil, &empty}}, "deduplication_id at 2 is empty"},
		{Args{"status": "\x00"}, "status contains a NUL character"},
		{Args{"workflow_uuid": "a\xff"}, "workflow_ids is not valid UTF-8"},
		{Args{"workflow_uuid_list": []string{"a", "\x00"}}, "workflow_ids at 2 contains a NUL character"},
		{Args{"prefixes": []string{"\xff"}}, "workflow_id_prefix is not valid UTF-8"},
		{Args{"prefix_0": "\x00"}, "workflow_id_prefix contains a NUL character"},
		{Args{"name_list": []string{"a", "\xff"}}, "name at 2 is not valid UTF-8"},
		{Args{"authenticated_user": "\x00"}, "user contains a NUL character"},
		{Args{"workflow": "\x00"}, "workflow_name contains a NUL character"},
		{Args{"inputs": []string{"\x00"}, "queue": "", "class": &empty, "now": int64(1), "ids": []string{"ä€𝄞"}}, ""},
	}
	for _, test := range tests {
		got := ""
		if err := test.args.Check(); err != nil {
			got = err.Error()
		}
		if got != test.want {
			t.Errorf("%v gave %q, want %q", test.args, got, test.want)
		}
	}
}
