package stdlib

import (
	"context"
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"hash"
	"hash/crc32"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

func hashModule() declare.Module {
	return declare.Module{
		Name:    "hash",
		Section: declare.DataSection,
		Doc:     "Digests of text and bytes, as hexadecimal digits in lower case.",
		Funcs: []declare.Func{
			digest("sha256", "SHA-256, the usual digest.", sha256.New),
			digest("sha512", "SHA-512.", sha512.New),
			digest("sha1", "SHA-1, for formats that need it; it protects against accidents only, not against forgery.", sha1.New),
			digest("md5", "MD5, for formats that need it; it protects against accidents only, not against forgery.", md5.New),
			digest("crc32", "CRC-32 (IEEE), a checksum.", func() hash.Hash { return crc32.NewIEEE() }),
			hashHMAC(),
		},
	}
}

func digest(name, doc string, algorithm func() hash.Hash) declare.Func {
	type args struct {
		Text []byte `arg:"text" doc:"Text or bytes."`
	}
	return declare.Fn(name, doc, func(_ context.Context, a args) (string, error) {
		h := algorithm()
		h.Write(a.Text)
		return hex.EncodeToString(h.Sum(nil)), nil
	}).Pure().
		Returning("the digest").
		Example(`print(hash.` + name + `("order 17"))`)
}

func hashHMAC() declare.Func {
	type args struct {
		Key  []byte `arg:"key" doc:"The secret."`
		Text []byte `arg:"text" doc:"Text or bytes."`
	}
	return declare.Fn("hmac_sha256", "HMAC with SHA-256 (RFC 2104), which signs a text with a secret.",
		func(_ context.Context, a args) (string, error) {
			h := hmac.New(sha256.New, a.Key)
			h.Write(a.Text)
			return hex.EncodeToString(h.Sum(nil)), nil
		}).Pure().
		Returning("the signature").
		Example(`print(hash.hmac_sha256("secret", '{"order": 17}'))`)
}
