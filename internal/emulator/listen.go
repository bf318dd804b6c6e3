package emulator

import (
	"context"
	"fmt"
	"net"
	"net/netip"
)

// DefaultAddress is where a service listens that is not told otherwise: a free
// port of loopback.
const DefaultAddress = "127.0.0.1:0"

// CheckAddress says what is wrong with an address to listen on, if anything:
// it must be host:port, the host a literal loopback address or "localhost".
func CheckAddress(address string) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("%q is not an address of the form host:port: %w", address, err)
	}
	if host == "localhost" {
		return nil
	}
	if ip, err := netip.ParseAddr(host); err != nil || !ip.IsLoopback() {
		return fmt.Errorf("%q is not a loopback address: the emulator listens on 127.0.0.1, [::1] or localhost only", address)
	}
	return nil
}

// listen listens on a loopback address and refuses any other, also where
// "localhost" turns out to be one.
func listen(ctx context.Context, address string) (net.Listener, error) {
	if address == "" {
		address = DefaultAddress
	}
	if err := CheckAddress(address); err != nil {
		return nil, err
	}
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	if tcp, ok := listener.Addr().(*net.TCPAddr); !ok || !tcp.IP.IsLoopback() {
		_ = listener.Close() // it was never used
		return nil, fmt.Errorf("%q is %s, not a loopback address", address, listener.Addr())
	}
	return listener, nil
}
