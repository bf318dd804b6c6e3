// Package signature compares the requests of this project's client with those of
// darabonba-openapi, the core of the vendor's present SDKs: both have to sign the
// same call alike, byte for byte.
//
// It is the one package here that knows the client, and it does not know the
// emulator.
package signature
