package alibabacloud

import "net/netip"

// addBGPNetwork is the operation AddBgpNetwork.
func (s *Service) addBGPNetwork(c *call) (object, *apiError) {
	s.settleAll(c.now)
	vbr, failure := s.networkHome(c)
	if failure != nil {
		return nil, failure
	}
	prefix, err := netip.ParsePrefix(c.params["DstCidrBlock"])
	switch {
	case err != nil || prefix != prefix.Masked(): // ALI-070
		return nil, errCIDRMalformed
	case prefix.Addr().IsMulticast():
		return nil, errCIDRMulticast
	}
	if id, sent := c.params["VpcId"]; sent {
		if vpc := s.store.vpcs.byID[id]; vpc == nil || vpc.RegionID != vbr.RegionID {
			return nil, errVPCNotFound
		}
	}
	n := Network{RouterID: vbr.ID, CIDR: prefix.String(), VPCID: c.params["VpcId"], Status: Pending, StatusSince: c.now}
	key := networkKey(n.RouterID, n.CIDR)
	if other := s.store.networks.byID[key]; other != nil && other.Status != Deleted {
		return nil, errNetworkExists
	}
	if reached(s.countNetworks(vbr.ID), vbr.Quotas.orDefaults(s.quotas).NetworksPerVBR) {
		return nil, errNetworkQuota
	}
	s.store.networks.remove(key) // one that lingers as Deleted makes way; the new one comes last
	s.store.networks.put(key, n)
	return object{}, nil
}

// networkHome returns the VBR that a call about a network names.
func (s *Service) networkHome(c *call) (*VBR, *apiError) {
	vbr := s.store.vbrs.byID[c.params["RouterId"]]
	if vbr == nil || vbr.RegionID != c.params["RegionId"] {
		return nil, errVBRNotFound
	}
	if vbr.Inactive {
		return nil, errCannotOperate
	}
	return vbr, nil
}

func (s *Service) countNetworks(routerID string) int {
	n := 0
	for _, network := range s.store.networks.order {
		if network.RouterID == routerID && network.Status != Deleted {
			n++
		}
	}
	return n
}

// describeBGPNetworks is the operation DescribeBgpNetworks.
func (s *Service) describeBGPNetworks(c *call) (object, *apiError) {
	s.settleAll(c.now)
	var rows []*Network
	for _, n := range s.store.networks.order {
		if s.regionOf(n.RouterID) == c.params["RegionId"] && c.asksFor("RouterId", n.RouterID) {
			rows = append(rows, n)
		}
	}
	return page(c, s, rows, "BgpNetworks", "BgpNetwork", func(n *Network) object {
		o := object{{"DstCidrBlock", n.CIDR}, {"VpcId", n.VPCID}}
		if !s.oldAnswers {
			o = append(o, object{{"RouterId", n.RouterID}, {"Status", string(n.Status)}}...)
		}
		return o
	})
}

// deleteBGPNetwork is the operation DeleteBgpNetwork.
func (s *Service) deleteBGPNetwork(c *call) (object, *apiError) {
	s.settleAll(c.now)
	vbr, failure := s.networkHome(c)
	if failure != nil {
		return nil, failure
	}
	cidr := c.params["DstCidrBlock"]
	if prefix, err := netip.ParsePrefix(cidr); err == nil {
		cidr = prefix.String() // as lists have it
	}
	n := s.store.networks.byID[networkKey(vbr.ID, cidr)]
	if n == nil || n.Status == Deleted {
		return nil, errNotFound
	}
	if n.Status != Available {
		return nil, errCannotOperate
	}
	n.Status, n.StatusSince = Deleting, c.now
	return object{}, nil
}
