package alibabacloud

import (
	"cmp"
	"crypto/rand"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"
)

// VBR is a virtual border router. The API's operations here do not make any:
// tests and the emulator's world do.
type VBR struct {
	ID       string    `json:"id"`
	RegionID string    `json:"region_id"`
	Circuits []Circuit `json:"circuits,omitempty"`
	// IPv6 is enabled on the VBR.
	IPv6 bool `json:"ipv6,omitempty"`
	// Inactive makes its status one in which nothing can be done with it.
	Inactive bool `json:"inactive,omitempty"`
	// AccessDevice is the device the VBR stands on; "" is one of its own. VBRs
	// on the same device share its BFD sessions and its peers' addresses.
	AccessDevice string `json:"access_device,omitempty"`
	// Quotas of this VBR; zero values are the service's.
	Quotas Quotas `json:"quotas,omitzero"`
	// Defect, if any, is why no peer can be created on it.
	Defect Defect `json:"defect,omitempty"`
	// Prefixes are what it announces to its peers beside its BGP networks, as
	// a VBR does that learned them from elsewhere (ALI-034).
	Prefixes []netip.Prefix `json:"prefixes,omitempty"`
}

// Circuit is one connection of a VBR, a sub-interface of a physical
// connection, with the addresses of both sides.
type Circuit struct {
	PhysicalConnectionID string `json:"physical_connection_id,omitempty"`
	LocalIPAddress       string `json:"local_ip_address,omitempty"` // the VBR's
	PeerIPAddress        string `json:"peer_ip_address,omitempty"`
	PeerIPv6Address      string `json:"peer_ipv6_address,omitempty"`
}

// Quotas limit what can be created: 0 is the default, negative is nothing at
// all. Documented are 8 peers and 110 routes; the others have no limit unless
// one is set (ALI-041).
type Quotas struct {
	PeersPerVBR          int `json:"peers_per_vbr,omitempty"`
	GroupsPerVBR         int `json:"groups_per_vbr,omitempty"`
	NetworksPerVBR       int `json:"networks_per_vbr,omitempty"`
	NQAsPerVBR           int `json:"nqas_per_vbr,omitempty"` // one for each peer without BFD, ALI-042
	BFDSessions          int `json:"bfd_sessions,omitempty"` // of all VBRs together
	BFDSessionsPerDevice int `json:"bfd_sessions_per_device,omitempty"`
	RoutesPerPeer        int `json:"routes_per_peer,omitempty"`
}

func (q Quotas) orDefaults(d Quotas) Quotas {
	return Quotas{
		PeersPerVBR:          cmp.Or(q.PeersPerVBR, d.PeersPerVBR),
		GroupsPerVBR:         cmp.Or(q.GroupsPerVBR, d.GroupsPerVBR),
		NetworksPerVBR:       cmp.Or(q.NetworksPerVBR, d.NetworksPerVBR),
		NQAsPerVBR:           cmp.Or(q.NQAsPerVBR, d.NQAsPerVBR),
		BFDSessions:          cmp.Or(q.BFDSessions, d.BFDSessions),
		BFDSessionsPerDevice: cmp.Or(q.BFDSessionsPerDevice, d.BFDSessionsPerDevice),
		RoutesPerPeer:        cmp.Or(q.RoutesPerPeer, d.RoutesPerPeer),
	}
}

// reached reports whether count leaves no room for one more under quota.
func reached(count, quota int) bool { return quota != 0 && count >= quota }

// exceeded reports whether count is over quota already.
func exceeded(count, quota int) bool { return quota != 0 && count > max(quota, 0) }

// Defect is a state of a VBR, outside of what this API can change, for which
// CreateBgpPeer documents an error (ALI-043).
type Defect string

