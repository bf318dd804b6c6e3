package bgpgroup

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The rules of the document of CreateBgpGroup.

func checkName(text string) error {
	foreign := func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !strings.ContainsRune("._-", r)
	}
	if !isText(text, 128) || strings.ContainsFunc(text, foreign) {
		return errors.New("must have 2 to 128 characters: a letter, then letters, digits, periods, underscores and hyphens. It must not begin with http:// or https://")
	}
	return nil
}

func checkDescription(text string) error {
	if !isText(text, 256) {
		return errors.New("must have 2 to 256 characters and begin with a letter, but not with http:// or https://")
	}
	return nil
}

// isText checks what the rules of names and descriptions have in common.
func isText(text string, most int) bool {
	n := utf8.RuneCountInString(text)
	first, _ := utf8.DecodeRuneInString(text)
	isURL := strings.HasPrefix(text, "http://") || strings.HasPrefix(text, "https://")
	return n >= 2 && n <= most && unicode.IsLetter(first) && !isURL
}

const (
	ownASN = 45104 // Alibaba Cloud's
	maxASN = 1<<32 - 1

	// What is allowed, for messages.
	peerASNs    = "1 to 4294967295"
	localASNs   = "45104 (Alibaba Cloud's own), 64512 to 65534 without 65025, which is reserved, or 4200000000 to 4294967294"
	routeLimits = "1 to 2147483647"
)

func checkPeerASN(asn int64) error {
	switch {
	case asn == ownASN:
		return errors.New("45104 is Alibaba Cloud's own ASN: give that of the neighbor")
	case asn < 1 || asn > maxASN:
		return fmt.Errorf("must be %s, and is %d", peerASNs, asn)
	}
	return nil
}

func checkLocalASN(asn int64) error {
	switch {
	case asn == ownASN, asn >= 64512 && asn <= 65534 && asn != 65025, asn >= 4200000000 && asn <= 4294967294:
		return nil
	}
	return fmt.Errorf("must be %s, and is %d", localASNs, asn)
}

func checkRouteLimit(limit int64) error {
	if limit < 1 || limit > 1<<31-1 {
		return fmt.Errorf("must be %s, and is %d", routeLimits, limit)
	}
	return nil
}
