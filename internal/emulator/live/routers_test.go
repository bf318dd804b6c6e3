//go:build unix

package live_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// view is how a router sees one of its neighbors.
type view struct {
	Up       bool
	Prefixes []string // learned, ordered
}

// kind is a kind of router that may be at the other end.
type kind struct {
	name string
	// address is where its guide's configuration puts it.
	address string
	// announces are the prefixes of that configuration.
	announces int
	// reflects says that it sends back the routes that it learns, which count as
	// received (LIVE-004).
	reflects bool
	// guide says that the guide has a configuration for it.
	guide bool
	// find says where the program is, or why it cannot be run here.
	find func() (program, error)
	// configuration of the guide, or of this file.
	configuration func(*testing.T) string
	// start runs it with a configuration, in a directory of its own.
	start func(t *testing.T, p program, directory, configuration string) *process
	// view reads how it sees the neighbor.
	view func(ctx context.Context, p program, directory string, running *process) (view, error)
}

// received is how many routes the kind's neighbor receives while it announces some.
func (k kind) received(announced int) int {
	if k.reflects {
		return k.announces + announced
	}
	return k.announces
}

const (
	vbrAddress = "127.0.64.3" // of SeedMultiCircuitVBR, by default
	routerASN  = "65010"
)

// program is a router's program, and what it needs around it.
type program struct {
	path string
	root string   // of the unpacked packages, "" where they are installed
	env  []string // beside the test's own
}

func (p program) command(args ...string) *exec.Cmd {
	cmd := exec.Command(p.path, args...) //nolint:gosec,noctx // a router of the tests; stopped when its test ends
	cmd.Env = append(os.Environ(), p.env...)
	return cmd
}

// beside is another program of the same packages.
func (p program) beside(name string) program {
	p.path = filepath.Join(filepath.Dir(p.path), name)
	return p
}

// unpacked is where `make live` unpacks the routers' packages.
func unpacked() string {
	root, err := filepath.Abs(filepath.Join("..", "..", "..", "build", "routers"))
	if err != nil {
		return ""
	}
	return root
}

// findProgram finds a program by its path below / or below the unpacked packages.
// Two packages have a bgpd, so a path says which.
func findProgram(path string) func() (program, error) {
	return func() (program, error) {
		if runtime.GOOS != "linux" {
			return program{}, errors.New("live BGP with other routers is tested on Linux only")
		}
		root := unpacked()
		if _, err := os.Stat(filepath.Join(root, path)); err == nil {
			libraries, _ := filepath.Glob(filepath.Join(root, "usr/lib/*-linux-gnu")) // the pattern is right
			more, _ := filepath.Glob(filepath.Join(root, "lib/*-linux-gnu"))
			frr, _ := filepath.Glob(filepath.Join(root, "usr/lib/*-linux-gnu/frr"))
			libraries = slices.Concat(libraries, more, frr)
			return program{path: filepath.Join(root, path), root: root, env: []string{"LD_LIBRARY_PATH=" + strings.Join(libraries, ":")}}, nil
		}
		if _, err := os.Stat(filepath.Join("/", path)); err == nil {
			return program{path: filepath.Join("/", path)}, nil
		}
		return program{}, fmt.Errorf("/%s is not installed, and not unpacked in build/routers: `make live` does that on Debian and Ubuntu", path)
	}
}