// The defects, by the error they cause.
const (
	DefectNoAccessDevice       Defect = "no access device"         // InvalidAccessDeviceId.NotFound
	DefectNoConnection         Defect = "no connection"            // InvalidParams.NotFound, instance not found
	DefectNoVPC                Defect = "no VPC"                   // InvalidParams.NotFound, vpc instance not found
	DefectTrafficNotEnabled    Defect = "traffic not enabled"      // OperationFailed.PconnTrafficNotEnable
	DefectVPConn               Defect = "hosted connection"        // UnsupportedFeature.Vpconn
	DefectLocalIPDuplicated    Defect = "duplicate local address"  // DuplicatedParam.LocalIpAddress
	DefectLocalIPv6Duplicated  Defect = "duplicate local IPv6"     // DuplicatedParam.LocalIpv6Address
	DefectGatewayMaskInvalid   Defect = "invalid gateway mask"     // IllegalParam.LocalGatewayIpAndMask
	DefectIPv6SubnetMaskBroken Defect = "invalid IPv6 subnet mask" // IllegalParam.PeeringIpv6SubnetMask
)

var defectErrors = map[Defect]*apiError{
	DefectNoAccessDevice:       errAccessDeviceNotFound,
	DefectNoConnection:         errNotFound,
	DefectNoVPC:                errVPCNotFound,
	DefectTrafficNotEnabled:    errTrafficNotEnabled,
	DefectVPConn:               errVPConn,
	DefectLocalIPDuplicated:    errLocalIPDuplicated,
	DefectLocalIPv6Duplicated:  errLocalIPv6Duplicated,
	DefectGatewayMaskInvalid:   errGatewayMask,
	DefectIPv6SubnetMaskBroken: errIPv6Mask,
}

// Group is a BGP group.
type Group struct {
	ID          string    `json:"id"`
	RouterID    string    `json:"router_id"` // the VBR's id
	Name        string    `json:"name,omitempty"`
	Description string    `json:"description,omitempty"`
	AuthKey     string    `json:"auth_key,omitempty"` // the MD5 key: a secret
	PeerASN     int64     `json:"peer_asn"`
	LocalASN    int64     `json:"local_asn,omitempty"` // default 45104
	IsFakeASN   bool      `json:"is_fake_asn,omitempty"`
	IPVersion   string    `json:"ip_version,omitempty"` // IPv4, the default, or IPv6
	RouteQuota  int64     `json:"route_quota,omitempty"`
	Hold        int64     `json:"hold,omitempty"`      // seconds, default 30
	Keepalive   int64     `json:"keepalive,omitempty"` // seconds, default 10
	IsDefault   bool      `json:"is_default,omitempty"`
	Status      Status    `json:"status,omitempty"` // default Available
	StatusSince time.Time `json:"status_since,omitzero"`
}

// Peer is a BGP peer.
type Peer struct {
	ID            string `json:"id"`
	GroupID       string `json:"group_id"`
	PeerIPAddress string `json:"peer_ip_address,omitempty"`
	IPVersion     string `json:"ip_version,omitempty"` // IPv4, the default, or IPv6
	EnableBFD     bool   `json:"enable_bfd,omitempty"`
	BFDMultiHop   int64  `json:"bfd_multi_hop,omitempty"`

	Status      Status    `json:"status,omitempty"` // default Available
	StatusSince time.Time `json:"status_since,omitzero"`
	// HoldStatus keeps the status as it is, whatever the delays.
	HoldStatus bool `json:"hold_status,omitempty"`

	Session      SessionState `json:"session,omitempty"` // default Idle
	SessionSince time.Time    `json:"session_since,omitzero"`
	// HoldSession keeps the session as it is, whatever the delays.
	HoldSession bool `json:"hold_session,omitempty"`

	// AdvertisedRoutes and ReceivedRoutes are the route counts of an
	// Established session; 0 counts what crosses it (ALI-034).
	AdvertisedRoutes int64     `json:"advertised_routes,omitempty"`
	ReceivedRoutes   int64     `json:"received_routes,omitempty"`
	ModifiedAt       time.Time `json:"modified_at,omitzero"`
}

