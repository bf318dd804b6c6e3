package iptext

import (
	"errors"
	"fmt"
	"net/netip"
	"regexp"
	"strings"
)

// ParseAddress parses an IPv4 or IPv6 address, without a zone. Its error says what is
// wrong with the text and, if that is clear, what to write.
func ParseAddress(text string) (netip.Addr, error) {
	addr, err := netip.ParseAddr(text)
	if err == nil && addr.Zone() == "" {
		return addr, nil
	}
	if err == nil {
		return netip.Addr{}, fmt.Errorf("%q has a zone, the name of an interface of one machine: write %q", text, addr.WithZone(""))
	}
	if prefix, err := parsePrefix(text); err == nil {
		return netip.Addr{}, fmt.Errorf("%q is a prefix: write the address alone, %q", text, prefix.Addr())
	}
	if addrPort, err := netip.ParseAddrPort(text); err == nil {
		return netip.Addr{}, fmt.Errorf("%q has a port: write the address alone, %q", text, addrPort.Addr())
	}
	if inner, bracketed := strings.CutPrefix(text, "["); bracketed {
		if addr, err := netip.ParseAddr(strings.TrimSuffix(inner, "]")); err == nil {
			return netip.Addr{}, fmt.Errorf("%q is in brackets, as in a URL: write %q", text, addr.WithZone(""))
		}
	}
	if addr, err := netip.ParseAddr(strings.TrimSpace(text)); err == nil {
		return netip.Addr{}, fmt.Errorf("%q has white space around it: write %q", text, addr.WithZone(""))
	}
	if addr, err := netip.ParseAddr(withoutLeadingZeros(text)); err == nil {
		return netip.Addr{}, fmt.Errorf("%q has leading zeros, which some programs read as octal numbers: write %q", text, addr)
	}
	if hostName.MatchString(text) {
		return netip.Addr{}, fmt.Errorf("%q is a host name: write the IP address that is meant", text)
	}
	return netip.Addr{}, fmt.Errorf("%q is not an IPv4 or IPv6 address", text)
}

// CheckAddress checks the address of one host. Its error is that of ParseAddress, or says
// what the address stands for.
func CheckAddress(text string) error {
	addr, err := ParseAddress(text)
	switch {
	case err != nil:
		return err
	case addr.IsUnspecified():
		return fmt.Errorf("%q stands for any address: write that of the host", text)
	case addr.IsMulticast(), addr == netip.AddrFrom4([4]byte{255, 255, 255, 255}):
		return fmt.Errorf("%q stands for many hosts: write the address of one", text)
	}
	return nil
}

// CheckPrefix checks an IPv4 or IPv6 prefix, which must have no host bits. Its error
// says what is wrong and, if that is clear, what to write.
func CheckPrefix(text string) error {
	if prefix, err := netip.ParsePrefix(text); err == nil {
		if prefix == prefix.Masked() {
			return nil
		}
		return fmt.Errorf("%q has bits beyond its length: write %q", text, prefix.Masked())
	}
	if prefix, err := parsePrefix(text); err == nil {
		return fmt.Errorf("%q has leading zeros or white space: write %q", text, prefix.Masked())
	}
	if addr, err := netip.ParseAddr(text); err == nil && addr.Zone() == "" {
		return fmt.Errorf("%q is an address without a length: write %q for that address alone, or the prefix that is meant",
			text, netip.PrefixFrom(addr, addr.BitLen()))
	}
	return fmt.Errorf("%q is not an IPv4 or IPv6 prefix, such as 10.0.0.0/8", text)
}

// CheckUnicastPrefix checks a prefix as CheckPrefix does, and that it is not multicast.
func CheckUnicastPrefix(text string) error {
	if err := CheckPrefix(text); err != nil {
		return err
	}
	if netip.MustParsePrefix(text).Addr().IsMulticast() {
		return fmt.Errorf("%q is multicast, and only unicast prefixes can be advertised", text)
	}
	return nil
}

// CheckVersion accepts IPv4 and IPv6, in any letter case.
func CheckVersion(text string) error {
	if canonical := (version{}).canonical(text); canonical != IPv4 && canonical != IPv6 {
		return errors.New("must be IPv4 or IPv6, in any letter case")
	}
	return nil
}

// parsePrefix is netip.ParsePrefix, but also accepts leading zeros and white space. It
// is for messages.
func parsePrefix(text string) (netip.Prefix, error) {
	address, length, _ := strings.Cut(strings.TrimSpace(text), "/")
	return netip.ParsePrefix(withoutLeadingZeros(address) + "/" + strings.TrimLeft(length, "0"))
}

var (
	leadingZeros = regexp.MustCompile(`\b0+(\d)`)
	hostName     = regexp.MustCompile(`^[0-9A-Za-z_-]*[A-Za-z][0-9A-Za-z_-]*(\.[0-9A-Za-z_-]+)*\.?$|^([0-9A-Za-z_-]+\.)+[A-Za-z][0-9A-Za-z_-]*\.?$`)
)

// withoutLeadingZeros drops the leading zeros of an IPv4 address.
func withoutLeadingZeros(text string) string {
	if strings.Contains(text, ":") {
		return text
	}
	return leadingZeros.ReplaceAllString(text, "$1")
}