var kinds = []kind{
	{
		name: "GoBGP", address: "127.0.0.25", announces: 2,
		find: func() (program, error) { return program{}, nil },
		configuration: func(t *testing.T) string {
			return goBGPConfig{
				ASN: 65010, Address: netip.MustParseAddr("127.0.0.25"), Key: guideKey,
				Announce:  []netip.Prefix{netip.MustParsePrefix("172.24.1.0/24"), netip.MustParsePrefix("172.24.2.0/24")},
				Neighbors: []goBGPNeighbor{{netip.MustParseAddr(vbrAddress), 45104}},
			}.json(t)
		},
		start: func(t *testing.T, _ program, _, configuration string) *process {
			cmd := ownRole("gobgp")
			cmd.Stdin = strings.NewReader(configuration + "\n")
			return run(t, cmd)
		},
		view: func(_ context.Context, _ program, _ string, running *process) (view, error) {
			return goBGPViews(running)[vbrAddress], nil
		},
	},
	{
		name: "FRR", address: "127.0.0.21", announces: 2, reflects: true, guide: true,
		find:          findProgram("usr/lib/frr/bgpd"),
		configuration: fromGuide("frr.conf"),
		start: func(t *testing.T, p program, directory, configuration string) *process {
			write(t, directory, "frr.conf", configuration)
			return run(t, p.command("-Z", "-n", "-S", "-l", "127.0.0.21", "-p", "1790", "-A", "127.0.0.21", "-P", "2605",
				"-f", filepath.Join(directory, "frr.conf"), "-i", filepath.Join(directory, "pid"), "--vty_socket", directory))
		},
		view: func(ctx context.Context, _ program, _ string, _ *process) (view, error) { return frrView(ctx) },
	},
	{
		name: "BIRD", address: "127.0.0.22", announces: 2, guide: true,
		find:          findProgram("usr/sbin/bird"),
		configuration: fromGuide("bird.conf"),
		start: func(t *testing.T, p program, directory, configuration string) *process {
			write(t, directory, "bird.conf", configuration)
			return run(t, p.command("-f", "-c", filepath.Join(directory, "bird.conf"), "-s", filepath.Join(directory, "sock")))
		},
		view: func(_ context.Context, p program, directory string, _ *process) (view, error) {
			ask := func(question ...string) (string, error) {
				text, err := p.beside("birdc").command(append([]string{"-s", filepath.Join(directory, "sock")}, question...)...).CombinedOutput()
				return string(text), err
			}
			session, err := ask("show", "protocols", "vbr")
			if err != nil {
				return view{}, fmt.Errorf("birdc: %w: %s", err, session)
			}
			routes, err := ask("show", "route", "protocol", "vbr")
			return view{Up: strings.Contains(session, "Established"), Prefixes: prefixes(routes)}, err
		},
	},
	{
		name: "OpenBGPD", address: "127.0.0.23", announces: 2, guide: true,
		find:          findOpenBGPD,
		configuration: fromGuide("bgpd.conf"),
		start:         startOpenBGPD,
		view: func(_ context.Context, p program, directory string, _ *process) (view, error) {
			ask := func(question ...string) (string, error) {
				text, err := p.beside("bgpctl").command(append([]string{"-s", filepath.Join(directory, "sock")}, question...)...).CombinedOutput()
				return string(text), err
			}
			session, err := ask("show", "neighbor", vbrAddress)
			if err != nil {
				return view{}, fmt.Errorf("bgpctl: %w: %s", err, session)
			}
			routes, err := ask("show", "rib", "neighbor", vbrAddress)
			return view{Up: strings.Contains(session, "BGP state = Established"), Prefixes: prefixes(routes)}, err
		},
	},
	{
		name: "ExaBGP", address: "127.0.0.24", announces: 2,
		find:          findExaBGP,
		configuration: func(*testing.T) string { return exaBGPConfiguration },
		start: func(t *testing.T, p program, directory, configuration string) *process {
			write(t, directory, "watch.py", exaBGPWatcher)
			watcher := "/usr/bin/python3 " + filepath.Join(directory, "watch.py") + " " + filepath.Join(directory, "events")
			write(t, directory, "exabgp.conf", strings.ReplaceAll(configuration, "WATCH", watcher))
			return run(t, p.command("-m", "exabgp", filepath.Join(directory, "exabgp.conf")))
		},
		view: func(_ context.Context, _ program, directory string, _ *process) (view, error) {
			return exaBGPView(directory)
		},
	},
}

