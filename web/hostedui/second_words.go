package hostedui

import (
	"errors"
	"net/http"

	"portico/templates"
	"portico/userpool"
	"portico/userpool/directory"
	"portico/words"
)

// way is how a second factor reaches a person.
func way(factor userpool.Factor) templates.FactorWay {
	switch factor {
	case userpool.FactorSMS:
		return templates.FactorPhone
	case userpool.FactorEmailOTP:
		return templates.FactorEmail
	}
	return templates.FactorApp
}

// secondProblem puts a refused code in words: at the field, or above it where the code was not the reason; in English Cognito's
// own sentence comes first. Anything else is an error of ours, returned as it is.
func secondProblem(w http.ResponseWriter, said words.Words, refused error, way templates.FactorWay) (problem string, notice *templates.Notice, status int, err error) {
	var locked *directory.LockedError
	switch {
	case errors.Is(refused, directory.ErrCodeMismatch) && way == templates.FactorApp:
		return said.Say("mfa.wrong.app"), nil, http.StatusBadRequest, nil
	case errors.Is(refused, directory.ErrCodeMismatch):
		return said.Say("mfa.wrong.sent"), nil, http.StatusBadRequest, nil
	case errors.Is(refused, directory.ErrCodeUsed):
		return said.Say("mfa.used"), nil, http.StatusBadRequest, nil
	case errors.Is(refused, directory.ErrCodeExpired):
		return said.Say("code.expired"), nil, http.StatusBadRequest, nil
	case errors.As(refused, &locked):
		retryAfter(w, refused)
		return "", &templates.Notice{
			Kind: templates.Bad, First: said.Say("mfa.locked.first"), Then: said.Sentences(waiting(said, locked.For), said.Say("account.safe")),
		}, http.StatusTooManyRequests, nil
	case errors.Is(refused, directory.ErrLimit):
		notice, _ := limitNotice(w, said, refused, said.Say("account.safe"))
		return "", notice, http.StatusTooManyRequests, nil
	case errors.Is(refused, userpool.ErrAliasTaken):
		medium := templates.MediumEmail
		if way == templates.FactorPhone {
			medium = templates.MediumPhone
		}
		return "", aliasTaken(said, medium), http.StatusBadRequest, nil
	}
	return "", nil, 0, refused
}

// limitedCodes: no code went out, for there have been too many.
func limitedCodes(said words.Words) *templates.Notice {
	return &templates.Notice{Kind: templates.Bad, First: said.Say("code.limit.first"), Then: said.Say("code.limit.nocode")}
}
