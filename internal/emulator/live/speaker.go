package live

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"net/netip"
	"slices"

	"github.com/osrg/gobgp/v4/api"
	"github.com/osrg/gobgp/v4/pkg/apiutil"
	packet "github.com/osrg/gobgp/v4/pkg/packet/bgp"
	"github.com/osrg/gobgp/v4/pkg/server"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/bgp"
)

// connectRetry is how many seconds a speaker waits before it dials again.
const connectRetry = 2

// neighbor is what a speaker is configured with for one session.
type neighbor struct {
	id                  string         // another one is another session
	address             string         // in the model
	at                  netip.AddrPort // where the neighbor listens
	localASN, peerASN   uint32
	key                 string // the MD5 key, "" for none
	holdTime, keepalive uint64 // seconds
	passive             bool   // leaves the dialing to the neighbor
}

var states = map[api.PeerState_SessionState]bgp.State{
	api.PeerState_SESSION_STATE_IDLE:        bgp.StateIdle,
	api.PeerState_SESSION_STATE_CONNECT:     bgp.StateConnect, // never: gobgp dials in Active
	api.PeerState_SESSION_STATE_ACTIVE:      bgp.StateActive,
	api.PeerState_SESSION_STATE_OPENSENT:    bgp.StateOpenSent,
	api.PeerState_SESSION_STATE_OPENCONFIRM: bgp.StateOpenConfirm,
	api.PeerState_SESSION_STATE_ESTABLISHED: bgp.StateEstablished,
}

// speaker is a BGP speaker at an address of its own. It announces its own
// prefixes to every neighbor, and nothing that it learned. Its methods may be
// called concurrently, except configure and announce, which have one caller.
type speaker struct {
	at      netip.AddrPort
	nextHop netip.Addr // of what it announces
	server  *server.BgpServer

	neighbors map[netip.Addr]neighbor
	prefixes  map[netip.Prefix]bool
}

// startSpeaker starts a speaker without neighbors. Speakers must be started one
// after the other, before any has a neighbor: gobgp writes variables of the
// whole process at start (table.SelectionOptions) that sessions read.
func startSpeaker(ctx context.Context, at netip.AddrPort, asn uint32, routerID, nextHop netip.Addr, log *slog.Logger) (_ *speaker, err error) {
	// The level is what lets gobgp drop what the logger would not show.
	s := &speaker{
		at: at, nextHop: nextHop, server: server.NewBgpServer(server.LoggerOption(log, new(slog.LevelVar))),
		neighbors: map[netip.Addr]neighbor{}, prefixes: map[netip.Prefix]bool{},
	}
	go s.server.Serve()
	defer func() {
		if err != nil {
			s.stop()
		}
	}()
	if err := s.server.StartBgp(ctx, &api.StartBgpRequest{Global: &api.Global{
		Asn: asn, RouterId: routerID.String(), ListenPort: int32(at.Port()), ListenAddresses: []string{at.Addr().String()},
		Families: []uint32{0}, // gobgp's number for IPv4 unicast alone; tables of all families take 10 MiB a speaker
	}}); err != nil {
		return nil, fmt.Errorf("starting a BGP speaker at %s: %w", at, err)
	}
	return s, s.announceOwnOnly(ctx)
}

// announceOwnOnly makes the speaker announce what it originates and nothing that
// it learned.
func (s *speaker) announceOwnOnly(ctx context.Context) error {
	own := &api.Policy{Name: "own", Statements: []*api.Statement{{
		Name:       "own",
		Conditions: &api.Conditions{RouteType: api.Conditions_ROUTE_TYPE_LOCAL},
		Actions:    &api.Actions{RouteAction: api.RouteAction_ROUTE_ACTION_ACCEPT},
	}}}
	if err := s.server.AddPolicy(ctx, &api.AddPolicyRequest{Policy: own}); err != nil {
		return fmt.Errorf("adding the export policy: %w", err)
	}
	if err := s.server.SetPolicyAssignment(ctx, &api.SetPolicyAssignmentRequest{Assignment: &api.PolicyAssignment{
		Name: "global", Direction: api.PolicyDirection_POLICY_DIRECTION_EXPORT,
		Policies: []*api.Policy{{Name: own.GetName()}}, DefaultAction: api.RouteAction_ROUTE_ACTION_REJECT,
	}}); err != nil {
		return fmt.Errorf("assigning the export policy: %w", err)
	}
	return nil
}

