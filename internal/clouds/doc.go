// Package clouds is what the provider block hands to resources, data sources and
// list resources: a client of each cloud, made when it is first asked for.
//
// The provider block and the environment are read here and nowhere else. The
// table in settings.go names every argument with the environment variables that
// can stand in for it, and the checks on its value; the schema's descriptions,
// the resolution and the error messages are all made from that table.
//
// Nothing is read from the environment or from disk, resolved or dialled before a
// client that needs it is asked for, so a configuration that uses one cloud never
// needs anything of the other.
package clouds
