package alibabacloud

import (
	"maps"
	"time"
)

const (
	rememberedTokens = 10_000 // client tokens (ALI-050)
	maxClientToken   = 64     // characters, as documented
)

// tokenUse is the first successful use of a ClientToken.
type tokenUse struct {
	action string
	params map[string]string
	answer object
	at     time.Time
}

// once carries an operation out, or repeats the answer of the call that used
// the same ClientToken before. Only successes are remembered (ALI-052).
func (s *Service) once(c *call, op operation) (object, *apiError) {
	token := c.params["ClientToken"]
	if !op.write || token == "" {
		return op.do(s, c)
	}
	if !validClientToken(token) {
		return nil, errClientToken
	}
	if before, used := s.tokens.get(token); used {
		switch {
		case before.action != c.action || !maps.Equal(before.params, c.params):
			return nil, errTokenParameterMismatch // ALI-053
		case c.now.Before(before.at.Add(s.delays.TokenProcessing)):
			return nil, errLastTokenProcessing
		}
		return before.answer, nil
	}
	answer, failure := op.do(s, c)
	if failure == nil {
		s.tokens.put(token, tokenUse{c.action, c.params, answer[:len(answer):len(answer)], c.now})
	}
	return answer, failure
}

// validClientToken checks a token for its documented form (ALI-054).
func validClientToken(token string) bool {
	if len(token) > maxClientToken {
		return false
	}
	for i := range len(token) {
		if token[i] < ' ' || token[i] > '~' {
			return false
		}
	}
	return true
}
