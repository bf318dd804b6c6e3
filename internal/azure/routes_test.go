package azure_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/arm"
	"github.com/google/go-cmp/cmp"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/azure"
)

const connectionID = "/subscriptions/" + subscription + "/resourceGroups/rg-network/providers/Microsoft.Network/virtualHubs/rs-hub/bgpConnections/nva"

func connection(t testing.TB) *arm.ResourceID {
	t.Helper()
	id, err := azure.ParseBGPConnectionID(connectionID)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// tables are the four operations that read routes.
var tables = []struct {
	action, path, permission, owner string
	instances                       bool
	read                            func(context.Context, testing.TB, *azure.Client) ([]azure.Route, error)
}{
	{
		"getLearnedRoutes", gatewayOf.ID(), "Microsoft.Network/virtualNetworkGateways/getLearnedRoutes/action", "gateway", false,
		func(ctx context.Context, t testing.TB, c *azure.Client) ([]azure.Route, error) {
			return c.LearnedRoutes(ctx, gatewayID(t, gatewayOf.ID()))
		},
	},
	{
		"getAdvertisedRoutes", gatewayOf.ID(), "Microsoft.Network/virtualNetworkGateways/getAdvertisedRoutes/action", "gateway", false,
		func(ctx context.Context, t testing.TB, c *azure.Client) ([]azure.Route, error) {
			return c.AdvertisedRoutes(ctx, gatewayID(t, gatewayOf.ID()), onePeer)
		},
	},
	{
		"learnedRoutes", connectionID, "Microsoft.Network/virtualHubs/bgpConnections/learnedRoutes/action", "Route Server", true,
		func(ctx context.Context, t testing.TB, c *azure.Client) ([]azure.Route, error) {
			return c.ConnectionLearnedRoutes(ctx, connection(t))
		},
	},
	{
		"advertisedRoutes", connectionID, "Microsoft.Network/virtualHubs/bgpConnections/advertisedRoutes/action", "Route Server", true,
		func(ctx context.Context, t testing.TB, c *azure.Client) ([]azure.Route, error) {
			return c.ConnectionAdvertisedRoutes(ctx, connection(t))
		},
	},
}

// eachTable runs test in a bubble for each operation.
func eachTable(t *testing.T, test func(t *testing.T, i int)) {
	t.Helper()
	for i, table := range tables {
		t.Run(table.action, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { test(t, i) })
		})
	}
}

// answering returns a client whose service ends every operation with this answer.
func answering(t testing.TB, status int, body string) (*azure.Client, *seen) {
	t.Helper()
	return served(t, http.Header{"Location": {"https://" + host + "/operations/1"}}, http.StatusAccepted, answer(status, body))
}

