// Package azure is the client layer for what the provider reads from Azure Resource
// Manager: the BGP sessions and routes of virtual network gateways, and the routes of
// Route Server peerings. Each is a long-running operation. The package uses azcore's
// pipeline and poller and azidentity's credentials. It knows no Terraform.
//
// A [Client] keeps these promises:
//   - a result is a 200 whose JSON has the array of rows; any other end of an operation
//     is an [*Error] that says what came instead;
//   - the server's Retry-After is honoured; throttling and passing faults are waited
//     out until the caller's context ends, and the caller then gets the last real error;
//   - a result shows nothing older than the call that asked for it; reads that come
//     together share an operation;
//   - an answer is read once, as a stream, and its size is bounded;
//   - the bearer token goes to the configured Resource Manager host only, and
//     neither tokens nor the signed poll URLs are part of an error or a log.
package azure
