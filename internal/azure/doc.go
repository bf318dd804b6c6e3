// Package azure is the client layer for the one Azure Resource Manager
// operation that the provider needs: getBgpPeerStatus of a virtual network
// gateway, a long-running operation. It stands on azcore's pipeline and poller
// and on azidentity's credentials, and knows no Terraform.
//
// A [Client] keeps these promises:
//   - a result is a 200 whose JSON carries an array in "value"; whatever else
//     ends an operation is an [*Error] that says what came instead;
//   - the server's Retry-After is honoured, throttling and passing faults are
//     waited out until the caller's context ends, and the last real error is
//     part of what the caller gets then;
//   - the bearer token goes to the configured Resource Manager host only, and
//     neither tokens nor the signed poll URLs are part of an error or a log.
package azure
