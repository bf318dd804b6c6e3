// Package emulator runs both emulated clouds on loopback: Alibaba Cloud's VPC
// API over plain HTTP, and Azure's authority and Resource Manager over TLS with
// a certificate authority made at start (EMU-001). They hold a small seeded
// world (see the Seed… constants), in which a BGP peer on Alibaba Cloud and a
// row of an Azure gateway are two ends of one session.
//
// Which behaviour is modelled, and from which source, stands in ASSUMPTIONS.md.
package emulator

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/alibabacloud"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/azure"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/bgp"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/control"
)

// Config is what an emulator is made of. The zero value is the seeded world on
// free ports of 127.0.0.1.
type Config struct {
	// AlibabaAddress and AzureAddress are where the services listen, as
	// host:port of loopback; "" is a free port of 127.0.0.1. Any other
	// address is refused.
	AlibabaAddress, AzureAddress string
	// Control opens the control path, on ControlAddress by the same rules.
	Control        bool
	ControlAddress string
	// StateFile is where the world is kept across runs; "" keeps nothing.
	StateFile string
	// Empty leaves the seeded world out, except the identities. Without it,
	// AlibabaCloud.Regions must have the seeded regions.
	Empty bool
	// ErrorLog gets what goes wrong with connections, such as failed TLS
	// handshakes; nil discards it.
	ErrorLog *log.Logger

	// Now is the clock of both services; nil is time.Now.
	Now func() time.Time
	// JournalCapacity is how many requests the journal keeps; 0 is its default.
	JournalCapacity int
	// AlibabaCloud and Azure hold the services' own knobs: delays, quotas,
	// styles and so on. Clock, journal and faults are filled in, and the
	// seeded identities and gateways added to theirs.
	AlibabaCloud alibabacloud.Config
	Azure        azure.Config
	// Links declare BGP peers and rows of gateways the two ends of one
	// session; the seeded ones are added.
	Links []Link
	// Speakers, if there are any, hold real sessions in place of simulated
	// ones. Close closes them.
	Speakers bgp.Speakers
}

// Link makes a BGP peer on Alibaba Cloud and a row of an Azure gateway the two
// ends of one session: the row is Connected once the peer's session is
// Established, and Connecting while there is no such peer. Each end learns the
// routes that the other one announces.
type Link struct {
	RouterID      string // the peer's VBR
	PeerIPAddress string // the peer's address: the gateway's
	GatewayID     string // ARM id of the gateway
	Neighbor      string // the row's neighbor: the address on Alibaba Cloud
}

// How long an operation of Azure's runs in the commands, and how soon a client
// is asked to poll again, where nothing else is said. The recording shows 10 s
// for the latter; that is too long for trying things out (EMU-004).
const (
	DefaultOperationDelay = 500 * time.Millisecond
	DefaultRetryAfter     = time.Second
)

// Emulator is both emulated clouds.
type Emulator struct {
	Alibaba *alibabacloud.Service
	Azure   *azure.Service
	Journal *control.Journal
	Faults  *control.Faults

	config    Config
	sessions  *sessions
	directory string
	servers   []*server
	urls      map[string]string // by the service's name

	stateMu sync.Mutex
	saved   []byte // the state file as it was written last
	saving  bool   // the state was read, so it may be written

	stopped  chan struct{} // closed by Close
	kept     chan struct{} // closed when keepState has ended
	closing  sync.Once
	closeErr error
}

// The names of what is served.
const (
	alibabaName = "alibaba"
	azureName   = "azure"
	controlName = "control"
)

// saveInterval is how often a state file is brought up to date, so that not
// only a clean end keeps it.
const saveInterval = 2 * time.Second

// configureInterval is how soon real speakers hear of a change.
const configureInterval = 50 * time.Millisecond

// shutdownGrace is how long requests under way may take to end at Close.
const shutdownGrace = 2 * time.Second

// New makes both clouds without listening anywhere, for tests that call their
// handlers through control.RoundTripper.
func New(config Config) *Emulator {
	if config.Now == nil {
		config.Now = time.Now
	}
	if config.ErrorLog == nil {
		config.ErrorLog = log.New(io.Discard, "", 0)
	}
	e := &Emulator{
		Journal: control.NewJournal(config.JournalCapacity),
		Faults:  &control.Faults{},
		config:  config,
		urls:    map[string]string{},
	}
	links := config.Links
	if !config.Empty {
		links = append(seedLinks(), links...)
	}
	e.sessions = newSessions(e, links)
	alibabaConfig := config.AlibabaCloud
	alibabaConfig.Now, alibabaConfig.Journal, alibabaConfig.Faults = config.Now, e.Journal, e.Faults
	alibabaConfig.Identities = append([]alibabacloud.Identity{
		{AccessKeyID: SeedAccessKeyID, AccessKeySecret: SeedAccessKeySecret},
	}, alibabaConfig.Identities...)
	alibabaConfig.Sessions, alibabaConfig.LoopbackPeers = e.sessions, config.Speakers != nil
	e.Alibaba = alibabacloud.New(alibabaConfig)

	azureConfig := config.Azure
	azureConfig.Now, azureConfig.Journal, azureConfig.Faults = config.Now, e.Journal, e.Faults
	azureConfig.Subscriptions = append(seedSubscriptions(), azureConfig.Subscriptions...)
	azureConfig.Clients = append(seedClients(), azureConfig.Clients...)
	azureConfig.Sessions = e.sessions
	if !config.Empty {
		seedAlibaba(e.Alibaba)
		azureConfig.Gateways = append(seedGateways(config.Now()), azureConfig.Gateways...)
		azureConfig.RouteServers = append(seedRouteServers(config.Now()), azureConfig.RouteServers...)
	}
	e.Azure = azure.New(azureConfig)
	return e
}

