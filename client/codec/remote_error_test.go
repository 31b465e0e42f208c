package codec

import (
	"reflect"
	"strings"
	"testing"
)

type dbosError struct {
	Message    string
	Code       int
	WorkflowID string
	MaxRetries int
}

type refused string

type stockError struct {
	SKU  string
	Left int
}

func TestDecodeErrorReadsEveryForm(t *testing.T) {
	t.Parallel()
	registerGobTypes()
	pickledErrors := map[string]string{
		"plain":     "exceptions\nValueError\n(Vbad order\ntR.",
		"none":      "exceptions\nValueError\n)R.",
		"two":       "exceptions\nOSError\n(I2\nVno file\ntR.",
		"group":     "__builtin__\nExceptionGroup\n(Vmany\n(cexceptions\nTypeError\n(Vone\ntRltR.",
		"attribute": "shop.errors\nShop.NoStock\n(I7\ntR}(Vmessage\nVno stock left\nVdbos_error_code\nV9\nVattempt\nI3\nVorder\ncshop\nOrder\n)RI4\nI5\nub.",
		"data":      "dbos\nPortableWorkflowError\n(Vbad\ntR}(Vcode\nI400\nVdata\n}Vk\nI1\nsub.",
		"computed":  "__builtin__\ngetattr\n(NtR(Vx\ntR.",
	}
	py := func(name string) string { return pickled("c" + pickledErrors[name]) }
	tests := []struct {
		text, codec string
		want        RemoteError
		shown       string
	}{
		{"wf: nope", DBOSJSON, RemoteError{Message: "wf: nope"}, "wf: nope"},
		{"timeouts", "", RemoteError{Message: "timeouts"}, "timeouts"},
		{`{"name":"ValidationError","message":"bad","code":400,"data":{"k":1}}`, PortableJSON,
			RemoteError{Name: "ValidationError", Message: "bad", Code: int64(400), Data: map[string]any{"k": int64(1)}}, "ValidationError: bad"},
		{`{"name":"Portable Error","message":"bad","code":null}`, PortableJSON, RemoteError{Name: "Portable Error", Message: "bad"}, "bad"},
		{`{"name":"Gone"}`, PortableJSON, RemoteError{Name: "Gone"}, "Gone"},
		{`{"message":"only this"}`, DBOSJSON, RemoteError{Message: "only this"}, "only this"},
		{`{"name":""}`, PortableJSON, RemoteError{}, "error without a message"},
		{`{"code":1}`, PortableJSON, RemoteError{Message: `{"code":1}`}, `{"code":1}`},
		{`{not JSON}`, PortableJSON, RemoteError{Message: `{not JSON}`}, `{not JSON}`},
		{`"text"`, PortableJSON, RemoteError{Message: `"text"`}, `"text"`},
		{super(`{"name":"RangeError","message":"bad","stack":"RangeError: bad\n at x","code":"E1","orderId":7}`, ``), SuperJSON,
			RemoteError{Name: "RangeError", Message: "bad", Code: "E1", Stack: "RangeError: bad\n at x", Data: map[string]any{"orderId": int64(7)}}, "RangeError: bad"},
		{super(`{"message":"bad","name":"Error","n":"12"}`, `{"values":{"n":["bigint"]}}`), "",
			RemoteError{Name: "Error", Message: "bad", Data: map[string]any{"n": int64(12)}}, "bad"},
		{super(`"just text"`, ``), SuperJSON, RemoteError{Message: "just text"}, "just text"},
		{super(`[1]`, ``), SuperJSON, RemoteError{Message: "[1]"}, "[1]"},
		{py("plain"), Pickle, RemoteError{Name: "ValueError", Message: "bad order"}, "ValueError: bad order"},
		{py("none"), Pickle, RemoteError{Name: "ValueError"}, "ValueError"},
		{py("two"), Pickle, RemoteError{Name: "OSError", Message: "[Errno 2] no file"}, "OSError: [Errno 2] no file"},
		{py("group"), Pickle, RemoteError{Name: "ExceptionGroup", Message: "many (1 sub-exception)", Data: map[string]any{
			"exceptions": []any{map[string]any{"name": "TypeError", "message": "one"}}}}, ""},
		{py("attribute"), Pickle, RemoteError{Name: "NoStock", Message: "no stock left", Code: "9", Data: map[string]any{"attempt": int64(3)}}, "NoStock: no stock left"},
		{py("data"), Pickle, RemoteError{Name: "PortableWorkflowError", Message: "bad", Code: int64(400), Data: map[string]any{"k": int64(1)}}, "PortableWorkflowError: bad"},
		{py("computed"), Pickle, RemoteError{Message: "x"}, "x"},
		{pickled("\x80\x04\x8c\x04text."), "", RemoteError{Message: "text"}, "text"},
		{pickled("\x80\x04Pid\n."), "", RemoteError{Message: "an exception that cannot be read: pickle operation 0x50 is not supported"}, ""},
		{"garbage!", Pickle, RemoteError{Message: "an exception that cannot be read: not base64: illegal base64 data at input byte 7"}, ""},
		{gobbed(t, &dbosError{Message: "no such queue", Code: 18, WorkflowID: "w"}), DBOSJSON,
			RemoteError{Name: "QueueNotFound", Message: "no such queue", Code: int64(18), Data: map[string]any{"WorkflowID": "w"}}, "QueueNotFound: no such queue"},
		{gobbed(t, &dbosError{Message: "new", Code: 99}), DBOSJSON, RemoteError{Name: "DBOSError", Message: "new", Code: int64(99)}, "new"},
		{pickled("cdbos._error\nDBOSMaxStepRetriesExceeded\n(VfailAtFirst\nI4\n(ltR."), Pickle, RemoteError{Name: "DBOSMaxStepRetriesExceeded", Code: int64(7),
			Message: "step failAtFirst has exceeded its maximum of 4 retries", Data: map[string]any{"step_name": "failAtFirst", "max_retries": int64(4), "errors": []any{}}}, ""},
		{pickled("cdbos._error\nDBOSAwaitedWorkflowCancelledError\n(Vchild\ntR."), Pickle, RemoteError{Name: "DBOSAwaitedWorkflowCancelledError", Code: int64(13),
			Message: "the awaited workflow child was cancelled", Data: map[string]any{"workflow_id": "child"}}, ""},
		{pickled("cdbos._error\nDBOSAwaitedWorkflowCancelledError\n(Va\nVb\ntR."), Pickle, RemoteError{Name: "DBOSAwaitedWorkflowCancelledError", Message: "('a', 'b')"}, ""},
		{gobbed(t, refused("not today")), DBOSJSON, RemoteError{Name: "Refused", Message: "not today"}, "Refused: not today"},
		{gobbed(t, &stockError{SKU: "a"}), "", RemoteError{Name: "StockError", Message: `{"SKU":"a"}`, Data: map[string]any{"SKU": "a"}}, `StockError: {"SKU":"a"}`},
	}
	for _, test := range tests {
		got := DecodeError(test.text, test.codec, false)
		test.want.Raw, test.want.Codec = test.text, test.codec
		if !reflect.DeepEqual(*got, test.want) {
			t.Errorf("%s: got %#v, want %#v", test.text, *got, test.want)
		}
		if test.shown != "" && got.Error() != test.shown {
			t.Errorf("%s: shown as %q", test.text, got)
		}
	}
}

