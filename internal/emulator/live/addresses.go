package live

import (
	"fmt"
	"net/netip"
	"os"
	"slices"
	"strings"
)

// DefaultPort is where speakers listen, and where a router is looked for whose
// port nothing says. BGP's own, 179, takes privileges.
const DefaultPort = 1790

// firstSpeaker is where the first speaker listens that the user gave no address;
// the others follow it.
var firstSpeaker = netip.MustParseAddr("127.0.64.1")

// Addresses say where modelled addresses are on loopback. The key is the address
// of a router in the model, or the id of a virtual border router.
type Addresses map[string]netip.AddrPort

// ParseAddresses reads the value of --speakers: pairs such as
// "10.1.0.254=127.0.0.5:1790" with commas between them, or the name of a file
// that has a pair on each line, # beginning a comment.
func ParseAddresses(text string) (Addresses, error) {
	pairs := strings.Split(text, ",")
	if !strings.Contains(text, "=") {
		data, err := os.ReadFile(text) //nolint:gosec // the user's own file
		if err != nil {
			return nil, err
		}
		pairs = strings.Split(string(data), "\n")
	}
	addresses := Addresses{}
	for _, pair := range pairs {
		pair, _, _ = strings.Cut(pair, "#")
		if strings.TrimSpace(pair) == "" {
			continue
		}
		if err := addresses.add(pair); err != nil {
			return nil, err
		}
	}
	return addresses, nil
}

func (a Addresses) add(pair string) error {
	key, value, ok := strings.Cut(pair, "=")
	key, value = strings.TrimSpace(key), strings.TrimSpace(value)
	if !ok || key == "" {
		return fmt.Errorf("%q is not ADDRESS=HOST:PORT, as in 10.1.0.254=127.0.0.5:1790", strings.TrimSpace(pair))
	}
	at, err := netip.ParseAddrPort(value)
	if err != nil {
		return fmt.Errorf("%q of %s is not HOST:PORT, as in 127.0.0.5:1790: %w", value, key, err)
	}
	if !at.Addr().Is4() || !at.Addr().IsLoopback() {
		return fmt.Errorf("%s of %s is not on loopback: live BGP stays on addresses of 127.0.0.0/8", at.Addr(), key)
	}
	if at.Port() <= 1024 {
		return fmt.Errorf("port %d of %s takes privileges: live BGP uses ports above 1024", at.Port(), key)
	}
	if _, twice := a[key]; twice {
		return fmt.Errorf("%s is given twice", key)
	}
	for other, taken := range a { // one router may have several addresses in the model
		if taken.Addr() == at.Addr() && taken != at {
			return fmt.Errorf("%s and %s are both at %s: a BGP speaker tells its neighbors apart by their addresses, so each needs its own", other, key, at.Addr())
		}
	}
	a[key] = at
	return nil
}

// next gives an address of loopback, and DefaultPort, that none of these and of
// the taken ones has.
func (a Addresses) next(taken map[netip.Addr]bool) netip.AddrPort {
	address := firstSpeaker
	used := func() bool {
		return taken[address] || slices.ContainsFunc(a.sorted(), func(key string) bool { return a[key].Addr() == address })
	}
	for used() {
		address = address.Next()
	}
	return netip.AddrPortFrom(address, DefaultPort)
}

func (a Addresses) sorted() []string {
	keys := make([]string, 0, len(a))
	for key := range a {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
