package command

import (
	"slices"
	"strings"
)

// inherited are the variables that most programs need, and that hold no secret.
var inherited = []string{"PATH", "HOME", "USER", "LOGNAME", "LANG", "LANGUAGE", "TZ", "TMPDIR", "SYSTEMROOT", "COMSPEC", "PATHEXT"}

// Environment returns the environment of a program: of environ, the variables of this process, the
// ones that most programs need and the granted ones; and all that the script has given, which take
// precedence. The caller has refused given variables that LoadsCode names and no grant allows.
func Environment(environ []string, granted func(name string) bool, given map[string]string) []string {
	var kept []string
	for _, variable := range environ {
		name, _, _ := strings.Cut(variable, "=")
		if _, replaced := given[name]; replaced {
			continue
		}
		if slices.Contains(inherited, name) || strings.HasPrefix(name, "LC_") || granted(name) {
			kept = append(kept, variable)
		}
	}
	for name, value := range given {
		kept = append(kept, name+"="+value)
	}
	slices.Sort(kept)
	return kept
}

// LoadsCode reports whether a variable is known to make the system, a shell, an interpreter or a
// usual tool run code that it names, or read settings that can name code. A script that sets it
// needs a grant, because to set it is to run that code. No list of such variables is complete.
func LoadsCode(name string) bool {
	return slices.Contains(loading, name) ||
		slices.ContainsFunc(loadingFamilies, func(prefix string) bool { return strings.HasPrefix(name, prefix) })
}

// loadingFamilies are the prefixes whose variables nearly all load something.
var loadingFamilies = []string{"LD_", "DYLD_", "BASH_", "GIT_", "PYTHON", "PERL5", "RUBY", "LUA_", "JAVA_", "JDK_", "NPM_", "npm_", "BUNDLE_", "PSQL_", "KUBECTL_"}

// loading are single variables. If one looks like a member of a family, as NODE_OPTIONS does, the
// family has harmless ones too, such as NODE_ENV, AWS_REGION and PGPASSWORD.
var loading = []string{
	// The system and shells.
	"PATH", "HOME", "SHELL", "ENV", "SHELLOPTS", "BASHOPTS", "PS4", "IFS", "PROMPT_COMMAND", "ZDOTDIR", "FPATH", "CDPATH", "INPUTRC", "TERMINFO", "TERMCAP",
	"XDG_CONFIG_HOME", "XDG_CONFIG_DIRS", "XDG_DATA_HOME", "XDG_DATA_DIRS", "LOCPATH", "NLSPATH", "GCONV_PATH", "GLIBC_TUNABLES", "HOSTALIASES", "RES_OPTIONS",
	// Programs that others start.
	"EDITOR", "VISUAL", "PAGER", "MANPAGER", "BROWSER", "LESS", "LESSOPEN", "LESSCLOSE", "LESSEDIT", "LESSKEYIN", "SSH_ASKPASS", "SUDO_ASKPASS", "CVS_RSH",
	"SVN_SSH", "RSYNC_RSH", "RSYNC_CONNECT_PROG", "VIMINIT", "EXINIT", "KUBE_EDITOR", "AWS_PAGER",
	// Interpreters and compilers.
	"PERLLIB", "NODE_OPTIONS", "NODE_PATH", "PHPRC", "PHP_INI_SCAN_DIR", "R_PROFILE", "R_PROFILE_USER", "R_ENVIRON", "R_ENVIRON_USER", "R_LIBS", "R_LIBS_USER",
	"GEM_HOME", "GEM_PATH", "_JAVA_OPTIONS", "CLASSPATH", "TCLLIBPATH", "GOFLAGS", "GOENV", "GOROOT", "GOTOOLCHAIN", "CARGO_HOME", "RUSTC_WRAPPER", "CC", "CXX", "AR",
	"MAKEFLAGS", "MAKEFILES", "GNUMAKEFLAGS",
	// Settings of tools.
	"PSQLRC", "PGSYSCONFDIR", "PGSERVICEFILE", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "KUBECONFIG", "DOCKER_CONFIG", "DOCKER_HOST", "DOCKER_CONTEXT",
	"OPENSSL_CONF", "OPENSSL_ENGINES", "OPENSSL_MODULES", "CURL_HOME", "WGETRC", "SYSTEM_WGETRC", "TAR_OPTIONS", "ZIPOPT", "UNZIP", "UNZIPOPT", "GNUPGHOME", "NETRC",
	"HGRCPATH", "ANSIBLE_CONFIG",
}