// Network is an advertised BGP network of a VBR.
type Network struct {
	RouterID    string    `json:"router_id"`
	CIDR        string    `json:"cidr"`
	VPCID       string    `json:"vpc_id,omitempty"`
	Status      Status    `json:"status,omitempty"` // default Available
	StatusSince time.Time `json:"status_since,omitzero"`
}

// VPC is a virtual private cloud that a network may name.
type VPC struct {
	ID       string `json:"id"`
	RegionID string `json:"region_id"`
}

// table keeps rows in the order in which they were made, in which lists show
// them (ALI-073), and by id.
type table[T any] struct {
	byID  map[string]*T
	order []*T
}

func newTable[T any]() table[T] { return table[T]{byID: map[string]*T{}} }

func (t *table[T]) put(id string, row T) {
	if old := t.byID[id]; old != nil {
		*old = row
		return
	}
	t.byID[id] = &row
	t.order = append(t.order, &row)
}

func (t *table[T]) remove(id string) bool {
	row := t.byID[id]
	if row == nil {
		return false
	}
	delete(t.byID, id)
	t.order = slices.DeleteFunc(t.order, func(other *T) bool { return other == row })
	return true
}

// only returns the row with an id, or none.
func (t *table[T]) only(id string) []*T {
	if row := t.byID[id]; row != nil {
		return []*T{row}
	}
	return nil
}

// store is everything that the service holds.
type store struct {
	vbrs     table[VBR]
	vpcs     table[VPC]
	groups   table[Group]
	peers    table[Peer]
	networks table[Network] // by networkKey
}

func newStore() store {
	return store{newTable[VBR](), newTable[VPC](), newTable[Group](), newTable[Peer](), newTable[Network]()}
}

func networkKey(routerID, cidr string) string { return routerID + " " + cidr }

// newID makes an id of the form that the API's have.
func newID(prefix string) string {
	return prefix + strings.ToLower(rand.Text()[:21])
}

// settleAll brings everything to where it is by now, and lets go of what is
// deleted.
func (s *Service) settleAll(now time.Time) {
	there := func(status Status, since time.Time) bool {
		return status != Deleted || s.lingerDeleted < 0 || now.Before(since.Add(s.lingerDeleted))
	}
	s.store.peers.settle(func(p *Peer) bool {
		s.settle(p, now)
		return there(p.Status, p.StatusSince)
	}, func(p *Peer) string { return p.ID })
	s.store.groups.settle(func(g *Group) bool {
		g.Status, g.StatusSince = advance(s.statusStages.group, g.Status, g.StatusSince, now)
		return there(g.Status, g.StatusSince)
	}, func(g *Group) string { return g.ID })
	s.store.networks.settle(func(n *Network) bool {
		n.Status, n.StatusSince = advance(s.statusStages.network, n.Status, n.StatusSince, now)
		return there(n.Status, n.StatusSince)
	}, func(n *Network) string { return networkKey(n.RouterID, n.CIDR) })
}

// settle calls keep for every row and removes those it refuses.
func (t *table[T]) settle(keep func(*T) bool, id func(*T) string) {
	t.order = slices.DeleteFunc(t.order, func(row *T) bool {
		if keep(row) {
			return false
		}
		delete(t.byID, id(row))
		return true
	})
}

// AddVBR adds a VBR or replaces the one with its id.
func (s *Service) AddVBR(v VBR) {
	s.mu.Lock()
	defer s.mu.Unlock()
	must(s.putVBR(&s.store, v))
}

func (s *Service) putVBR(st *store, v VBR) error {
	if v.ID == "" {
		return fmt.Errorf("a VBR needs an id")
	}
	if _, known := s.region(v.RegionID); !known {
		return fmt.Errorf("VBR %s: there is no region %q", v.ID, v.RegionID)
	}
	if v.Defect != "" && defectErrors[v.Defect] == nil {
		return fmt.Errorf("VBR %s: %q is not a defect", v.ID, v.Defect)
	}
	st.vbrs.put(v.ID, v)
	return nil
}

