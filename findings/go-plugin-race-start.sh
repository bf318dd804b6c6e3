#!/usr/bin/env bash
# go-plugin 1.7.0, as Terraform uses it: under the race detector, a plugin spends most
# of its start on arithmetic.
#
# Expected: the race detector slows a program down by what the program shares between
# goroutines. What happens: with AutoMTLS, both sides make a key of the curve P-521 at
# each start and prove that they have it. Go computes with that curve in Go code, which
# the race detector follows at every access to memory. So a plugin built with -race
# takes several times the CPU time to start, unless that arithmetic is built without.
# Why it matters here: a command of Terraform starts a provider three to five times. In
# our acceptance tests, which run the provider under the race detector, the keys were
# most of what those processes did.
# Seen: 2026-11-28, go-plugin v1.7.0, Go 1.26 on linux/amd64.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

go_module github.com/hashicorp/go-plugin@v1.7.0
cat >main.go <<'PROGRAM'
// A plugin without any service, and what starts it.
package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"syscall"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"
)

type empty struct{ plugin.NetRPCUnsupportedPlugin }

func (empty) GRPCServer(*plugin.GRPCBroker, *grpc.Server) error { return nil }
func (empty) GRPCClient(context.Context, *plugin.GRPCBroker, *grpc.ClientConn) (any, error) {
	return nil, nil
}

var (
	handshake = plugin.HandshakeConfig{ProtocolVersion: 1, MagicCookieKey: "FINDING", MagicCookieValue: "plugin"}
	plugins   = map[string]plugin.Plugin{"empty": empty{}}
)

func main() {
	if os.Getenv("FINDING") != "" {
		plugin.Serve(&plugin.ServeConfig{HandshakeConfig: handshake, Plugins: plugins, GRPCServer: plugin.DefaultGRPCServer, Logger: hclog.NewNullLogger()})
		return
	}
	for _, mutual := range []bool{false, true} {
		var took []time.Duration
		for range 9 {
			before := ended()
			client := plugin.NewClient(&plugin.ClientConfig{
				HandshakeConfig: handshake, Plugins: plugins, AutoMTLS: mutual, Cmd: exec.Command(os.Args[0]),
				AllowedProtocols: []plugin.Protocol{plugin.ProtocolGRPC}, Logger: hclog.NewNullLogger(),
			})
			connection, err := client.Client()
			if err == nil {
				err = connection.Ping()
			}
			client.Kill()
			if err != nil {
				panic(err)
			}
			took = append(took, ended()-before)
		}
		slices.Sort(took)
		fmt.Print(" ", took[len(took)/2].Milliseconds())
	}
	fmt.Println()
}

// ended is the CPU time of the plugins that have ended.
func ended() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_CHILDREN, &usage); err != nil {
		panic(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
PROGRAM
go mod tidy 2>/dev/null || { echo "the modules that go-plugin needs cannot be had"; exit 77; }
needs gcc
export GORACE=atexit_sleep_ms=0
measure() {
  name=$1
  shift
  go build -o program "$@" . && echo "$name:$(./program)" | tee -a seen
}
echo "CPU time of a plugin's start in ms, without and with AutoMTLS:"
measure "without the race detector"
measure "with it" -race
measure "with it, but for the arithmetic" -race -gcflags='crypto/internal/fips140/...=-race=false'
awk -F '[: ]+' '/^with it:/ { all = $NF } /^with it, but/ { but = $NF } END { exit !(all > 2 * but) }' seen ||
  another "the arithmetic is not most of a start any more"
same
