package rows

import (
	"cmp"
	"errors"
	"net/netip"
)

// Rank is the place of an address or a prefix in an ordered list. Addresses and prefixes
// are ordered by number: IPv4 before IPv6, and a prefix before those within it. Other
// texts come after them, and absent values last. Make ranks once for each row, before
// sorting.
type Rank struct {
	class  int
	prefix netip.Prefix
	text   string
}

const (
	classNumber = iota
	classText
	classAbsent
)

// RankAddress ranks an IP address.
func RankAddress(text *string) Rank {
	return rank(text, func(text string) (netip.Prefix, error) {
		addr, err := netip.ParseAddr(text)
		return netip.PrefixFrom(addr, addr.BitLen()), err
	})
}

// RankPrefix ranks a prefix, such as 10.0.0.0/8.
func RankPrefix(text *string) Rank { return rank(text, netip.ParsePrefix) }

// RankText ranks any text.
func RankText(text *string) Rank {
	return rank(text, func(string) (netip.Prefix, error) { return netip.Prefix{}, errNoNumber })
}

var errNoNumber = errors.New("not a number")

func rank(text *string, parse func(string) (netip.Prefix, error)) Rank {
	if text == nil {
		return Rank{class: classAbsent}
	}
	if prefix, err := parse(*text); err == nil {
		return Rank{prefix: prefix}
	}
	return Rank{class: classText, text: *text}
}

// Compare is negative if r comes before other, and 0 if they are equal.
func (r Rank) Compare(other Rank) int {
	return cmp.Or(cmp.Compare(r.class, other.class), r.prefix.Compare(other.prefix), cmp.Compare(r.text, other.text))
}