// Start makes both clouds and serves them on loopback until Close, or until
// ctx ends. It reads the state file if there is one.
func Start(ctx context.Context, config Config) (_ *Emulator, err error) {
	for _, address := range []string{config.AlibabaAddress, config.AzureAddress, config.ControlAddress} {
		if address != "" {
			if err := CheckAddress(address); err != nil {
				return nil, err
			}
		}
	}
	e := New(config)
	defer func() { //nolint:contextcheck // Close takes the time it needs
		if err != nil {
			_ = e.Close() // the first error is the one to tell
		}
	}()
	if e.directory, err = os.MkdirTemp("", "bgp-emulator-"); err != nil { // with mode 0700
		return nil, fmt.Errorf("making a private directory: %w", err)
	}
	if config.StateFile != "" {
		if err := e.loadState(config.StateFile); err != nil {
			return nil, err
		}
		e.saving = true
		if err := e.saveState(); err != nil { // says at once where it cannot be written
			return nil, err
		}
	}
	if err := e.sessions.configure(); err != nil {
		return nil, fmt.Errorf("starting the BGP speakers: %w", err)
	}
	if err := e.serveAlibaba(ctx); err != nil {
		return nil, fmt.Errorf("serving Alibaba Cloud: %w", err)
	}
	if err := e.serveAzure(ctx); err != nil {
		return nil, fmt.Errorf("serving Azure: %w", err)
	}
	if config.Control {
		if err := e.serveControl(ctx); err != nil {
			return nil, fmt.Errorf("serving the control path: %w", err)
		}
	}
	e.keep(ctx)
	return e, nil
}

// keep starts keepState, which Close ends.
func (e *Emulator) keep(ctx context.Context) {
	e.stopped, e.kept = make(chan struct{}), make(chan struct{})
	go e.keepState(ctx)
}

// keepState brings the state file up to date now and then, and closes the
// emulator when ctx ends.
func (e *Emulator) keepState(ctx context.Context) {
	defer close(e.kept)
	ticker := time.NewTicker(saveInterval)
	defer ticker.Stop()
	var configure <-chan time.Time // never, where sessions are simulated
	if e.config.Speakers != nil {
		ticker := time.NewTicker(configureInterval)
		defer ticker.Stop()
		configure = ticker.C
	}
	for {
		select {
		case <-configure:
			if err := e.sessions.configure(); err != nil {
				e.config.ErrorLog.Printf("BGP speakers: %v", err)
			}
		case <-e.stopped:
			return
		case <-ctx.Done():
			go func() { _ = e.Close() }() //nolint:contextcheck // it waits for us; who calls Close gets its error
			return
		case <-ticker.C:
			if e.saving {
				_ = e.saveState() // Close tries again, and reports the error
			}
		}
	}
}

// server is one listening service.
type server struct {
	http *http.Server
	done chan struct{}
}

func (e *Emulator) serveAlibaba(ctx context.Context) error {
	listener, err := listen(ctx, e.config.AlibabaAddress)
	if err != nil {
		return err
	}
	e.urls[alibabaName] = "http://" + listener.Addr().String()
	e.serve(listener, e.Alibaba)
	return nil
}

func (e *Emulator) serveAzure(ctx context.Context) error {
	listener, err := listen(ctx, e.config.AzureAddress)
	if err != nil {
		return err
	}
	certificate, caPEM, err := newCertificates(listener.Addr())
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	if err := os.WriteFile(e.CAFile(), caPEM, 0o600); err != nil {
		return errors.Join(err, listener.Close())
	}
	e.urls[azureName] = "https://" + listener.Addr().String()
	e.serve(tls.NewListener(listener, &tls.Config{
		Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"},
	}), e.Azure)
	return nil
}

// serveControl serves the control path. Pages in a browser on this machine must
// not reach it: it refuses requests from other origins and for other hosts.
func (e *Emulator) serveControl(ctx context.Context) error {
	listener, err := listen(ctx, e.config.ControlAddress)
	if err != nil {
		return err
	}
	e.urls[controlName] = "http://" + listener.Addr().String()
	address := listener.Addr().String()
	_, port, _ := net.SplitHostPort(address) // of a TCP address, as listen made sure
	own := []string{address, net.JoinHostPort("localhost", port)}
	handler := http.NewCrossOriginProtection().Handler(e.ControlHandler())
	e.serve(listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !slices.Contains(own, r.Host) {
			control.WriteError(w, http.StatusForbidden, fmt.Errorf("the control path is at %s, not at %q", address, r.Host))
			return
		}
		handler.ServeHTTP(w, r)
	}))
	return nil
}