func TestRoutes(t *testing.T) {
	t.Parallel()
	const recorded = `{"asPath":"12076-64512","localAddress":"10.2.0.228","network":"10.50.0.0/16","nextHop":"10.0.1.4","origin":"EBgp","sourcePeer":"10.0.1.4","weight":32768}`
	want := azure.Route{
		Network: ptr("10.50.0.0/16"), NextHop: ptr("10.0.1.4"), LocalAddress: ptr("10.2.0.228"), SourcePeer: ptr("10.0.1.4"),
		Origin: ptr("EBgp"), ASPath: ptr("12076-64512"), Weight: ptr(int64(32768)),
	}
	of := func(instance string, route azure.Route) azure.Route {
		route.Instance = &instance
		return route
	}
	tests := map[string]struct {
		body      string
		instances bool
		want      []azure.Route
	}{
		"as recorded":  {body: `{"value":[` + recorded + `]}`, want: []azure.Route{want}},
		"none":         {body: `{"value":[]}`, want: []azure.Route{}},
		"several ways": {body: `{"value":[` + recorded + `,` + recorded + `]}`, want: []azure.Route{want, want}},
		"left out":     {body: `{"value":[{}]}`, want: []azure.Route{{}}},
		"nulls":        {body: `{"value":[{"asPath":null,"localAddress":null,"network":null,"nextHop":null,"origin":null,"sourcePeer":null,"weight":null}]}`, want: []azure.Route{{}}},
		"blanks":       {body: `{"value":[{"asPath":"","localAddress":"","network":" ","nextHop":"","origin":"","sourcePeer":" ","weight":""}]}`, want: []azure.Route{{ASPath: ptr("")}}},
		"no rows":      {body: `{"value":["x",7,null,[]]}`, want: []azure.Route{{}, {}, {}, {}}},
		"other types":  {body: `{"value":[{"asPath":65515,"network":{"a":[1]},"nextHop":[],"origin":true,"weight":1.5}]}`, want: []azure.Route{{}}},
		"escapes":      {body: `{"value":[{"origin":"\u0045Bgp","network":"a\"b\\"}]}`, want: []azure.Route{{Origin: ptr("EBgp"), Network: ptr(`a"b\`)}}},
		"values of tomorrow": {
			body: `{"value":[{"origin":"Static","network":"fd00:1::/32","weight":"4294967295","community":"1:2"}],"nextLink":null}`,
			want: []azure.Route{{Origin: ptr("Static"), Network: ptr("fd00:1::/32"), Weight: ptr(int64(4294967295))}},
		},

		"one instance has more": {
			instances: true,
			body:      `{"RouteServiceRole_IN_0":[` + recorded + `],"RouteServiceRole_IN_1":[]}`,
			want:      []azure.Route{of("RouteServiceRole_IN_0", want)},
		},
		"both instances": {
			instances: true,
			body:      `{"RouteServiceRole_IN_0":[` + recorded + `],"RouteServiceRole_IN_1":[` + recorded + `,{}],"value":null}`,
			want:      []azure.Route{of("RouteServiceRole_IN_0", want), of("RouteServiceRole_IN_1", want), of("RouteServiceRole_IN_1", azure.Route{})},
		},
		"neither instance":                  {instances: true, body: `{"RouteServiceRole_IN_0":[],"RouteServiceRole_IN_1":[]}`, want: []azure.Route{}},
		"as the older documents have it":    {instances: true, body: `{"value":[` + recorded + `]}`, want: []azure.Route{want}},
		"beside the status of an operation": {instances: true, body: `{"status":"Succeeded","RouteServiceRole_IN_0":[` + recorded + `]}`, want: []azure.Route{of("RouteServiceRole_IN_0", want)}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			eachTable(t, func(t *testing.T, i int) {
				if tables[i].instances != tt.instances {
					t.Skip("the other shape")
				}
				client, s := answering(t, http.StatusOK, tt.body)
				rows, err := tables[i].read(t.Context(), t, client)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(tt.want, rows); diff != "" {
					t.Errorf("rows (-want +got):\n%s", diff)
				}
				if want := "POST https://" + host + tables[i].path + "/" + tables[i].action; s.requests[0] != want {
					t.Errorf("asked by %s, want %s", s.requests[0], want)
				}
			})
		})
	}
}

// TestRoutesThatAreNone has answers that carry no table: none of them is an empty one.
func TestRoutesThatAreNone(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, body string
		status     int
		gateway    string // what came instead, for a gateway
		connection string // and for a peering; "" is the same
	}{
		{"null", "null", 200, "200 OK with null", ""},
		{"no body", "", 200, "200 OK with no body", ""},
		{"no content", "", 204, "204 No Content with no body", ""},
		{"an array", `[]`, 200, "200 OK with an array", ""},
		{"an empty object", `{}`, 200, "200 OK with an empty object", ""},
		{"null value", `{"value":null}`, 200, `200 OK with an object whose "value" is null`, ""},
		{"an object", `{"value":{"a":[{}],"b":1}}`, 200, `200 OK with an object whose "value" is an object`, ""},
		{"a status", `{"status":"Succeeded"}`, 200, `200 OK with an object that has "status" and no "value"`, `200 OK with an object that has "status" and no array of routes`},
		{"output", `{"properties":{"output":{"value":[]}},"status":"Succeeded"}`, 200,
			`200 OK with an object that has "properties", "status" and no "value"`, `200 OK with an object that has "properties", "status" and no array of routes`},
		{"an instance that is null", `{"RouteServiceRole_IN_0":[],"RouteServiceRole_IN_1":null}`, 200,
			`200 OK with an object that has "RouteServiceRole_IN_0", "RouteServiceRole_IN_1" and no "value"`, `200 OK with an object whose "RouteServiceRole_IN_1" is null`},
		{"a page", "<html>Sign in</html>", 200, "200 OK with a body that is not JSON: <html>Sign in</html>", ""},
		{"broken JSON", `{"value":[{"network":10.0.0.0/8}]}`, 200, `200 OK with a body that is not JSON: {"value":[{"network":10.0.0.0/8}]}`, ""},
		{"more than JSON", `{"value":[]}{}`, 200, `200 OK with a body that is not JSON: {"value":[]}{}`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			eachTable(t, func(t *testing.T, i int) {
				came := tt.gateway
				if tables[i].instances && tt.connection != "" {
					came = tt.connection
				}
				client, _ := answering(t, tt.status, tt.body)
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				rows, err := tables[i].read(ctx, t, client)
				var failed *azure.Error
				if !errors.As(err, &failed) || !errors.Is(err, azure.ErrNoResult) {
					t.Fatalf("got %v, %v, want ErrNoResult", rows, err)
				}
				if !strings.HasSuffix(err.Error(), ": no list of routes in the answer: the service answered "+came) {
					t.Errorf("message: %s\nwant: … %s", err, came)
				}
				if advice := failed.Advice(); !strings.Contains(advice, "look at the "+tables[i].owner+"'s health") {
					t.Errorf("advice: %s", advice)
				}
			})
		})
	}
}

// TestRoutesFail has the service's refusals.
func TestRoutesFail(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		body     string
		status   int
		advice   string
		argument string // of a Route Server; of a gateway it is the table's second half
	}{
		"no permission":     {`{"error":{"code":"AuthorizationFailed","message":"Not you."}}`, 403, "holds the permission %[1]s on the %[2]s's resource group", ""},
		"no such resource":  {`{"error":{"code":"ResourceNotFound","message":"It is not there."}}`, 404, "Check ", "bgp_connection_id"},
		"no such parent":    {`{"error":{"code":"ParentResourceNotFound","message":"It is not there."}}`, 404, "Check ", "bgp_connection_id"},
		"no resource group": {`{"error":{"code":"ResourceGroupNotFound","message":"It is not there."}}`, 404, "Check ", "bgp_connection_id"},
		"no subscription":   {`{"error":{"code":"SubscriptionNotFound","message":"It is not there."}}`, 404, "subscription", "bgp_connection_id"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			eachTable(t, func(t *testing.T, i int) {
				client, _ := servedBy(t, answer(tt.status, tt.body))
				_, err := tables[i].read(t.Context(), t, client)
				var failed *azure.Error
				if !errors.As(err, &failed) || failed.HTTPStatus != tt.status || failed.ResourceID != tables[i].path || failed.Action != tables[i].action {
					t.Fatalf("got %v", err)
				}
				advice := tt.advice
				if strings.Contains(advice, "%") {
					advice = fmt.Sprintf(advice, tables[i].permission, tables[i].owner)
				}
				if !strings.Contains(failed.Advice(), advice) {
					t.Errorf("advice: %s\nwant … %s …", failed.Advice(), advice)
				}
				if tt.argument != "" && (len(failed.Arguments()) == 0 || failed.Arguments()[0] != tt.argument) {
					t.Errorf("arguments: %v", failed.Arguments())
				}
			})
		})
	}
}

// TestASPaths has the paths that real tables show, and others.
func TestASPaths(t *testing.T) {
	t.Parallel()
	for path, want := range map[string][]int64{
		"":                        {},
		" ":                       {},
		"65515":                   {65515},
		"12076-64512":             {12076, 64512},
		"65555-65515":             {65555, 65515},
		"65001-65001-65001-65002": {65001, 65001, 65001, 65002},
		"4294967295":              {4294967295},
		"4294967296":              nil,
		"65001-":                  nil,
		"65001--65002":            nil,
		"65001 65002":             nil,
		"65001-{65002,65003}":     nil,
		"+1":                      nil,
		"incomplete":              nil,
	} {
		asns, ok := (&azure.Route{ASPath: &path}).ASNs()
		if diff := cmp.Diff(want, asns); diff != "" || ok != (want != nil) {
			t.Errorf("%q: %v (-want +got):\n%s", path, ok, diff)
		}
	}
	if asns, ok := (&azure.Route{}).ASNs(); ok || asns != nil {
		t.Errorf("a row without a path has %v", asns)
	}
}

// TestRoutesOfOneGateway has the operations of one gateway that takes one at a time,
// and those of one Route Server: they take turns.
func TestRoutesOfOneGateway(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		busyUntil := map[string]time.Time{}
		starts, refused := 0, 0
		client, _ := servedBy(t, func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodGet {
				answer(http.StatusOK, `{"value":[]}`)(w, r)
				return
			}
			owner := gatewayOf.ID()
			if strings.Contains(r.URL.Path, "virtualHubs") {
				owner = "the Route Server"
			}
			if time.Now().Before(busyUntil[owner]) {
				refused++
				answer(http.StatusConflict, `{"error":{"code":"AnotherOperationInProgress","message":"Busy."}}`, "Retry-After", "60")(w, r)
				return
			}
			starts++
			busyUntil[owner] = time.Now().Add(10 * time.Second)
			answer(http.StatusAccepted, "null", "Location", "https://"+host+"/1", "Retry-After", "10")(w, r)
		})
		begin := time.Now()
		var all sync.WaitGroup
		for _, table := range tables {
			all.Go(func() {
				if _, err := table.read(t.Context(), t, client); err != nil {
					t.Error(err)
				}
			})
		}
		all.Go(func() {
			if _, err := client.BGPPeerStatus(t.Context(), gatewayID(t, gatewayOf.ID()), everyPeer); err != nil {
				t.Error(err)
			}
		})
		all.Wait()
		if starts != 5 || refused != 3 {
			t.Errorf("%d starts and %d that were refused, want 5 and 3: one for each that found out", starts, refused)
		}
		if took := time.Since(begin); took > 31*time.Second { // by the bubble's clock: three of the gateway, ten seconds each
			t.Errorf("it took %s", took)
		}
	})
}

// TestAnswersThatAreTooLarge ends in an error, not in memory that runs out.
func TestAnswersThatAreTooLarge(t *testing.T) {
	t.Parallel()
	for name, begins := range map[string]string{
		"routes":       `{"value":[`,
		"another form": `{"other":"`,
		"a page":       `<html>`,
	} {
		for _, status := range []int{http.StatusOK, http.StatusAccepted, http.StatusBadRequest} {
			t.Run(fmt.Sprint(name, status), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					var made int64
					client, err := azure.NewClient(azure.Config{Credential: staticCredential{}, Cloud: testCloud(t), Transport: roundTripperFunc(func(req *http.Request) (*http.Response, error) {
						row := strings.Repeat("x", 1<<16)
						if strings.HasSuffix(begins, "[") {
							row = `{"network":"` + row + `"},`
						}
						return &http.Response{StatusCode: status, Header: http.Header{"Location": {"https://" + host + "/1"}}, Request: req,
							Body: io.NopCloser(io.TeeReader(io.MultiReader(strings.NewReader(begins), &endless{row: row}), counter{&made}))}, nil
					})})
					if err != nil {
						t.Fatal(err)
					}
					rows, err := client.LearnedRoutes(t.Context(), gatewayID(t, gatewayOf.ID()))
					var failed *azure.Error
					if !errors.As(err, &failed) || !strings.HasSuffix(err.Error(), "the answer is larger than 64 MiB") || !strings.Contains(failed.Advice(), "Check the endpoint") {
						t.Errorf("got %d rows, %v", len(rows), err)
					}
					if made > 66<<20 {
						t.Errorf("%d bytes were read", made)
					}
				})
			})
		}
	}
}

// endless is a reader of one text over and over.
type endless struct{ row, left string }

func (e *endless) Read(p []byte) (int, error) {
	if e.left == "" {
		e.left = e.row
	}
	n := copy(p, e.left)
	e.left = e.left[n:]
	return n, nil
}

type counter struct{ n *int64 }

func (c counter) Write(p []byte) (int, error) {
	*c.n += int64(len(p))
	return len(p), nil
}

// fullTable is the answer to an operation of a gateway with as many routes as an
// ExpressRoute circuit can give it, in the form and size of real rows.
func fullTable(routes int) string {
	rows := make([]string, routes)
	for i := range rows {
		rows[i] = fmt.Sprintf(`{"localAddress":"10.2.0.228","network":"10.%d.%d.0/24","nextHop":"172.16.0.10","sourcePeer":"172.16.0.10","origin":"EBgp","asPath":"12076-64512-%d","weight":32768}`,
			i/256, i%256, 64512+i%1000)
	}
	return `{"value":[` + strings.Join(rows, ",") + `]}`
}

// BenchmarkDecodeRoutes is a whole read of 10,000 routes, whose service answers at
// once: all that becomes of them between the wire and the rows. 25 ms of it pass idle,
// while readers gather.
func BenchmarkDecodeRoutes(b *testing.B) {
	body := fullTable(10_000)
	client, err := azure.NewClient(azure.Config{Credential: staticCredential{}, Cloud: testCloud(b), Transport: roundTripperFunc(func(req *http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Request: req, Body: io.NopCloser(strings.NewReader(body))}, nil
	})})
	if err != nil {
		b.Fatal(err)
	}
	id := gatewayID(b, gatewayOf.ID())
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if rows, err := client.LearnedRoutes(b.Context(), id); err != nil || len(rows) != 10_000 {
			b.Fatal(len(rows), err)
		}
	}
}