// AddVPC adds a VPC for networks to name.
func (s *Service) AddVPC(v VPC) {
	s.mu.Lock()
	defer s.mu.Unlock()
	must(s.putVPC(&s.store, v))
}

func (s *Service) putVPC(st *store, v VPC) error {
	if v.ID == "" {
		return fmt.Errorf("a VPC needs an id")
	}
	if _, known := s.region(v.RegionID); !known {
		return fmt.Errorf("VPC %s: there is no region %q", v.ID, v.RegionID)
	}
	st.vpcs.put(v.ID, v)
	return nil
}

// AddGroup adds a group or replaces the one with its id, whatever the API's
// rules. It panics where the group has no id or its VBR does not exist.
func (s *Service) AddGroup(g Group) {
	s.mu.Lock()
	defer s.mu.Unlock()
	must(s.putGroup(&s.store, g))
}

func (s *Service) putGroup(st *store, g Group) error {
	if g.ID == "" {
		return fmt.Errorf("a group needs an id")
	}
	if st.vbrs.byID[g.RouterID] == nil {
		return fmt.Errorf("group %s: there is no VBR %q", g.ID, g.RouterID)
	}
	g.LocalASN = cmp.Or(g.LocalASN, aliyunASN)
	g.IPVersion = cmp.Or(g.IPVersion, "IPv4")
	g.RouteQuota = cmp.Or(g.RouteQuota, defaultRouteQuota)
	g.Hold = cmp.Or(g.Hold, defaultHold)
	g.Keepalive = cmp.Or(g.Keepalive, defaultKeepalive)
	g.Status = cmp.Or(g.Status, Available)
	if err := errors.Join(checkOne("status", g.Status, statuses), checkOne("ip_version", g.IPVersion, ipVersions)); err != nil {
		return fmt.Errorf("group %s: %w", g.ID, err)
	}
	if g.StatusSince.IsZero() {
		g.StatusSince = s.now()
	}
	if before := st.groups.byID[g.ID]; before != nil {
		restampGroup(before, &g, s.now())
	}
	st.groups.put(g.ID, g)
	return nil
}

// Groups returns all groups in the order in which they were made.
func (s *Service) Groups() []Group {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settleAll(s.now())
	return values(s.store.groups.order)
}

// PutNetwork adds a network or replaces the one of the same VBR and prefix,
// whatever the API's rules. It panics where the VBR does not exist or the
// prefix is none.
func (s *Service) PutNetwork(n Network) {
	s.mu.Lock()
	defer s.mu.Unlock()
	must(s.putNetwork(&s.store, n))
}

func (s *Service) putNetwork(st *store, n Network) error {
	if st.vbrs.byID[n.RouterID] == nil {
		return fmt.Errorf("network %s: there is no VBR %q", n.CIDR, n.RouterID)
	}
	prefix, err := netip.ParsePrefix(n.CIDR)
	if err != nil {
		return fmt.Errorf("a network needs a prefix: %w", err)
	}
	n.CIDR = prefix.Masked().String()
	n.Status = cmp.Or(n.Status, Available)
	if err := checkOne("status", n.Status, statuses); err != nil {
		return fmt.Errorf("network %s: %w", n.CIDR, err)
	}
	if n.StatusSince.IsZero() {
		n.StatusSince = s.now()
	}
	st.networks.put(networkKey(n.RouterID, n.CIDR), n)
	return nil
}

// RemoveNetwork makes a network vanish and reports whether there was one.
func (s *Service) RemoveNetwork(routerID, cidr string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.store.networks.remove(networkKey(routerID, cidr))
}

// Networks returns all networks in the order in which they were made.
func (s *Service) Networks() []Network {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settleAll(s.now())
	return values(s.store.networks.order)
}

// Peers returns all peers in the order in which they were made, those
// included that linger as Deleted.
func (s *Service) Peers() []Peer {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settleAll(s.now())
	return values(s.store.peers.order)
}

