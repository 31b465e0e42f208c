package journal

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"reflect"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

// hash returns a hash of the receiver and the arguments of a call. Whatever is no data, such as a
// function, is hashed as its type: the hash finds a script that differs, and restores nothing. A
// secret is hashed as its name, so that the hash says nothing about its value.
func (j *Journal) hash(_ context.Context, c *declare.Call) string {
	w := &writer{types: &j.types, brief: true, made: j.made, out: j.buffer[:0]}
	if c.Receiver != nil {
		w.part(reflect.ValueOf(c.Receiver))
	}
	w.part(reflect.ValueOf(c.Args).Elem())
	j.buffer = w.out
	if j.config.Secrets != nil {
		if hidden, err := j.config.Secrets.Hide(w.out); err == nil {
			return digest(hidden)
		}
	}
	return digest(w.out)
}

// part writes a value, or its type if it is no data.
func (w *writer) part(v reflect.Value) {
	start := len(w.out)
	if err := w.value(v); err != nil {
		w.out = w.out[:start]
		w.text(v.Type().String())
	}
	w.text("\n")
}

func digest(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:16])
}

// Seed returns the numbers with which random numbers of the run begin. They depend on the id of the
// run alone.
func (j *Journal) Seed() (a, b uint64) {
	sum := sha256.Sum256([]byte(j.config.Run))
	return binary.BigEndian.Uint64(sum[:8]), binary.BigEndian.Uint64(sum[8:16])
}
