package client

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/owner"
)

// An SDK is the language of the DBOS SDK that an application is written with. It decides the format
// of a plain input and of a schedule's context, and the spelling of a debounce key.
type SDK = owner.SDK

// The SDKs that an application may be written with.
const (
	SDKGo         = owner.Go
	SDKPython     = owner.Python
	SDKTypeScript = owner.TypeScript
	SDKJava       = owner.Java
)

// evidenceTTL is the time after which the evidence is read again, because an application may start.
const evidenceTTL = time.Minute

// datedEvidence is evidence with the time at which it was read.
type datedEvidence struct {
	owner.Evidence
	read time.Time
}

// evidence returns the SDKs that the newest rows show. It reads them if they are older than
// evidenceTTL, or if fresh is true.
func (c *systemClient) evidence(op string, fresh bool) (*datedEvidence, error) {
	if known := c.freshEvidence(); known != nil && !fresh {
		return known, nil
	}
	found, look := c.evidenceLookup()
	return found, c.lookUp(op, look)
}

// freshEvidence returns the evidence, or nil if it has to be read.
func (c *systemClient) freshEvidence() *datedEvidence {
	if known := c.observed.Load(); known != nil && c.config.Clock().Before(known.read.Add(evidenceTTL)) {
		return known
	}
	return nil
}

// evidenceLookup returns the lookup of the evidence, and where its answer is put.
func (c *systemClient) evidenceLookup() (*datedEvidence, lookup) {
	found := &datedEvidence{read: c.config.Clock()}
	return found, lookup{
		plan: func(b *db.Batch) { owner.Read(b, &found.Evidence) },
		keep: func() { c.observed.Store(found) },
	}
}

// sdkOf returns the SDK of the application that runs a workflow. The call, the client or the rows
// name it, in this order; it is "" if none does.
func (c *systemClient) sdkOf(op string, stated SDK, application, workflow string) (owner.Verdict, error) {
	return c.sdkVerdict(op, stated, application, workflow, false)
}

func (c *systemClient) sdkVerdict(op string, stated SDK, application, workflow string, fresh bool) (owner.Verdict, error) {
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

// needSDK is sdkOf for values that only an application of the right SDK can read. It returns
// Unsupported if nothing shows the SDK, because a wrong guess can stop other schedules of the
// application. It reads the evidence again first, because an application may have started since.
func (c *systemClient) needSDK(op string, stated SDK, application, workflow string) (SDK, error) {
	cached := c.observed.Load() != nil
	verdict, err := c.sdkOf(op, stated, application, workflow)
	if err == nil && verdict.SDK == "" && cached {
		verdict, err = c.sdkVerdict(op, stated, application, workflow, true)
	}
	if err == nil && verdict.SDK == "" {
		err = unknownSDK(op, workflow, verdict.Why)
	}
	return verdict.SDK, err
}

const sayWhichSDK = `say which: sdk = "go", "python", "typescript" or "java" in the call, --sdk, or sdk in the profile`

func unknownSDK(op, workflow, why string) error {
	return &Error{Code: Unsupported, Op: op, Hint: sayWhichSDK,
		Message: fmt.Sprintf("nothing here shows which SDK the application of workflow %q is written with: %s", workflow, why)}
}

// checkSDK returns InvalidOption if the text names no SDK. The empty text is valid.
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
