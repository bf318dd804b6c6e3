package alibabacloud

import (
	"crypto/subtle"
	"slices"
	"time"
)

// maxSkew is how far a request's timestamp may lie from the service's time.
// The vendor's push API documents 15 minutes (ALI-021).
const maxSkew = 15 * time.Minute

// rememberedNonces is how many signature nonces are remembered (ALI-022).
const rememberedNonces = 10_000

// Identity is somebody who may call the API.
type Identity struct {
	AccessKeyID     string
	AccessKeySecret string
	// SecurityToken makes it a temporary identity of STS.
	SecurityToken string
	// Expires is when the token expires; the zero time is never.
	Expires time.Time
	// Disabled makes the access key a disabled one.
	Disabled bool
	// DeniedActions are those that RAM denies, "*" for all.
	DeniedActions []string
}

func (i Identity) denies(action string) bool {
	return slices.Contains(i.DeniedActions, action) || slices.Contains(i.DeniedActions, "*")
}

// proof is what a request proves its sender's identity with.
type proof struct {
	accessKeyID, securityToken string
	nonce, timestamp           string
	signature, stringToSign    string
	sign                       func(secret, stringToSign string) string
}

// authenticate verifies who sent a call.
func (s *Service) authenticate(c *call) (Identity, *apiError) {
	read := proofV1
	if c.signature == 3 {
		read = proofV3
	}
	p, failure := read(c)
	if failure != nil {
		return Identity{}, failure
	}
	identity, known := s.identities[p.accessKeyID]
	if !known {
		return Identity{}, errAccessKeyNotFound
	}
	if identity.Disabled {
		return Identity{}, errAccessKeyDisabled
	}
	sent, err := time.Parse(time.RFC3339, p.timestamp)
	if err != nil || len(p.timestamp) != len("2006-01-02T15:04:05Z") {
		return Identity{}, errTimestampFormat
	}
	now := s.signingTime()
	if skew := now.Sub(sent); skew > maxSkew || skew < -maxSkew {
		return Identity{}, errTimestampExpired
	}
	if want := p.sign(identity.AccessKeySecret, p.stringToSign); subtle.ConstantTimeCompare([]byte(want), []byte(p.signature)) != 1 {
		return Identity{}, errSignatureDoesNotMatch(p.stringToSign)
	}
	c.nonceKey = p.accessKeyID + " " + p.nonce
	return identity, s.checkToken(identity, p.securityToken, now)
}

// checkToken verifies the STS token that came with a good signature.
func (s *Service) checkToken(identity Identity, token string, now time.Time) *apiError {
	switch token {
	case identity.SecurityToken:
		if token != "" && !identity.Expires.IsZero() && !now.Before(identity.Expires) {
			return errTokenExpired
		}
		return nil
	case "":
		return errMissing("SecurityToken")
	}
	for _, other := range s.identities {
		if other.SecurityToken == token {
			return errTokenMismatch
		}
	}
	return errTokenMalformed
}

// useNonce refuses a signature nonce that was used before.
func (s *Service) useNonce(c *call) *apiError {
	if _, used := s.nonces.get(c.nonceKey); used {
		return errNonceUsed
	}
	s.nonces.put(c.nonceKey, struct{}{})
	return nil
}