func (s *speaker) stop() { s.server.Stop() }

// configure makes the speaker have these neighbors. One that changed starts its
// session again; begin is called before.
func (s *speaker) configure(ctx context.Context, want []neighbor, begin func(neighbor)) error {
	wanted := map[netip.Addr]neighbor{}
	for _, n := range want {
		wanted[n.at.Addr()] = n
	}
	for _, address := range slices.SortedFunc(maps.Keys(s.neighbors), netip.Addr.Compare) {
		if wanted[address] == s.neighbors[address] {
			continue
		}
		if err := s.removeNeighbor(ctx, s.neighbors[address]); err != nil {
			return err
		}
		delete(s.neighbors, address)
	}
	for _, address := range slices.SortedFunc(maps.Keys(wanted), netip.Addr.Compare) {
		if _, there := s.neighbors[address]; there {
			continue
		}
		n := wanted[address]
		begin(n)
		if err := s.server.AddPeer(ctx, &api.AddPeerRequest{Peer: s.peer(n, n.key)}); err != nil {
			return fmt.Errorf("adding neighbor %s: %w", n.at, err)
		}
		s.neighbors[address] = n
	}
	return nil
}

// removeNeighbor ends a session. gobgp 4.8.0 takes the MD5 key off its listening
// socket only where the neighbor is changed, not where it is deleted.
func (s *speaker) removeNeighbor(ctx context.Context, n neighbor) error {
	if n.key != "" {
		if _, err := s.server.UpdatePeer(ctx, &api.UpdatePeerRequest{Peer: s.peer(n, "")}); err != nil {
			return fmt.Errorf("removing the key of neighbor %s: %w", n.at, err)
		}
	}
	if err := s.server.DeletePeer(ctx, &api.DeletePeerRequest{Address: n.at.Addr().String()}); err != nil {
		return fmt.Errorf("removing neighbor %s: %w", n.at, err)
	}
	return nil
}

func (s *speaker) peer(n neighbor, key string) *api.Peer {
	return &api.Peer{
		Conf: &api.PeerConf{
			NeighborAddress: n.at.Addr().String(), LocalAsn: n.localASN, PeerAsn: n.peerASN, AuthPassword: key,
		},
		Timers: &api.Timers{Config: &api.TimersConfig{
			ConnectRetry: connectRetry, HoldTime: n.holdTime, KeepaliveInterval: n.keepalive,
		}},
		Transport: &api.Transport{
			LocalAddress: s.at.Addr().String(), RemotePort: uint32(n.at.Port()), PassiveMode: n.passive,
		},
		// Routers take a neighbor on loopback for one some hops away.
		EbgpMultihop: &api.EbgpMultihop{Enabled: true, MultihopTtl: 64},
		AfiSafis: []*api.AfiSafi{{Config: &api.AfiSafiConfig{
			Family: apiutil.ToApiFamily(packet.AFI_IP, packet.SAFI_UNICAST), Enabled: true,
		}}},
	}
}

// announce makes the speaker announce these IPv4 prefixes and no others.
func (s *speaker) announce(want []netip.Prefix) error {
	wanted := map[netip.Prefix]bool{}
	for _, prefix := range want {
		wanted[prefix] = true
	}
	for prefix := range s.prefixes {
		if wanted[prefix] {
			continue
		}
		path, err := s.path(prefix)
		if err == nil {
			err = s.server.DeletePath(apiutil.DeletePathRequest{Paths: []*apiutil.Path{path}})
		}
		if err != nil {
			return fmt.Errorf("withdrawing %s: %w", prefix, err)
		}
		delete(s.prefixes, prefix)
	}
	for prefix := range wanted {
		if s.prefixes[prefix] {
			continue
		}
		path, err := s.path(prefix)
		if err == nil {
			_, err = s.server.AddPath(apiutil.AddPathRequest{Paths: []*apiutil.Path{path}})
		}
		if err != nil {
			return fmt.Errorf("announcing %s: %w", prefix, err)
		}
		s.prefixes[prefix] = true
	}
	return nil
}

