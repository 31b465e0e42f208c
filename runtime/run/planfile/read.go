package planfile

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"hash"
	"io"
	"os"

	"github.com/dbos-script/dbos-script/runtime/plainfile"
)

// longestLine is how many bytes a line may have: that of a message is the longest.
const longestLine = 64 << 20

// errLongLine is the error of a longer one.
var errLongLine = errors.New("a line has more than 64 MB")

// A File is a plan that was read once, from its beginning to its end, and is as it was written.
type File struct {
	Header
	End
	Path   string
	Kinds  []Kind
	Digest string // the SHA-256 of all bytes, in hexadecimal digits
	file   *os.File
}

// A Kind is a group with the number of its rows.
type Kind struct {
	Group
	Count int64
}

// Open reads a plan. It returns a *DeniedError if the file is no plan, or is not as it was
// written, and the error of the file system or of package plainfile if it cannot be read.
func Open(path string) (*File, error) {
	file, err := plainfile.Open(path)
	if err != nil {
		return nil, err
	}
	f := &File{Path: path, file: file}
	if err := f.read(Visitor{}); err != nil {
		file.Close()
		return nil, err
	}
	return f, nil
}

// Close closes the file.
func (f *File) Close() error { return f.file.Close() }

// Bytes returns the bytes of the file from the beginning.
func (f *File) Bytes() (io.Reader, error) {
	_, err := f.file.Seek(0, io.SeekStart)
	return f.file, err
}

// A Visitor has functions for the lines of a plan. A nil function skips its lines.
type Visitor struct {
	Group func(Group) error
	Row   func(Row) error
}

// Read reads the groups and rows of the file. It returns the errors of the visitor, and a
// *DeniedError if the file has changed since Open.
func (f *File) Read(v Visitor) error {
	again := &File{Path: f.Path, file: f.file}
	if err := again.read(v); err != nil {
		return err
	}
	if again.Digest != f.Digest {
		return denied("%s was changed while it was read", f.Path)
	}
	return nil
}

// A reader reads lines, and hashes them.
type reader struct {
	lines *bufio.Reader
	hash  hash.Hash
	text  []byte
}

// next reads a line without its end. It returns io.EOF after the last one.
func (r *reader) next() ([]byte, error) {
	r.text = r.text[:0]
	for {
		part, err := r.lines.ReadSlice('\n')
		r.text = append(r.text, part...)
		switch {
		case errors.Is(err, bufio.ErrBufferFull) && len(r.text) < longestLine:
			continue
		case errors.Is(err, bufio.ErrBufferFull):
			return nil, errLongLine
		case errors.Is(err, io.EOF) && len(r.text) > 0:
			return nil, io.ErrUnexpectedEOF
		case err != nil:
			return nil, err
		}
		r.hash.Write(r.text)
		return bytes.TrimSuffix(r.text, []byte("\n")), nil
	}
}

func (r *reader) sum() string { return hex.EncodeToString(r.hash.Sum(nil)) }

func (f *File) read(v Visitor) error {
	if _, err := f.file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	r := &reader{lines: bufio.NewReaderSize(f.file, 64<<10), hash: sha256.New()}
	text, err := r.next()
	if err != nil || strict(text, &f.Header) != nil || f.Version == 0 {
		return denied("%s is no plan", f.Path)
	}
	if f.Version != version {
		return denied("%s is a plan of version %d, and this program reads version %d", f.Path, f.Version, version)
	}
	seen := End{}
	for {
		text, err := r.next()
		if err != nil {
			return f.broken(err)
		}
		var l line
		if err := l.decode(text); err != nil {
			return f.broken(err)
		}
		switch {
		case l.End != nil:
			return f.finish(r, *l.End, seen)
		case l.Group != nil:
			seen.Groups++
			if l.Group.Number != seen.Groups {
				return changed(f.Path, "group %d comes after group %d", l.Group.Number, seen.Groups-1)
			}
			f.Kinds = append(f.Kinds, Kind{Group: *l.Group})
			if v.Group != nil {
				err = v.Group(*l.Group)
			}
		default:
			seen.Rows++
			if l.Row.Group < 1 || l.Row.Group > seen.Groups {
				return changed(f.Path, "a row is in group %d, and there are %d", l.Row.Group, seen.Groups)
			}
			f.Kinds[l.Row.Group-1].Count++
			if v.Row != nil {
				err = v.Row(*l.Row)
			}
		}
		if err != nil {
			return err
		}
	}
}

// finish reads the last line. seen has the numbers of lines.
func (f *File) finish(r *reader, end, seen End) error {
	before := r.sum()
	text, err := r.next()
	if err != nil {
		return f.broken(err)
	}
	want, _ := json.Marshal(sum{before})
	switch {
	case !bytes.Equal(text, want):
		return changed(f.Path, "its last line is not the hash of the lines before")
	case end.Rows != seen.Rows || end.Groups != seen.Groups:
		return changed(f.Path, "it has %d rows of %d", seen.Rows, end.Rows)
	}
	if _, err := r.next(); !errors.Is(err, io.EOF) {
		return changed(f.Path, "something comes after its end")
	}
	f.End, f.Digest = end, r.sum()
	return nil
}

// broken returns the error of a line that cannot be read.
func (f *File) broken(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return changed(f.Path, "its end is missing")
	}
	return changed(f.Path, "%v", err)
}

// decode reads a line by its first member.
func (l *line) decode(text []byte) error {
	switch {
	case bytes.HasPrefix(text, []byte(`{"in":`)):
		l.Row = &Row{}
		return strict(text, l.Row)
	case bytes.HasPrefix(text, []byte(`{"group":`)):
		l.Group = &Group{}
		return strict(text, l.Group)
	case bytes.HasPrefix(text, []byte(`{"rows":`)):
		l.End = &End{}
		return strict(text, l.End)
	}
	return errors.New("a line is neither a group nor a row")
}

// strict decodes an object without unknown members.
func strict(text []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	return decoder.Decode(into)
}