// Peer returns a peer.
func (s *Service) Peer(id string) (Peer, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settleAll(s.now())
	if p := s.store.peers.byID[id]; p != nil {
		return *p, true
	}
	return Peer{}, false
}

// PutPeer adds a peer or replaces the one with its id, whatever the API's
// rules. It panics where the peer has no id or its group does not exist.
func (s *Service) PutPeer(p Peer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	must(s.putPeer(&s.store, p))
}

func (s *Service) putPeer(st *store, p Peer) error {
	if p.ID == "" {
		return fmt.Errorf("a peer needs an id")
	}
	if st.groups.byID[p.GroupID] == nil {
		return fmt.Errorf("peer %s: there is no group %q", p.ID, p.GroupID)
	}
	now := s.now()
	p.IPVersion = cmp.Or(p.IPVersion, "IPv4")
	p.Status = cmp.Or(p.Status, Available)
	p.Session = cmp.Or(p.Session, SessionIdle)
	if err := errors.Join(
		checkOne("status", p.Status, statuses), checkOne("session", p.Session, sessionStates), checkOne("ip_version", p.IPVersion, ipVersions),
	); err != nil {
		return fmt.Errorf("peer %s: %w", p.ID, err)
	}
	if p.StatusSince.IsZero() {
		p.StatusSince = now
	}
	if p.SessionSince.IsZero() {
		p.SessionSince = p.StatusSince
	}
	if p.ModifiedAt.IsZero() {
		p.ModifiedAt = p.StatusSince
	}
	if before := st.peers.byID[p.ID]; before != nil {
		restamp(before, &p, now)
	}
	st.peers.put(p.ID, p)
	return nil
}

// UpdatePeer changes a peer out of band and reports whether there is
// one. A status or session that change sets begins now, unless change sets its
// beginning too.
func (s *Service) UpdatePeer(id string, change func(*Peer)) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	s.settleAll(now)
	p := s.store.peers.byID[id]
	if p == nil {
		return false
	}
	before := *p
	change(p)
	p.ID = id
	restamp(&before, p, now)
	return true
}

// RemovePeer makes a peer vanish and reports whether there was one.
func (s *Service) RemovePeer(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.store.peers.remove(id)
}

// RemoveGroup makes a group vanish, its peers staying.
func (s *Service) RemoveGroup(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.store.groups.remove(id)
}

// RemoveVBR makes a VBR vanish, its groups and peers staying.
func (s *Service) RemoveVBR(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.store.vbrs.remove(id)
}

// UpdateVBR changes a VBR and reports whether there is one.
func (s *Service) UpdateVBR(id string, change func(*VBR)) bool {
	return update(s, &s.store.vbrs, id, change)
}

// UpdateGroup changes a group and reports whether there is one. A status that
// change sets begins now, unless change sets its beginning too.
func (s *Service) UpdateGroup(id string, change func(*Group)) bool {
	return update(s, &s.store.groups, id, func(g *Group) {
		before := *g
		change(g)
		restampGroup(&before, g, s.now())
	})
}

func update[T any](s *Service, t *table[T], id string, change func(*T)) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settleAll(s.now())
	row := t.byID[id]
	if row == nil {
		return false
	}
	change(row)
	return true
}

// What a status, a session and an IP version can be.
var (
	statuses      = []Status{Pending, Available, Modifying, Deleting, Deleted}
	sessionStates = []SessionState{SessionIdle, SessionConnect, SessionActive, SessionEstablished, SessionDown}
	ipVersions    = []string{"IPv4", "IPv6"}
)

func checkOne[S ~string](what string, value S, known []S) error {
	if slices.Contains(known, value) {
		return nil
	}
	return fmt.Errorf("there is no %s %q; there are %q", what, value, known)
}

func values[T any](rows []*T) []T {
	all := make([]T, len(rows))
	for i, row := range rows {
		all[i] = *row
	}
	return all
}

// must panics: what it is given is a mistake in the test that gives it.
func must(err error) {
	if err != nil {
		panic("alibabacloud: " + err.Error())
	}
}