func TestDecodeErrorOfNothingIsNil(t *testing.T) {
	t.Parallel()
	for _, codec := range []string{"", DBOSJSON, PortableJSON, SuperJSON, Pickle, Gob} {
		if DecodeError("", codec, false) != nil || DecodeError("ignored", codec, true) != nil {
			t.Errorf("%q: an error out of nothing", codec)
		}
	}
}

func TestPickledExceptionsCannotGrowWithoutBounds(t *testing.T) {
	t.Parallel()
	ops := "cshop\n" + strings.Repeat("E", 1000) + "\np0\n(NtR" + strings.Repeat("p1\n0g0\n(g1\ng1\ntR", 60) + "."
	e := DecodeError(pickled(ops), Pickle, false)
	if len(e.Message) > 64<<20 || e.Name == "" {
		t.Errorf("%d bytes of message", len(e.Message))
	}
}

func TestEncodeErrorIsWhatApplicationsStore(t *testing.T) {
	t.Parallel()
	e := &RemoteError{Name: "Refused", Message: "not <today>", Code: int64(7), Data: []any{}}
	tests := []struct{ codec, want string }{
		{PortableJSON, `{"code":7,"data":[],"message":"not <today>","name":"Refused"}`},
		{DBOSJSON, "Refused: not <today>"},
	}
	for _, test := range tests {
		if got, err := EncodeError(test.codec, e); err != nil || got != test.want {
			t.Errorf("%s: got %s (%v)", test.codec, got, err)
		}
	}
	if got, _ := EncodeError(PortableJSON, &RemoteError{Message: "m"}); got != `{"message":"m","name":"Portable Error"}` {
		t.Errorf("without a name: %s", got)
	}
}

// The message of a pickled exception is the text that Python makes of it.
func TestMessagesOfPickledExceptionsAreThoseOfPython(t *testing.T) {
	t.Parallel()
	for ops, want := range map[string]string{
		"cbuiltins\nValueError\n(Va\nI2\ntR.": "('a', 2)", "cbuiltins\nKeyError\n(Vk\ntR.": "'k'", "cbuiltins\nValueError\n(NtR.": "None",
		"cbuiltins\nFileNotFoundError\n(I2\nVNo such file\nVf.txt\ntR.": "[Errno 2] No such file: 'f.txt'",
		"cbuiltins\nValueError\n(}Va\n](\x88Ne" + "stR.":                "{'a': [True, None]}", "cbuiltins\nValueError\n(C\x03x'\xfftR.": `b"x'\xff"`,
		"cbuiltins\nValueError\n(Vit's\nVa\\u000ab\\u200b\ntR.": `("it's", 'a\nb\u200b')`, "cbuiltins\nValueError\n(K\x01\x85K\x02]tR.": "((1,), 2, [])",
		"cbuiltins\nValueError\n(F1e22\nF0.5\nF2\nFinf\nF1e-7\ntR.": "(1e+22, 0.5, 2.0, inf, 1e-07)",
		"cbuiltins\nValueError\n(cdecimal\nDecimal\n(V1.5\ntRtR.":   "1.5", "cshop\nNoStock\n(cshop\nColor\n(Vred\ntRI1\ntR.": "(red, 1)",
	} {
		if e := DecodeError(pickled(ops), Pickle, false); e.Message != want {
			t.Errorf("%q: the message is %q, not %q", ops, e.Message, want)
		}
	}
}