func (s *speaker) path(prefix netip.Prefix) (*apiutil.Path, error) {
	nlri, err := packet.NewIPAddrPrefix(prefix)
	if err != nil {
		return nil, err
	}
	nextHop, err := packet.NewPathAttributeNextHop(s.nextHop)
	if err != nil {
		return nil, err
	}
	return &apiutil.Path{
		Family: packet.RF_IPv4_UC, Nlri: nlri,
		Attrs: []packet.PathAttributeInterface{packet.NewPathAttributeOrigin(packet.BGP_ORIGIN_ATTR_TYPE_IGP), nextHop},
	}, nil
}

// session reads how the session with a neighbor stands. There is none where the
// speaker has no such neighbor. Since is set of an Established one only. A route
// with this side's own ASN in its AS path is received, but not accepted (LIVE-004).
func (s *speaker) session(ctx context.Context, address netip.Addr) (stands bgp.Session, accepted int64, found bool) {
	// The only error is the end of ctx or of the speaker.
	_ = s.server.ListPeer(ctx, &api.ListPeerRequest{Address: address.String(), EnableAdvertised: true}, func(p *api.Peer) {
		found = true
		messages := p.GetState().GetMessages()
		counters := bgp.Counters{
			MessagesSent: count(messages.GetSent().GetTotal()), MessagesReceived: count(messages.GetReceived().GetTotal()),
		}
		for _, family := range p.GetAfiSafis() {
			counters.RoutesReceived += count(family.GetState().GetReceived())
			accepted += count(family.GetState().GetAccepted())
			counters.RoutesAdvertised += count(family.GetState().GetAdvertised())
		}
		stands = bgp.Session{State: states[p.GetState().GetSessionState()], Counters: &counters}
		if stands.State == bgp.StateEstablished {
			stands.Since = p.GetTimers().GetState().GetUptime().AsTime()
		}
	})
	return stands, accepted, found
}

func count(n uint64) int64 { return int64(n) } //nolint:gosec // nothing counts that far

// routes lists the routes that a neighbor announces, without those that have this
// side's own ASN in their AS path, or the routes that it is told.
func (s *speaker) routes(address netip.Addr, own int64, direction bgp.Direction) []bgp.Route {
	table := api.TableType_TABLE_TYPE_ADJ_IN
	if direction == bgp.Advertised {
		table = api.TableType_TABLE_TYPE_ADJ_OUT
	}
	var routes []bgp.Route
	// An error says that there is no such neighbor.
	_ = s.server.ListPath(apiutil.ListPathRequest{TableType: table, Name: address.String(), Family: packet.RF_IPv4_UC},
		func(nlri packet.NLRI, paths []*apiutil.Path) {
			prefix, err := netip.ParsePrefix(nlri.String())
			if err != nil {
				return // not of this family
			}
			for _, path := range paths {
				r := newRoute(prefix, path.Attrs)
				if direction == bgp.Advertised || !slices.Contains(r.ASPath, own) {
					routes = append(routes, r)
				}
			}
		})
	slices.SortFunc(routes, func(a, b bgp.Route) int { return a.Prefix.Compare(b.Prefix) })
	return routes
}

func newRoute(prefix netip.Prefix, attributes []packet.PathAttributeInterface) bgp.Route {
	r := bgp.Route{Prefix: prefix}
	for _, attribute := range attributes {
		switch a := attribute.(type) {
		case *packet.PathAttributeNextHop:
			r.NextHop = a.Value
		case *packet.PathAttributeOrigin:
			r.Origin = bgp.Origin(a.Value)
		case *packet.PathAttributeAsPath:
			for _, segment := range a.Value {
				for _, asn := range segment.GetAS() {
					r.ASPath = append(r.ASPath, int64(asn))
				}
			}
		}
	}
	return r
}
