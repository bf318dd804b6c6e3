package bgproutes

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/azure"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/rows"
)

// route is one row of the result.
type route struct {
	azure.Route

	asns []int64 // nil where the path cannot be read
}

// columns are the columns of a row.
var columns = rows.Columns[route]{
	rows.String("network", "The prefix, such as `10.50.0.0/16`. A prefix has one row for each path to it.", func(r *route) *string { return r.Network }),
	rows.String("next_hop", "The address that the traffic goes to. Null for the gateway's own networks.", func(r *route) *string { return r.NextHop }),
	rows.String("local_address", "The address of the gateway, or of the Route Server's instance, that has the row.", func(r *route) *string { return r.LocalAddress }),
	rows.String("source_peer", "The address of the peer that the route was learned from. For the gateway's own networks it is the gateway's address. Null in advertised rows.",
		func(r *route) *string { return r.SourcePeer }),
	rows.String("origin", "The origin of the route: `EBgp`, `IBgp` or `Network` (the gateway's own) in learned rows, `Igp` or `Incomplete` in advertised rows. "+
		"Other values of the service are passed through.", func(r *route) *string { return r.Origin }),
	rows.String("as_path", "The AS path as the service sends it: AS numbers joined by hyphens, nearest first, such as `12076-64512`. `\"\"` is an empty path.",
		func(r *route) *string { return r.ASPath }),
	rows.Int64s("as_path_asns", "The AS path as numbers, nearest first, with prepended ones repeated. The last one is where the network originates. "+
		"An empty path is an empty list; a path that cannot be parsed is null.", func(r *route) []int64 { return r.asns }),
	rows.Int64("weight", "The weight of the route.", func(r *route) *int64 { return r.Weight }),
	rows.String("instance", "The instance of the Route Server that has the row, such as `RouteServiceRole_IN_0`. Null for a gateway.",
		func(r *route) *string { return r.Instance }),
}

// placed is a row of a table with what orders it: network, local address, source peer,
// next hop, and the other fields.
type placed struct {
	row   *azure.Route
	place [6]rows.Rank
}

// newRoutes returns the rows of a table that match the filter, in order.
func newRoutes(ctx context.Context, table []azure.Route, wanted filter) []route {
	ordered := make([]placed, 0, len(table))
	for i := range table {
		if r := &table[i]; wanted.lets(r) {
			ordered = append(ordered, placed{r, [6]rows.Rank{
				rows.RankPrefix(r.Network), rows.RankAddress(r.LocalAddress), rows.RankAddress(r.SourcePeer), rows.RankAddress(r.NextHop),
				rows.RankText(r.Instance), rows.RankText(r.ASPath),
			}})
		}
	}
	slices.SortFunc(ordered, inOrder)
	routes := make([]route, len(ordered))
	unreadable := ""
	for i, each := range ordered {
		asns, ok := each.row.ASNs()
		if !ok && each.row.ASPath != nil {
			unreadable = *each.row.ASPath
		}
		routes[i] = route{*each.row, asns}
	}
	if unreadable != "" {
		tflog.Warn(ctx, "AS paths that are not numbers joined by hyphens have as_path_asns null", map[string]any{"example": unreadable})
	}
	return routes
}

// inOrder orders rows by their places.
func inOrder(a, b placed) int {
	for i := range a.place {
		if order := a.place[i].Compare(b.place[i]); order != 0 {
			return order
		}
	}
	return 0
}
