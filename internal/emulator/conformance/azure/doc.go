// Package azure drives the emulated authority and Resource Manager with
// Microsoft's own libraries: azidentity gets the tokens, armnetwork asks for
// getBgpPeerStatus and follows the operation with its own poller.
package azure
