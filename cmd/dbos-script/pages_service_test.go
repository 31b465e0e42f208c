package main

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/spf13/pflag"
	"go.yaml.in/yaml/v3"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/monitor/openmetrics"
)

// servicePage returns the page, and its files by name.
func servicePage(t *testing.T) (page string, files map[string]string) {
	t.Helper()
	text, err := os.ReadFile(guideFolder + "/service.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks, err := pageBlocks(string(text))
	if err != nil {
		t.Fatal(err)
	}
	files = map[string]string{}
	for _, b := range blocks {
		if named := fileName.FindStringSubmatch(b.lines[0]); named != nil {
			files[named[1]] = strings.Join(b.lines, "\n") + "\n"
		}
	}
	return string(text), files
}

// servedWith checks the words of a command line behind the program, and returns its flags. Every
// flag must exist and take its value.
func servedWith(t *testing.T, words []string) *pflag.FlagSet {
	t.Helper()
	a := &app{streams: streams{in: strings.NewReader(""), out: io.Discard, err: io.Discard}}
	cmd, rest, err := a.root().Find(words)
	if err != nil || cmd.Name() != "serve" {
		t.Fatalf("%q is the command %v, %v", words, cmd, err)
	}
	if err := cmd.ParseFlags(rest); err != nil {
		t.Fatalf("%q: %v", words, err)
	}
	if cmd.Flags().NArg() != 1 {
		t.Errorf("%q serves %q", words, cmd.Flags().Args())
	}
	return cmd.Flags()
}

func durationOf(t *testing.T, text string) time.Duration {
	t.Helper()
	if strings.Trim(text, "0123456789") == "" {
		text += "s" // as systemd reads a number alone
	}
	d, err := declare.ParseDuration(strings.Replace(text, "min", "m", 1))
	if err != nil {
		t.Errorf("the duration %q: %v", text, err)
	}
	return d
}

// unitKeys are the keys that a unit may have, by section.
var unitKeys = map[string][]string{
	"Unit": {"Description", "Wants", "After"},
	"Service": {"Type", "ExecStart", "EnvironmentFile", "DynamicUser", "StateDirectory", "WatchdogSec", "Restart", "RestartSec", "RestartPreventExitStatus",
		"KillMode", "TimeoutStopSec", "NoNewPrivileges", "ProtectSystem", "ProtectHome", "PrivateTmp"},
	"Install": {"WantedBy"},
}

// readUnit returns the keys of the section Service. The error names a line that no unit can have.
func readUnit(text string) (map[string]string, error) {
	section, service := "", map[string]string{}
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		key, value, isKey := strings.Cut(line, "=")
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "[") && strings.HasSuffix(line, "]"):
			if section = strings.Trim(line, "[]"); unitKeys[section] == nil {
				return nil, errors.New("there is no section " + section)
			}
		case !isKey || !slices.Contains(unitKeys[section], key) || value == "":
			return nil, errors.New("no key of the section " + section + ": " + line)
		case section == "Service":
			service[key] = value
		}
	}
	return service, nil
}

