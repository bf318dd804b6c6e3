package azure

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/control"
)

// ControlHandler serves out-of-band changes over HTTP, all bodies being JSON:
//
//	GET    /gateways        {"gateways":[…]}, ordered by id
//	PUT    /gateways        adds a gateway, or replaces the one of the same id
//	PATCH  /gateways        changes, of the one that ?id= names by its ARM id, the members in the body
//	DELETE /gateways        removes the one that ?id= names
//	…      /route-servers   the same, of Route Servers; the list is {"route_servers":[…]}
//	PUT    /operation       how operations go of gateways and Route Servers without an operation of their own
//
// Gateways and Route Servers are as [Gateway] and [RouteServer] say. A row is
// {"local_address","neighbor","asn","life":[{"state","for"}],"since","learned",
// "routes","advertised","message_interval","json"}, with the meanings of [Row],
// a route is as [Route] says, and an operation is {"style","ending","delay",
// "retry_after","error"}. Durations are strings such as "250ms".
func (s *Service) ControlHandler() http.Handler {
	mux := http.NewServeMux()
	serveResources(mux, s, "gateway", "/gateways", "gateways", s.Gateways, s.AddGateway, s.RemoveGateway)
	serveResources(mux, s, "Route Server", "/route-servers", "route_servers", s.RouteServers, s.AddRouteServer, s.RemoveRouteServer)
	mux.HandleFunc("PUT /operation", func(w http.ResponseWriter, r *http.Request) {
		var operation Operation
		if err := control.ReadJSON(r, &operation); err != nil {
			control.WriteError(w, http.StatusBadRequest, err)
			return
		}
		if err := operation.Validate(); err != nil {
			control.WriteError(w, http.StatusBadRequest, err)
			return
		}
		s.SetOperation(operation)
		w.WriteHeader(http.StatusNoContent)
	})
	return control.JSONErrors(mux)
}

// serveResources serves the resources of one kind.
func serveResources[T any, P kept[T]](mux *http.ServeMux, s *Service, kind, path, list string, all func() []T, put func(T), remove func(id string) bool) {
	missing := func(w http.ResponseWriter, id string) {
		control.WriteError(w, http.StatusNotFound, fmt.Errorf("there is no %s %q", kind, id))
	}
	read := func(w http.ResponseWriter, r *http.Request, resource *T) bool {
		err := control.ReadJSON(r, resource)
		if err == nil {
			err = check[T, P](s, *resource)
		}
		if err != nil {
			control.WriteError(w, http.StatusBadRequest, err)
		}
		return err == nil
	}
	mux.HandleFunc("GET "+path, func(w http.ResponseWriter, _ *http.Request) {
		control.WriteJSON(w, http.StatusOK, map[string]any{list: all()})
	})
	mux.HandleFunc("PUT "+path, func(w http.ResponseWriter, r *http.Request) {
		var resource T
		if read(w, r, &resource) {
			put(resource)
			w.WriteHeader(http.StatusNoContent)
		}
	})
	mux.HandleFunc("PATCH "+path, func(w http.ResponseWriter, r *http.Request) {
		id := r.URL.Query().Get("id")
		resources := all()
		i := slices.IndexFunc(resources, func(resource T) bool { return strings.EqualFold(P(&resource).ID(), id) })
		if i < 0 {
			missing(w, id)
			return
		}
		if !read(w, r, &resources[i]) {
			return
		}
		if changed := P(&resources[i]).ID(); !strings.EqualFold(changed, id) {
			control.WriteError(w, http.StatusBadRequest, fmt.Errorf("the %s cannot become %q", kind, changed))
			return
		}
		put(resources[i])
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("DELETE "+path, func(w http.ResponseWriter, r *http.Request) {
		id := r.URL.Query().Get("id")
		if !remove(id) {
			missing(w, id)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
}

func (g Gateway) validate() error {
	if err := validateName("gateway", g.SubscriptionID, g.ResourceGroup, g.Name); err != nil {
		return err
	}
	return errors.Join(validateRows(g.Rows), g.Operation.validate())
}

func (r RouteServer) validate() error {
	if err := validateName("Route Server", r.SubscriptionID, r.ResourceGroup, r.Name); err != nil {
		return err
	}
	names := map[string]bool{}
	for _, peering := range r.Peerings {
		name := strings.ToLower(peering.Name)
		if name == "" || strings.Contains(name, "/") || names[name] {
			return fmt.Errorf("a peering needs a name of its own, without slashes: %q", peering.Name)
		}
		names[name] = true
		if err := validateRows(peering.Rows); err != nil {
			return err
		}
	}
	return r.Operation.validate()
}

func validateName(kind string, parts ...string) error {
	for _, part := range parts {
		if part == "" || strings.Contains(part, "/") {
			return fmt.Errorf("a %s needs subscription_id, resource_group and name, without slashes", kind)
		}
	}
	return nil
}

func validateRows(rows []Row) error {
	for i, row := range rows {
		if row.Routes < 0 || row.Routes > MaxMadeUpRoutes {
			return fmt.Errorf("row %d: routes is from 0 to %d", i+1, MaxMadeUpRoutes)
		}
		if row.MessageInterval < 0 {
			return fmt.Errorf("row %d: message_interval cannot be negative", i+1)
		}
		for _, stage := range row.Life {
			if stage.State == "" || stage.For < 0 {
				return fmt.Errorf("row %d: a stage of a life needs a state, and its duration cannot be negative", i+1)
			}
		}
	}
	return nil
}

func (operation *Operation) validate() error {
	if operation == nil {
		return nil
	}
	return operation.Validate()
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
