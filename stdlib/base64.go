package stdlib

import (
	"context"
	"encoding/base64"
	"strings"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

func base64Module() declare.Module {
	return declare.Module{
		Name:    "base64",
		Section: declare.DataSection,
		Doc:     "Base64 (RFC 4648), in the usual alphabet or the one for URLs.",
		Funcs:   []declare.Func{base64Encode(), base64Decode()},
	}
}

func base64Encode() declare.Func {
	type args struct {
		Text []byte `arg:"text" doc:"Text or bytes."`
		URL  bool   `json:"url" doc:"Whether to use the alphabet for URLs, without padding."`
	}
	return declare.Fn("encode", "Writes bytes as base64.",
		func(ctx context.Context, a args) (string, error) {
			if err := declare.Reserve(ctx, int64(base64.StdEncoding.EncodedLen(len(a.Text)))); err != nil {
				return "", err
			}
			if a.URL {
				return base64.RawURLEncoding.EncodeToString(a.Text), nil
			}
			return base64.StdEncoding.EncodeToString(a.Text), nil
		}).Pure().
		Returning("the base64 text").
		Example(`print(base64.encode("user:secret"))`)
}

func base64Decode() declare.Func {
	type args struct {
		Text string `arg:"text" doc:"Base64 in either alphabet, with or without padding and line ends."`
	}
	return declare.Fn("decode", "Reads base64.",
		func(_ context.Context, a args) ([]byte, error) {
			plain := strings.TrimRight(oneAlphabet.Replace(a.Text), "=")
			decoded, err := base64.RawStdEncoding.DecodeString(plain)
			if err != nil {
				return nil, declare.BadArgument("text", "is no base64: %v", err)
			}
			return decoded, nil
		}).Pure().
		Returning("the bytes").
		Example(`print(base64.decode("dXNlcjpzZWNyZXQ="))`)
}

var oneAlphabet = strings.NewReplacer("-", "+", "_", "/", "\n", "", "\r", "")
