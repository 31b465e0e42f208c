package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"
	"golang.org/x/crypto/ssh"

	"github.com/dbos-script/dbos-script/runtime/plainfile"
	"github.com/dbos-script/dbos-script/runtime/run/audit"
	"github.com/dbos-script/dbos-script/runtime/run/planfile"
)

// longestKey is how many bytes a private key may have: one of RSA with 16,384 bits has 13,000.
const longestKey = 64 << 10

func (a *app) planSignCommand() *cobra.Command {
	var key string
	cmd := &cobra.Command{
		Use:   "sign FILE",
		Short: "Approve a plan with a signature",
		Long: "Signs a plan with an SSH key, for `dbos-script apply` under a profile with `approvers`. The signature is FILE.sig, as\n" +
			"`ssh-keygen -Y sign -n " + planfile.Namespace + " -f KEY FILE` writes it, which also knows passphrases, agents and security keys.\n" +
			"Read the plan first: `dbos-script plan show FILE`. A plan that has expired, or that the profile would not let you approve, is refused with\n" +
			"exit code 5.",
		Example:           "  dbos-script plan show plan.json\n  dbos-script plan sign plan.json --key ~/.ssh/id_ed25519",
		Args:              cobra.ArbitraryArgs,
		ValidArgsFunction: planFiles,
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case len(args) != 1:
				return usage(cmd, errors.New("which plan? write dbos-script plan sign FILE --key KEY"))
			case key == "":
				return usage(cmd, errors.New("with which key? write --key ~/.ssh/id_ed25519"))
			}
			return a.signPlan(args[0], key)
		},
	}
	cmd.Flags().StringVar(&key, "key", "", "the file of your private SSH key")
	return cmd
}

func (a *app) signPlan(path, keyPath string) error {
	f, err := openPlan(path)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := a.checkExpiry(f); err != nil {
		return err
	}
	text, err := plainfile.Read(keyPath, longestKey)
	if err != nil {
		return &usageError{message: fmt.Sprintf("the key %s cannot be read: %v", keyPath, plainError(err))}
	}
	byHand := fmt.Sprintf("ssh-keygen -Y sign -n %s -f %s %s", planfile.Namespace, keyPath, path)
	signature, err := planfile.NewSignature(f, text)
	switch {
	case errors.Is(err, planfile.ErrEncrypted):
		return &usageError{message: fmt.Sprintf("the key %s has a passphrase", keyPath), hint: byHand + " asks for it, and writes the same signature"}
	case errors.Is(err, planfile.ErrNoKey):
		return &usageError{message: keyPath + " is no private SSH key", hint: "the public one ends with .pub; its private key is the file without that"}
	case err != nil:
		return err
	}
	by := ssh.FingerprintSHA256(signature.PublicKey)
	if a.profile.Signers() != "" {
		approver, err := a.approver(f, signature.PublicKey)
		if err != nil {
			return err
		}
		by = approver.String()
	}
	if err := os.WriteFile(planfile.SignaturePath(path), signature.Text, 0o644); err != nil {
		return &usageError{message: fmt.Sprintf("the signature cannot be written: %v", plainError(err))}
	}
	fmt.Fprintf(a.err, "dbos-script: %s has the signature of %s by %s\n", planfile.SignaturePath(path), path, by)
	return nil
}

// approver returns the person whose key has signed a plan. It returns a *planfile.DeniedError if
// the plan was made for the approvers of another profile, the profile lets nobody sign with the
// key, or it is the key of who made the plan.
func (a *app) approver(f *planfile.File, key ssh.PublicKey) (*planfile.Approver, error) {
	if f.Approval && f.Profile != a.profile.Name {
		return nil, &planfile.DeniedError{Message: fmt.Sprintf("%s needs the approvers of the profile %q, and this is %q", f.Path, f.Profile, a.profile.Name),
			Hint: "take --profile " + f.Profile}
	}
	path := a.profile.Signers()
	if err := everybodyMayWrite(path, "approve plans"); err != nil {
		return nil, err
	}
	signers, err := planfile.ReadSigners(path)
	if err != nil {
		return nil, &usageError{message: a.profile.Wrong("approvers", err).Error()}
	}
	approver, err := signers.Approver(key, a.environment.Now())
	if err == nil && approver.Is(f.Requester) {
		err = &planfile.DeniedError{Message: fmt.Sprintf("%s has made %s, and signed it as %s", f.Requester, f.Path, approver), Hint: "somebody else has to sign it"}
	}
	return approver, err
}

// checkApproval returns who has signed a plan, if the profile demands a signature, and nil if
// nobody has to. It returns a *planfile.DeniedError if nobody has signed it, or the person has
// made it or carries it out.
func (a *app) checkApproval(f *planfile.File, applier audit.Run) (*planfile.Approver, error) {
	if a.profile.Signers() == "" {
		if f.Approval {
			return nil, &planfile.DeniedError{Message: fmt.Sprintf("%s needs a signature, because it was made with the profile %q", f.Path, f.Profile),
				Hint: "apply it with --profile " + f.Profile}
		}
		return nil, nil
	}
	key, err := f.Signer()
	if err != nil {
		return nil, err
	}
	approver, err := a.approver(f, key)
	if err == nil && (approver.Is(applier.User) || approver.Is(applier.Sudo)) {
		err = &planfile.DeniedError{Message: fmt.Sprintf("%s has signed %s, and who has signed a plan does not apply it", approver, f.Path),
			Hint: "two accounts have to take part, whoever the file says has made it"}
	}
	return approver, err
}

// signatureText describes the signature of a plan for people, or returns nil if there is none, and
// none is needed.
func (a *app) signatureText(f *planfile.File) any {
	needed := f.Approval || a.profile.Signers() != ""
	if !f.IsSigned() {
		if needed {
			return "missing"
		}
		return nil
	}
	key, err := f.Signer()
	switch {
	case err != nil:
		return "refused: " + err.Error()
	case a.profile.Signers() == "":
		return "by the key " + ssh.FingerprintSHA256(key)
	}
	approver, err := a.approver(f, key)
	if err != nil {
		return "refused: " + err.Error()
	}
	return fmt.Sprintf("by %s, with the key %s", approver, approver.Key)
}
