// Package conformance checks the emulator with clients that this project did
// not write: the vendors' own libraries drive it over real connections, and
// what they report has to be what the clouds' documents promise.
//
// It is a module of its own, so that those libraries stay out of the provider's
// go.mod. Run it with `make conformance`. Its packages are
//
//   - alibabacloud: alibaba-cloud-sdk-go, which signs in the first generation,
//     and darabonba-openapi, which signs in the third (and in the first too);
//   - signature: the signature of this project's own client, compared with that of
//     darabonba-openapi;
//   - azure: azidentity and armnetwork, with its own poller;
//   - load: what the benchmarks of both have in common. They keep 200 requests
//     a second up for half a minute and report how that went:
//     go test -run '^$' -bench Sustained ./...
//
// A test that rests on an assumption names the row of ../ASSUMPTIONS.md it
// rests on, mostly in the name of the case: where the cloud turns out to do
// otherwise, that is what to look for.
package conformance