// ControlHandler is the control path of both clouds; see control.Handler and
// each service's ControlHandler, which is below the service's name.
func (e *Emulator) ControlHandler() http.Handler {
	return control.Handler(e.Journal, e.Faults, map[string]control.Service{
		alibabacloud.Cloud: {Control: e.Alibaba.ControlHandler(), Actions: alibabacloud.Actions()},
		azure.Cloud:        {Control: e.Azure.ControlHandler(), Actions: azure.Actions()},
	})
}

func (e *Emulator) serve(listener net.Listener, handler http.Handler) {
	s := &server{
		http: &http.Server{
			Handler:           handler,
			ReadHeaderTimeout: 30 * time.Second,
			ErrorLog:          e.config.ErrorLog,
		},
		done: make(chan struct{}),
	}
	e.servers = append(e.servers, s)
	go func() {
		defer close(s.done)
		_ = s.http.Serve(listener) // always an error, ErrServerClosed at the end
	}()
}

// Close stops both clouds, waits a moment for requests under way, writes the
// state file if there is one, and removes what Start made. Calling it again
// does nothing more.
func (e *Emulator) Close() error {
	e.closing.Do(func() {
		if e.stopped != nil {
			close(e.stopped)
			<-e.kept // nothing may be written once we have returned
		}
		ctx, cancel := context.WithTimeout(context.Background(), shutdownGrace)
		defer cancel()
		for _, s := range e.servers {
			if s.http.Shutdown(ctx) != nil {
				_ = s.http.Close() // its requests had their moment
			}
			<-s.done
		}
		if e.saving {
			e.closeErr = e.saveState()
		}
		if e.config.Speakers != nil {
			e.closeErr = errors.Join(e.closeErr, e.config.Speakers.Close())
		}
		if e.directory != "" {
			e.closeErr = errors.Join(e.closeErr, os.RemoveAll(e.directory))
		}
	})
	return e.closeErr
}

// Directory is a private directory that lives as long as the emulator.
func (e *Emulator) Directory() string { return e.directory }

// CAFile is the PEM file of the authority that Azure's certificate is of.
func (e *Emulator) CAFile() string { return filepath.Join(e.directory, "ca.pem") }

// AlibabaURL is where the VPC API is.
func (e *Emulator) AlibabaURL() string { return e.urls[alibabaName] }

// AzureURL is where the authority and Resource Manager are.
func (e *Emulator) AzureURL() string { return e.urls[azureName] }

// ControlURL is where the control path is, "" if it is not open.
func (e *Emulator) ControlURL() string { return e.urls[controlName] }

// Env returns the variables the provider reads, with their values for this
// emulator, and BGP_EMULATOR_CONTROL, the ControlURL, if that is open.
func (e *Emulator) Env() map[string]string {
	env := map[string]string{
		"ALICLOUD_ACCESS_KEY":        SeedAccessKeyID,
		"ALICLOUD_SECRET_KEY":        SeedAccessKeySecret,
		"ALICLOUD_REGION":            SeedRegion,
		"ALIBABA_CLOUD_ENDPOINT_VPC": e.AlibabaURL(),

		"ARM_SUBSCRIPTION_ID":                 SeedSubscription,
		"ARM_TENANT_ID":                       SeedTenant,
		"ARM_CLIENT_ID":                       SeedClient,
		"ARM_CLIENT_SECRET":                   SeedClientSecret,
		"ARM_RESOURCE_MANAGER_ENDPOINT":       e.AzureURL(),
		"ARM_RESOURCE_MANAGER_AUDIENCE":       e.AzureURL(),
		"ARM_ACTIVE_DIRECTORY_AUTHORITY_HOST": e.AzureURL() + "/",
		"ARM_DISABLE_INSTANCE_DISCOVERY":      "true",
		"ARM_USE_CLI":                         "false",

		"BGP_CA_CERTIFICATE_FILE": e.CAFile(),
	}
	if url := e.ControlURL(); url != "" {
		env["BGP_EMULATOR_CONTROL"] = url
	}
	return env
}

// VendorEnv returns the variables that the vendors' own SDKs and command lines
// read beside or in place of the provider's, with their values for this
// emulator. Node.js takes the certificate authority from the last one.
func (e *Emulator) VendorEnv() map[string]string {
	return map[string]string{
		"ALIBABA_CLOUD_ACCESS_KEY_ID":     SeedAccessKeyID,
		"ALIBABA_CLOUD_ACCESS_KEY_SECRET": SeedAccessKeySecret,
		"ALIBABA_CLOUD_REGION_ID":         SeedRegion,

		"AZURE_TENANT_ID":      SeedTenant,
		"AZURE_CLIENT_ID":      SeedClient,
		"AZURE_CLIENT_SECRET":  SeedClientSecret,
		"AZURE_AUTHORITY_HOST": e.AzureURL() + "/",

		"NODE_EXTRA_CA_CERTS": e.CAFile(),
	}
}
