package azure

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/arm"
	"github.com/google/uuid"
)

const (
	gatewayType    = "Microsoft.Network/virtualNetworkGateways"
	connectionType = "Microsoft.Network/virtualHubs/bgpConnections"
)

// NewGatewayID returns the ARM id of a virtual network gateway.
func NewGatewayID(subscriptionID, resourceGroupName, name string) (*arm.ResourceID, error) {
	return arm.ParseResourceID(fmt.Sprintf("/subscriptions/%s/resourceGroups/%s/providers/%s/%s",
		subscriptionID, resourceGroupName, gatewayType, name))
}

// ParseGatewayID parses the ARM id of a virtual network gateway, in any letter case. In
// the result the fixed parts have the letter case of the API's documents; names stay as
// they are.
func ParseGatewayID(text string) (*arm.ResourceID, error) {
	return parseID(text, "virtual network gateway", gatewayType, "/subscriptions/…/resourceGroups/…/providers/"+gatewayType+"/…")
}

// ParseBGPConnectionID parses the ARM id of a BGP peering of a Route Server, or of a
// virtual hub, as [ParseGatewayID] does.
func ParseBGPConnectionID(text string) (*arm.ResourceID, error) {
	return parseID(text, "BGP peering of a Route Server", connectionType,
		"/subscriptions/…/resourceGroups/…/providers/Microsoft.Network/virtualHubs/…/bgpConnections/…")
}

// parseID parses the id of a resource of the given type; what and form name the
// resource and its id's form in messages.
func parseID(text, what, resourceType, form string) (*arm.ResourceID, error) {
	id, err := arm.ParseResourceID(text)
	if err != nil {
		return nil, fmt.Errorf("not an ARM resource id; that of a %s is %s", what, form)
	}
	if got := id.ResourceType.String(); !strings.EqualFold(got, resourceType) {
		return nil, fmt.Errorf("the id is that of a %s; that of a %s is %s", got, what, form)
	}
	canonical := strings.Split(form, "…")
	names := []string{id.SubscriptionID, id.ResourceGroupName}
	if id.Parent.ResourceType.String() != arm.ResourceGroupResourceType.String() {
		names = append(names, id.Parent.Name)
	}
	names = append(names, id.Name)
	var written strings.Builder
	for i, name := range names {
		written.WriteString(canonical[i] + name)
	}
	// The parser accepts more than an id of this type: an extension's id, a doubled
	// slash, spaces. Then the text that was put together differs from the input.
	if !strings.EqualFold(written.String(), text) || slices.Contains(names, "") || strings.ContainsAny(text, "?#% ") {
		return nil, fmt.Errorf("not the id of a %s, which is %s", what, form)
	}
	return arm.ParseResourceID(written.String())
}

// CheckSubscriptionID checks the form of a subscription's id, which the REST
// reference says must be a UUID.
func CheckSubscriptionID(id string) error {
	// uuid takes other spellings too, of other lengths.
	if len(id) != len(uuid.Nil.String()) || uuid.Validate(id) != nil {
		return errors.New("a subscription id is a UUID, such as 00000000-0000-0000-0000-000000000000; it is not the subscription's name")
	}
	return nil
}

// CheckResourceGroupName checks a resource group's name by Azure's naming
// rules (learn.microsoft.com, "Naming rules and restrictions for Azure
// resources").
func CheckResourceGroupName(name string) error {
	valid := func(r rune) bool {
		return unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("_-.()", r)
	}
	if n := utf8.RuneCountInString(name); n < 1 || n > 90 || strings.HasSuffix(name, ".") || strings.ContainsFunc(name, func(r rune) bool { return !valid(r) }) {
		return errors.New("a resource group's name has 1 to 90 letters, digits, underscores, hyphens, periods and parentheses, and does not end with a period")
	}
	return nil
}

// gatewayName is the form of a name, without its length: with that, the compiled pattern
// would take 60 kB.
var gatewayName = regexp.MustCompile(`^[0-9A-Za-z]([0-9A-Za-z_.-]*[0-9A-Za-z_])?$`)

// CheckGatewayName checks a virtual network gateway's name by Azure's naming
// rules.
func CheckGatewayName(name string) error {
	if len(name) > 80 || !gatewayName.MatchString(name) {
		return errors.New("a virtual network gateway's name has 1 to 80 letters, digits, underscores, periods and hyphens, " +
			"begins with a letter or digit and ends with a letter, digit or underscore")
	}
	return nil
}