func TestTheUnitOfSystemd(t *testing.T) {
	t.Parallel()
	_, files := servicePage(t)
	unit := files["dbos-script.service"]
	service, err := readUnit(unit)
	if err != nil {
		t.Fatal(err)
	}
	program, rest, _ := strings.Cut(service["ExecStart"], " ")
	flags := servedWith(t, strings.Fields(rest))
	if filepath.Base(program) != "dbos-script" || service["Type"] != "notify" {
		t.Errorf("%v", service)
	}
	grace := durationOf(t, flags.Lookup("grace").Value.String())
	if stop := durationOf(t, service["TimeoutStopSec"]); stop < grace+30*time.Second {
		t.Errorf("TimeoutStopSec is %v, and --grace %v", stop, grace)
	}
	if watchdog := durationOf(t, service["WatchdogSec"]); watchdog < 2*lookEvery {
		t.Errorf("WatchdogSec is %v", watchdog)
	}
	for _, wrong := range []string{"[Servce]\n", "[Service]\nExecStrat=x\n", "[Service]\nType\n", "[Service]\nType=\n"} {
		if _, err := readUnit(wrong); err == nil {
			t.Errorf("%q passes", wrong)
		}
	}
	verify, err := exec.LookPath("systemd-analyze")
	if err != nil {
		return // the keys were checked above
	}
	path := filepath.Join(t.TempDir(), "dbos-script.service")
	if err := os.WriteFile(path, []byte(strings.Replace(unit, program, commandPath(t), 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	if output, err := exec.CommandContext(t.Context(), verify, "verify", path).CombinedOutput(); strings.Contains(string(output), filepath.Base(path)) {
		t.Errorf("systemd-analyze: %v\n%s", err, output)
	}
}

// A manifest holds the fields that the test looks at. Unknown fields of Kubernetes are left to it.
type manifest struct {
	Kind string
	Spec struct {
		Replicas int
		Strategy struct{ Type string }
		Selector any
		Template struct {
			Metadata struct{ Labels map[string]string }
			Spec     struct {
				Grace      int `yaml:"terminationGracePeriodSeconds"`
				Containers []struct {
					Args            []string
					Env             []struct{ Name string }
					Ports           []port
					LivenessProbe   probe        `yaml:"livenessProbe"`
					ReadinessProbe  probe        `yaml:"readinessProbe"`
					VolumeMounts    []volumeName `yaml:"volumeMounts"`
					SecurityContext any          `yaml:"securityContext"`
				}
				Volumes []volumeName
			}
		}
		Ports []port
	}
}

type port struct {
	Name          string
	ContainerPort int `yaml:"containerPort"`
	Port          int
	TargetPort    string `yaml:"targetPort"`
}

type probe struct {
	HTTPGet        struct{ Path, Port string } `yaml:"httpGet"`
	TimeoutSeconds int                         `yaml:"timeoutSeconds"`
}

type volumeName struct {
	Name      string
	MountPath string `yaml:"mountPath"`
}

func TestTheManifestOfKubernetes(t *testing.T) {
	t.Parallel()
	_, files := servicePage(t)
	decoder := yaml.NewDecoder(strings.NewReader(files["dbos-script.yaml"]))
	var deployment, service manifest
	if err := errors.Join(decoder.Decode(&deployment), decoder.Decode(&service)); err != nil {
		t.Fatal(err)
	}
	if err := decoder.Decode(&manifest{}); !errors.Is(err, io.EOF) {
		t.Errorf("there is a third document, %v", err)
	}
	if deployment.Kind != "Deployment" || service.Kind != "Service" || deployment.Spec.Replicas != 1 || deployment.Spec.Strategy.Type != "Recreate" {
		t.Fatalf("%+v, %+v", deployment, service)
	}
	pod := deployment.Spec.Template.Spec
	container := pod.Containers[0]
	flags := servedWith(t, container.Args)
	listen, _ := flags.GetString("listen")
	if container.Ports[0].ContainerPort == 0 || listen != ":"+strconv.Itoa(container.Ports[0].ContainerPort) || service.Spec.Ports[0].TargetPort != container.Ports[0].Name {
		t.Errorf("it listens on %s, and the ports are %+v and %+v", listen, container.Ports, service.Spec.Ports)
	}
	if grace := durationOf(t, flags.Lookup("grace").Value.String()); time.Duration(pod.Grace)*time.Second < grace+30*time.Second {
		t.Errorf("Kubernetes waits %d s, and the server %v", pod.Grace, grace)
	}
	if container.Env[0].Name != environmentURL {
		t.Errorf("the variable %s", container.Env[0].Name)
	}
	for path, p := range map[string]probe{"/healthz": container.LivenessProbe, "/readyz": container.ReadinessProbe} {
		if p.HTTPGet.Path != path || p.HTTPGet.Port != container.Ports[0].Name {
			t.Errorf("the probe of %s is %+v", path, p)
		}
	}
	if ready := container.ReadinessProbe.TimeoutSeconds; time.Duration(ready)*time.Second <= readyPatience {
		t.Errorf("the probe waits %d s, and the server %v for the database", ready, readyPatience)
	}
	names := func(list []volumeName) (all []string) {
		for _, v := range list {
			all = append(all, v.Name)
		}
		return slices.Sorted(slices.Values(all))
	}
	if !slices.Equal(names(pod.Volumes), names(container.VolumeMounts)) {
		t.Errorf("volumes %v, mounts %v", pod.Volumes, container.VolumeMounts)
	}
	for _, name := range []string{"token-file", "audit"} {
		value := flags.Lookup(name).Value.String()
		if !slices.ContainsFunc(container.VolumeMounts, func(v volumeName) bool { return strings.HasPrefix(value, v.MountPath+"/") }) {
			t.Errorf("--%s %s is in no volume", name, value)
		}
	}
}

var metricName = regexp.MustCompile(`\bdbos_[a-z_]+\b`)

// The page names every metric, and no other.
func TestThePageNamesEveryMetric(t *testing.T) {
	t.Parallel()
	page, files := servicePage(t)
	s := newServed(t, map[string]string{"a.lua": "schedule.declare{cron = '* * * * *'}\n"})
	makeEmbedded(t, s.folder.path)
	stats := newServeStats(newServeReporter(s.app), s.clock.Now)
	stats.of("a.lua")
	watch := newDatabaseWatch(s.app, s.clock.Now)
	t.Cleanup(watch.pools.Close)
	exposed := map[string]bool{}
	for _, f := range slices.Concat(stats.families(), watch.families(t.Context()), stateFamilies(&client.Gauges{}), queueFamilies(nil, s.clock.Now())) {
		name := f.Name
		if f.Kind == openmetrics.Counter {
			name += "_total"
		}
		exposed[name] = true
		if !strings.Contains(page, "`"+name+"`") {
			t.Errorf("the page does not name %s", name)
		}
		if !strings.HasSuffix(f.Help, ".") {
			t.Errorf("%s has the help %q", name, f.Help)
		}
	}
	for _, name := range metricName.FindAllString(page, -1) {
		if !exposed[name] {
			t.Errorf("the page names %s, which is no metric", name)
		}
	}
	for _, name := range []string{"prometheus.yml", "dbos-script.rules.yml"} {
		var any map[string]any
		if err := yaml.Unmarshal([]byte(files[name]), &any); err != nil || len(any) == 0 {
			t.Errorf("%s: %v, %v", name, any, err)
		}
	}
}
