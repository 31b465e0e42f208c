package command

import (
	"slices"
	"strings"
)

// usual are the variables that a program needs to find its way, and that hold no secret.
var usual = []string{"PATH", "HOME", "USER", "LOGNAME", "LANG", "LANGUAGE", "TZ", "TMPDIR", "SYSTEMROOT", "COMSPEC", "PATHEXT"}

// Environment chooses what a program gets of the process's environment: the usual variables and those that are
// granted. What is given by name goes before.
func Environment(environ []string, granted func(name string) bool, given map[string]string) []string {
	var kept []string
	for _, variable := range environ {
		name, _, _ := strings.Cut(variable, "=")
		if _, replaced := given[name]; replaced {
			continue
		}
		if slices.Contains(usual, name) || strings.HasPrefix(name, "LC_") || granted(name) {
			kept = append(kept, variable)
		}
	}
	for name, value := range given {
		kept = append(kept, name+"="+value)
	}
	slices.Sort(kept)
	return kept
}

// Loads reports whether a variable makes the system, a shell, an interpreter or a usual tool run code that it names, or
// find its programs and its settings elsewhere: to set it is to run that code.
func Loads(name string) bool {
	for _, prefix := range []string{
		"LD_", "DYLD_", "GIT_", "SSH_", "PYTHON", "PERL", "RUBY", "NODE_", "NPM_", "npm_", "LUA_", "BASH_", "JAVA_", "JDK_", "PHP", "R_", "XDG_",
		"GEM_", "BUNDLE", "MAKE", "LESS", "PG", "DOCKER_", "KUBE", "AWS_", "GCONV_", "MALLOC_", "GLIBC_", "OPENSSL_", "CURL_", "WGET", "RSYNC_", "TAR_", "ZIP",
	} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return slices.Contains([]string{
		"ENV", "PATH", "HOME", "SHELL", "SHELLOPTS", "BASHOPTS", "PS4", "IFS", "PROMPT_COMMAND", "ZDOTDIR", "FPATH", "CDPATH", "_JAVA_OPTIONS", "CLASSPATH",
		"EDITOR", "VISUAL", "PAGER", "MANPAGER", "BROWSER", "SUDO_ASKPASS", "CVS_RSH", "TCLLIBPATH", "LOCPATH", "NLSPATH", "TERMINFO", "TERMCAP", "GOFLAGS",
		"CC", "CXX", "AR", "GNUPGHOME", "NETRC", "HOSTALIASES", "RES_OPTIONS",
	}, name)
}
