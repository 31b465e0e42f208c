package client

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/owner"
)

// An SDK is the language of the DBOS SDK that an application is written with. It decides how a schedule's context and
// the input of a scheduled run are written, and how a debounce key is spelled.
type SDK = owner.SDK

// The SDKs.
const (
	SDKGo         = owner.Go
	SDKPython     = owner.Python
	SDKTypeScript = owner.TypeScript
	SDKJava       = owner.Java
)

// evidenceTTL is how long the evidence is kept: it is read once for many calls, and another application may start.
const evidenceTTL = time.Minute

// datedEvidence is evidence with the time at which it was read.
type datedEvidence struct {
	owner.Evidence
	read time.Time
}

// evidence returns what the newest rows show of the SDKs of their applications, as it was read within evidenceTTL, or
// now if there is no such reading or a fresh one is wanted.
func (c *systemClient) evidence(op string, fresh bool) (*datedEvidence, error) {
	now := c.config.Clock()
	if known := c.observed.Load(); !fresh && known != nil && now.Before(known.read.Add(evidenceTTL)) {
		return known, nil
	}
	found := &datedEvidence{read: now}
	err := c.read(op, func(b *db.Batch) {
		b.Indexed()
		owner.Read(b, &found.Evidence)
	})
	if err == nil {
		c.observed.Store(found)
	}
	return found, err
}

// sdkOf returns the SDK of the application that runs a workflow: the stated one, else that of the connection, else
// the one that the rows show, and "" if nothing shows one.
func (c *systemClient) sdkOf(op string, stated SDK, application, workflow string) (owner.Verdict, error) {
	return c.judge(op, stated, application, workflow, false)
}

func (c *systemClient) judge(op string, stated SDK, application, workflow string, fresh bool) (owner.Verdict, error) {
	if stated = cmp.Or(stated, c.sdk, c.config.SDK); stated != "" {
		c.stated.Store(workflow, stated)
		return owner.Verdict{SDK: stated, Why: "stated"}, checkSDK(op, stated)
	}
	evidence, err := c.evidence(op, fresh)
	if err != nil {
		return owner.Verdict{}, err
	}
	verdict := evidence.Judge(application, workflow)
	if known, found := c.stated.Load(workflow); found && verdict.SDK == "" {
		return owner.Verdict{SDK: known.(SDK), Why: "stated before"}, nil
	}
	return verdict, nil
}

// needSDK is sdkOf for what only an application of the right SDK can read: it fails with Unsupported if nothing shows
// the SDK, because a wrong guess can stop the application's other schedules as well. An application may have started
// since the evidence was read, so it is read once more before.
func (c *systemClient) needSDK(op string, stated SDK, application, workflow string) (SDK, error) {
	cached := c.observed.Load() != nil
	verdict, err := c.sdkOf(op, stated, application, workflow)
	if err == nil && verdict.SDK == "" && cached {
		verdict, err = c.judge(op, stated, application, workflow, true)
	}
	if err == nil && verdict.SDK == "" {
		err = unknownSDK(op, workflow, verdict.Why)
	}
	return verdict.SDK, err
}

const sayWhichSDK = `say which: sdk = "go", "python", "typescript" or "java" in the call, --sdk, or sdk in the profile`

func unknownSDK(op, workflow, why string) error {
	return &Error{Kind: Unsupported, Op: op, Advice: sayWhichSDK,
		Message: fmt.Sprintf("nothing here shows which SDK the application of workflow %q is written with: %s", workflow, why)}
}

// checkSDK refuses a text that names no SDK; "" leaves it to the evidence.
func checkSDK(op string, sdk SDK) error {
	if sdk == "" || sdk.Valid() {
		return nil
	}
	var names []string
	for _, known := range owner.SDKs() {
		names = append(names, string(known))
	}
	return invalid(op, "no SDK %q: it is %s", sdk, strings.Join(names, ", "))
}
