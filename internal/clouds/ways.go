package clouds

import "slices"

// ways are the choices that the arguments offer, each a list of ways to go. The
// arguments of one way go together; the provider block and the environment may
// complete each other there. But what the provider block chooses, the environment
// does not undo: a role in the provider block holds even while the environment has
// a key for other tools.
var ways = [][][]Setting{
	// Who to be on Alibaba Cloud.
	{
		{AlibabaCloudAccessKey, AlibabaCloudSecretKey, AlibabaCloudSecurityToken},
		{AlibabaCloudProfile, AlibabaCloudSharedCredentialsFile},
		{AlibabaCloudECSRoleName},
		{AlibabaCloudCredentialsURI},
		{AssumeRoleWithOIDC},
	},
	{{AssumeRoleWithOIDCToken}, {AssumeRoleWithOIDCTokenFile}},
	// Who to be on Azure.
	{
		{AzureClientCertificate, AzureClientCertificatePath, AzureClientCertificatePassword},
		{AzureClientSecret, AzureClientSecretFilePath},
		{AzureUseOIDC},
		{AzureUseAKSWorkloadIdentity},
		{AzureUseMSI},
	},
	{{AzureClientID}, {AzureClientIDFilePath}},
	{{AzureClientCertificate}, {AzureClientCertificatePath}},
	{{AzureClientSecret}, {AzureClientSecretFilePath}},
	{{AzureOIDCToken}, {AzureOIDCTokenFilePath}, {AzureOIDCRequestURL, AzureOIDCRequestToken}},
}

// choosesAgainst tells whether the provider block goes another way than the
// argument's.
func (v Values) choosesAgainst(setting Setting) bool {
	for _, choice := range ways {
		own := slices.IndexFunc(choice, func(way []Setting) bool { return slices.Contains(way, setting) })
		if own < 0 {
			continue
		}
		for i, way := range choice {
			if i != own && slices.ContainsFunc(way, v.chooses) {
				return true
			}
		}
	}
	return false
}

// chooses tells whether the provider block has the argument: a text that is not
// empty, a flag that is true, an object, or anything known only after apply.
func (v Values) chooses(setting Setting) bool {
	value, ok := v[setting]
	if _, holdsValue := table[setting]; !holdsValue {
		return ok
	}
	return value.Unknown || value.Text != "" && value.Text != "false"
}
