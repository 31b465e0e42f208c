package planfile

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/hiddeco/sshsig"
	"golang.org/x/crypto/ssh"

	"github.com/dbos-script/dbos-script/runtime/plainfile"
)

// Namespace is what ssh-keygen -Y sign -n takes, so that no signature of a mail or a commit is one
// of a plan.
const Namespace = "dbos-script-plan"

// longestSignature is how many bytes a signature may have: one of RSA with 16,384 bits has 6,000.
const longestSignature = 64 << 10

// SignaturePath returns the path of the signature of a plan, where ssh-keygen -Y sign writes it.
func SignaturePath(plan string) string { return plan + ".sig" }

// Errors of NewSignature.
var (
	ErrEncrypted = errors.New("the key has a passphrase")
	ErrNoKey     = errors.New("it is no private key of SSH")
)

// A Signature is one of a plan.
type Signature struct {
	PublicKey ssh.PublicKey
	Text      []byte // as ssh-keygen -Y sign writes it
}

// NewSignature signs a plan with the text of a private key. It returns ErrEncrypted if the key has
// a passphrase, ErrNoKey if the text is no key, and a *DeniedError if the file has changed since
// Open.
func NewSignature(f *File, privateKey []byte) (*Signature, error) {
	signer, err := ssh.ParsePrivateKey(privateKey)
	if locked := (*ssh.PassphraseMissingError)(nil); errors.As(err, &locked) {
		return nil, ErrEncrypted
	}
	if err != nil {
		return nil, ErrNoKey
	}
	var signature *sshsig.Signature
	err = f.whole(func(text io.Reader) (failed error) {
		signature, failed = sshsig.Sign(text, signer, sshsig.HashSHA512, Namespace)
		return failed
	})
	if err != nil {
		return nil, err
	}
	return &Signature{signer.PublicKey(), sshsig.Armor(signature)}, nil
}

// IsSigned returns true if the plan has a signature, be it right or wrong.
func (f *File) IsSigned() bool {
	_, err := os.Lstat(SignaturePath(f.Path))
	return err == nil
}

// Signer returns the key that has signed the plan. It returns a *DeniedError if the plan has no
// signature or a wrong one.
func (f *File) Signer() (ssh.PublicKey, error) {
	path := SignaturePath(f.Path)
	text, err := plainfile.Read(path, longestSignature)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &DeniedError{Message: f.Path + " is not signed: there is no " + path,
			Hint: fmt.Sprintf("somebody other than %s reads it with `dbos-script plan show %s`, and signs it: dbos-script plan sign %[2]s --key KEY", f.Requester, f.Path)}
	}
	if err != nil {
		return nil, denied("the signature %s cannot be read: %v", path, err)
	}
	signature, err := sshsig.Unarmor(text)
	if err != nil {
		return nil, denied("%s is no signature of ssh-keygen -Y sign", path)
	}
	if signature.Namespace != Namespace {
		return nil, &DeniedError{Message: fmt.Sprintf("%s is a signature for the namespace %q, and not for plans", path, signature.Namespace),
			Hint: "ssh-keygen -Y sign -n " + Namespace}
	}
	err = f.whole(func(text io.Reader) error {
		return sshsig.Verify(text, signature, signature.PublicKey, signature.HashAlgorithm, Namespace)
	})
	if refused := (*DeniedError)(nil); err != nil && !errors.As(err, &refused) {
		err = &DeniedError{Message: fmt.Sprintf("%s is not the signature of %s as it is now", path, f.Path), Hint: "whoever approves it has to sign it again"}
	}
	return signature.PublicKey, err
}

// whole passes all bytes of the file to a function. It returns a *DeniedError if the file has
// changed since Open.
func (f *File) whole(use func(io.Reader) error) error {
	if _, err := f.file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	hash := sha256.New()
	err := use(io.TeeReader(f.file, hash))
	if hex.EncodeToString(hash.Sum(nil)) != f.Digest {
		return denied("%s was changed while it was read", f.Path)
	}
	return err
}
