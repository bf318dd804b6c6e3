package azure

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/control"
)

// ControlHandler serves out-of-band changes over HTTP, all bodies being JSON:
//
//	GET    /gateways   {"gateways":[…]}, ordered by id
//	PUT    /gateways   adds a gateway, or replaces the one of the same id
//	DELETE /gateways   removes the one that ?id= names by its ARM id
//	PUT    /operation  how operations go of gateways that say nothing of their own
//
// A gateway is {"subscription_id","resource_group","name","location",
// "without_bgp","exclusive","rows","operation"}, with the meanings of [Gateway]; a row is
// {"local_address","neighbor","asn","life":[{"state","for"}],"since","routes",
// "message_interval","json"}, and an operation {"style","ending","delay",
// "retry_after","error"}. Durations are strings such as "250ms".
func (s *Service) ControlHandler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /gateways", func(w http.ResponseWriter, _ *http.Request) {
		control.WriteJSON(w, http.StatusOK, map[string]any{"gateways": s.Gateways()})
	})
	mux.HandleFunc("PUT /gateways", func(w http.ResponseWriter, r *http.Request) {
		var g Gateway
		if err := control.ReadJSON(r, &g); err != nil {
			control.WriteError(w, http.StatusBadRequest, err)
			return
		}
		if err := g.validate(); err != nil {
			control.WriteError(w, http.StatusBadRequest, err)
			return
		}
		s.AddGateway(g)
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("DELETE /gateways", func(w http.ResponseWriter, r *http.Request) {
		if id := r.URL.Query().Get("id"); !s.RemoveGateway(id) {
			control.WriteError(w, http.StatusNotFound, fmt.Errorf("there is no gateway %q", id))
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("PUT /operation", func(w http.ResponseWriter, r *http.Request) {
		var form operationJSON
		if err := control.ReadJSON(r, &form); err != nil {
			control.WriteError(w, http.StatusBadRequest, err)
			return
		}
		operation := form.operation()
		if err := operation.Validate(); err != nil {
			control.WriteError(w, http.StatusBadRequest, err)
			return
		}
		s.SetOperation(operation)
		w.WriteHeader(http.StatusNoContent)
	})
	return control.JSONErrors(mux)
}

func (g Gateway) validate() error {
	for _, part := range []string{g.SubscriptionID, g.ResourceGroup, g.Name} {
		if part == "" || strings.Contains(part, "/") {
			return errors.New("a gateway needs subscription_id, resource_group and name, without slashes")
		}
	}
	if g.Operation != nil {
		return g.Operation.Validate()
	}
	return nil
}

// Validate says what is wrong with an operation, if anything.
func (operation Operation) Validate() error {
	switch {
	case operation.Style != "" && !slices.Contains(Styles, operation.Style):
		return fmt.Errorf("%q is not a style of operations; there are %v", operation.Style, Styles)
	case operation.Ending != "" && !slices.Contains(Endings, operation.Ending):
		return fmt.Errorf("%q is not an ending of operations; there are %v", operation.Ending, Endings)
	case operation.Delay < 0 || operation.RetryAfter < 0:
		return errors.New("delay and retry_after of an operation cannot be negative")
	}
	return nil
}

func (form operationJSON) operation() Operation {
	return Operation{
		Style: form.Style, Ending: form.Ending, Delay: time.Duration(form.Delay),
		RetryAfter: time.Duration(form.RetryAfter), Error: form.Error,
	}
}
