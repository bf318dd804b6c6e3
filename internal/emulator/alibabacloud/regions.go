package alibabacloud

import "slices"

// Region is a region of the cloud.
type Region struct {
	ID   string
	Name string // LocalName in answers
	IPv6 bool   // IPv6 is supported for BGP
}

// centralRegions have the endpoint that names no region (ALI-074).
var centralRegions = []string{"cn-hangzhou", "cn-shanghai-finance-1", "cn-shenzhen-finance-1", "cn-north-2-gov-1"}

func (r Region) endpoint() string {
	if slices.Contains(centralRegions, r.ID) {
		return "vpc.aliyuncs.com"
	}
	return "vpc." + r.ID + ".aliyuncs.com"
}

// defaultRegions are a few of the vendor's. Which of them have IPv6 is ALI-040.
func defaultRegions() []Region {
	return []Region{
		{ID: "cn-hangzhou", Name: "China (Hangzhou)", IPv6: true},
		{ID: "cn-shanghai", Name: "China (Shanghai)", IPv6: true},
		{ID: "cn-beijing", Name: "China (Beijing)", IPv6: true},
		{ID: "cn-shenzhen", Name: "China (Shenzhen)", IPv6: true},
		{ID: "ap-southeast-1", Name: "Singapore", IPv6: true},
		{ID: "eu-central-1", Name: "Germany (Frankfurt)", IPv6: true},
		{ID: "us-east-1", Name: "US (Virginia)"},
	}
}

func (s *Service) region(id string) (Region, bool) {
	for _, region := range s.regions {
		if region.ID == id {
			return region, true
		}
	}
	return Region{}, false
}

// checkRegion refuses a RegionId that does not exist (ALI-071).
func (s *Service) checkRegion(c *call, op operation) *apiError {
	if op.region == nil {
		return nil
	}
	if _, known := s.region(c.params["RegionId"]); !known {
		return op.region
	}
	return nil
}

// describeRegions is the operation DescribeRegions.
func (s *Service) describeRegions(*call) (object, *apiError) {
	items := make([]object, len(s.regions))
	for i, region := range s.regions {
		items[i] = object{
			{"RegionId", region.ID},
			{"LocalName", region.Name},
			{"RegionEndpoint", region.endpoint()},
		}
	}
	return object{{"Regions", list{"Region", items}}}, nil
}
