// Package stateadvice says what to do about an object that the service has, or may
// have, and the state lacks or holds as tainted.
package stateadvice

import "fmt"

// Object names a kind of object.
type Object struct {
	Type string // the resource type, "bgp_peer"
	Noun string // "peer"
}

// Tainted is for an object that a failed create has put into the state.
func (o Object) Tainted() string {
	return fmt.Sprintf("The %s is kept in the state, marked as tainted, so that it is not lost: the next apply replaces it. "+
		"If it is as you want it, or becomes so, run terraform untaint on this resource instead.", o.Noun)
}

// Exists is for an object that already existed. id imports it.
func (o Object) Exists(id string) string {
	return fmt.Sprintf("To manage the existing %s, import it:\n\n%s\n\n"+
		"If the state has it already, under another name or key, use a moved block instead. "+
		"If this apply deletes it, apply again, without create_before_destroy.", o.Noun, o.importBlock(id))
}

// MayBe is for an object that exists and that a create may have made. id imports it.
func (o Object) MayBe(id string) string {
	return fmt.Sprintf("It is not in the state, because it may be somebody else's. If it is yours, import it:\n\n%s", o.importBlock(id))
}

// MayExist is for an object that a create may have made, and that was not found. place
// says where to look for it, and id would import it.
func (o Object) MayExist(place, id string) string {
	return fmt.Sprintf("Before the next apply, look for the %s %s. If it is there, import it:\n\n%s", o.Noun, place, o.importBlock(id))
}

func (o Object) importBlock(id string) string {
	return fmt.Sprintf("  import {\n    to = %s.<name>\n    id = %q\n  }", o.Type, id)
}