func write(t *testing.T, directory, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(directory, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// prefixes finds the prefixes in a router's output.
func prefixes(text string) []string {
	found := regexp.MustCompile(`\b\d+\.\d+\.\d+\.\d+/\d+\b`).FindAllString(text, -1)
	slices.Sort(found)
	return slices.Compact(found)
}

// frrView asks bgpd's own terminal: vtysh wants PAM.
func frrView(ctx context.Context) (view, error) {
	connection, err := (&net.Dialer{}).DialContext(ctx, "tcp", "127.0.0.21:2605")
	if err != nil {
		return view{}, err
	}
	defer func() { _ = connection.Close() }() // it was read
	if err := connection.SetDeadline(time.Now().Add(5 * time.Second)); err != nil {
		return view{}, err
	}
	ask := "frr\nterminal length 0\nshow bgp neighbors " + vbrAddress + "\nshow bgp ipv4 unicast neighbors " + vbrAddress + " routes\nexit\n"
	if _, err := io.WriteString(connection, ask); err != nil {
		return view{}, err
	}
	text, err := io.ReadAll(connection)
	_, routes, _ := strings.Cut(string(text), " routes\r\n")
	return view{Up: strings.Contains(string(text), "BGP state = Established"), Prefixes: prefixes(routes)}, err
}

// findOpenBGPD finds OpenBGPD and, unpacked, what makes it believe that it is
// root and has its user: it insists on both.
func findOpenBGPD() (program, error) {
	p, err := findProgram("usr/sbin/bgpd")()
	if err != nil {
		return p, err
	}
	wrappers, _ := filepath.Glob(filepath.Join(unpacked(), "usr/lib/*-linux-gnu/lib[nu][si][sd]_wrapper.so")) // the pattern is right
	if len(wrappers) != 2 {
		return p, errors.New("OpenBGPD runs without privileges with nss_wrapper and uid_wrapper only, which are not in build/routers: `make live` unpacks them on Debian and Ubuntu")
	}
	if text, err := exec.Command("unshare", "-r", "true").CombinedOutput(); err != nil { //nolint:noctx // it ends at once
		return p, fmt.Errorf("OpenBGPD runs without privileges in a user namespace only, and this system gives none: %w: %s", err, text)
	}
	p.env = append(p.env, "LD_PRELOAD="+strings.Join(wrappers, ":"), "UID_WRAPPER=1", "UID_WRAPPER_ROOT=1")
	return p, nil
}

func startOpenBGPD(t *testing.T, p program, directory, configuration string) *process {
	t.Helper()
	write(t, directory, "passwd", fmt.Sprintf("root:x:0:0::/:/bin/sh\n_openbgpd:x:%d:%d::%s:/bin/false\n", os.Getuid(), os.Getgid(), t.TempDir()))
	write(t, directory, "group", fmt.Sprintf("root:x:0:\n_openbgpd:x:%d:\n", os.Getgid()))
	write(t, directory, "bgpd.conf", "socket \""+filepath.Join(directory, "sock")+"\"\n"+configuration)
	cmd := p.command("-d", "-f", filepath.Join(directory, "bgpd.conf"))
	cmd.Args = append([]string{"unshare", "-r", cmd.Path}, cmd.Args[1:]...)
	unshare, err := exec.LookPath("unshare")
	if err != nil {
		t.Fatal(err)
	}
	cmd.Path = unshare
	cmd.Env = append(cmd.Env, "NSS_WRAPPER_PASSWD="+filepath.Join(directory, "passwd"), "NSS_WRAPPER_GROUP="+filepath.Join(directory, "group"))
	return run(t, cmd)
}

// findExaBGP finds ExaBGP, which is Python of the distribution.
func findExaBGP() (program, error) {
	p, err := findProgram("usr/lib/python3/dist-packages/exabgp/__main__.py")()
	if err != nil {
		return p, err
	}
	if _, err := os.Stat("/usr/bin/python3"); err != nil {
		return p, errors.New("ExaBGP needs /usr/bin/python3")
	}
	me, err := user.Current()
	if err != nil {
		return p, err
	}
	p.path = "/usr/bin/python3"
	p.env = []string{
		"PYTHONPATH=" + filepath.Join("/", p.root, "usr/lib/python3/dist-packages"), "PYTHONDONTWRITEBYTECODE=1",
		"exabgp.tcp.bind=127.0.0.24", "exabgp.tcp.port=1790", "exabgp.api.cli=false", "exabgp.daemon.user=" + me.Username,
	}
	return p, nil
}

// exaBGPWatcher appends the events that ExaBGP writes to its process to a file.
// ExaBGP makes the pipe non-blocking, which cat takes for an error.
const exaBGPWatcher = `import os, sys
os.set_blocking(0, True)
with open(sys.argv[1], "a", buffering=1) as events:
    for line in sys.stdin:
        events.write(line)
`

const exaBGPConfiguration = `process watch {
	run WATCH;
	encoder json;
}

neighbor 127.0.64.3 {
	router-id 10.3.1.1;
	local-address 127.0.0.24;
	local-as 65010;
	peer-as 45104;
	hold-time 30;
	connect 1790;
	md5-password "` + guideKey + `";
	md5-base64 false;
	family { ipv4 unicast; }
	static {
		route 172.23.1.0/24 next-hop 10.3.1.1;
		route 172.23.2.0/24 next-hop 10.3.1.1;
	}
	api {
		processes [ watch ];
		neighbor-changes;
		receive { parsed; update; }
	}
}
`

// exaBGPView reads the events that ExaBGP told its process, of its last session.
func exaBGPView(directory string) (view, error) {
	text, err := os.ReadFile(filepath.Join(directory, "events")) //nolint:gosec // of the test
	if err != nil {
		return view{}, err
	}
	events := string(text)
	up, down := strings.LastIndex(events, `"state": "up"`), strings.LastIndex(events, `"state": "down"`)
	if up < 0 || down > up {
		return view{}, nil
	}
	return view{Up: true, Prefixes: prefixes(events[up:])}, nil
}
