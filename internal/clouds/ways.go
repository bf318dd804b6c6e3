package clouds

import (
	"slices"
	"strconv"
)

// way is one of the ways to go where settings offer a choice.
type way struct {
	by   []Setting // any of these that is set chooses the way; a way without is the last resort
	with []Setting // these are used beside
}

// choices are those that the settings offer, each with its ways in the order in which
// the client layers look at them: the first that is set counts. Settings of the other
// ways are not read, so they may be wrong, or known only after apply.
//
// What the provider block chooses, the environment does not undo: a role in the
// provider block holds even while the environment has a key for other tools.
//
// A choice within a way stands after it.
var choices = [][]way{
	// Who to be on Alibaba Cloud.
	{
		{by: keyPair},
		{by: []Setting{AlibabaCloudProfile, AlibabaCloudSharedCredentialsFile}},
		{by: []Setting{AlibabaCloudCredentialsURI}},
		{by: []Setting{AlibabaCloudECSRoleName}},
		{by: []Setting{AssumeRoleWithOIDC}, with: []Setting{
			AssumeRoleWithOIDCProviderARN, AssumeRoleWithOIDCRoleARN, AssumeRoleWithOIDCToken, AssumeRoleWithOIDCTokenFile,
			AssumeRoleWithOIDCRoleSessionName, AssumeRoleWithOIDCPolicy, AssumeRoleWithOIDCSessionExpiration,
		}},
		{}, // what is looked for by default
	},
	{{by: []Setting{AssumeRoleWithOIDCToken}}, {by: []Setting{AssumeRoleWithOIDCTokenFile}}},
	// Who to be on Azure.
	{
		{by: []Setting{AzureClientCertificate, AzureClientCertificatePath}, with: append([]Setting{AzureClientCertificatePassword}, servicePrincipal...)},
		{by: []Setting{AzureClientSecret, AzureClientSecretFilePath}, with: servicePrincipal},
		{by: []Setting{AzureUseOIDC}, with: append([]Setting{AzureOIDCToken, AzureOIDCTokenFilePath, AzureOIDCRequestURL, AzureOIDCRequestToken}, servicePrincipal...)},
		{by: []Setting{AzureUseAKSWorkloadIdentity}, with: append([]Setting{AzureOIDCTokenFilePath}, servicePrincipal...)},
		{by: []Setting{AzureUseMSI}, with: []Setting{AzureClientID, AzureClientIDFilePath}},
		{with: []Setting{AzureUseCLI, AzureTenantID}},
	},
	{{by: []Setting{AzureClientID}}, {by: []Setting{AzureClientIDFilePath}}},
	{{by: []Setting{AzureClientCertificate}}, {by: []Setting{AzureClientCertificatePath}}},
	{{by: []Setting{AzureClientSecret}}, {by: []Setting{AzureClientSecretFilePath}}},
	{{by: []Setting{AzureOIDCToken}}, {by: []Setting{AzureOIDCTokenFilePath}}, {by: []Setting{AzureOIDCRequestURL, AzureOIDCRequestToken}}},
}

// servicePrincipal is what every way uses that asks Microsoft Entra for tokens.
var servicePrincipal = []Setting{AzureTenantID, AzureClientID, AzureClientIDFilePath, AzureActiveDirectoryAuthorityHost, AzureDisableInstanceDiscovery}

// keyPair is a key of Alibaba Cloud, its secret, and the token of temporary keys. They
// belong together: all three come from the provider block, or from the variables of
// one place, which stand at the same index in the table.
var keyPair = []Setting{AlibabaCloudAccessKey, AlibabaCloudSecretKey, AlibabaCloudSecurityToken}

// used tells whether the setting is of the way that is chosen, wherever there is a
// choice.
func (r *reader) used(setting Setting) bool { return r.usedWithin(setting, choices) }

func (r *reader) usedWithin(setting Setting, choices [][]way) bool {
	for i, choice := range choices {
		if !slices.ContainsFunc(choice, func(w way) bool { return w.has(setting) }) {
			continue
		}
		chosen := slices.IndexFunc(choice, func(w way) bool {
			return len(w.by) == 0 || slices.ContainsFunc(w.by, func(by Setting) bool { return r.usedWithin(by, choices[:i]) && r.isSet(by) })
		})
		if chosen < 0 || !choice[chosen].has(setting) {
			return false
		}
	}
	return true
}

func (w way) has(setting Setting) bool {
	return slices.Contains(w.by, setting) || slices.Contains(w.with, setting)
}

// isSet tells whether the setting chooses its way, by the provider block or a
// variable. One that is known only after apply does.
func (r *reader) isSet(setting Setting) bool {
	if r.unknown(setting) != "" || r.values.chooses(setting) {
		return true
	}
	text, _ := r.lookup(setting)
	return isChoice(setting, text)
}

// choosesAgainst tells whether the provider block goes another way than the
// setting's.
func (v Values) choosesAgainst(setting Setting) bool {
	for _, choice := range choices {
		own := slices.IndexFunc(choice, func(w way) bool { return slices.Contains(w.by, setting) })
		if own < 0 {
			continue
		}
		for i, w := range choice {
			if i != own && slices.ContainsFunc(w.by, v.chooses) {
				return true
			}
		}
	}
	return false
}

// chooses tells whether the provider block has the setting: a text that is not
// empty, a flag that is true, an object, or anything known only after apply.
func (v Values) chooses(setting Setting) bool {
	value, ok := v[setting]
	if _, holdsValue := table[setting]; !holdsValue {
		return ok
	}
	return value.Unknown || isChoice(setting, value.Text)
}

// isChoice tells whether a value says something: a flag that is false does not.
func isChoice(setting Setting, text string) bool {
	if table[setting].flag {
		value, err := strconv.ParseBool(text)
		return text != "" && (value || err != nil) // One that is neither is an error where it is read.
	}
	return text != ""
}
