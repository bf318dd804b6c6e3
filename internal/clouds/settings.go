package clouds

import (
	"fmt"
	"strings"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/alibabacloud"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/azure"
)

// Setting is the path of an argument of the provider block, as users write it:
// "alibaba_cloud.assume_role.role_arn".
type Setting string

// The arguments of the provider block.
const (
	CACertificateFile Setting = "ca_certificate_file"

	AlibabaCloud Setting = "alibaba_cloud"

	AlibabaCloudRegion                = AlibabaCloud + ".region"
	AlibabaCloudAccessKey             = AlibabaCloud + ".access_key"
	AlibabaCloudSecretKey             = AlibabaCloud + ".secret_key"
	AlibabaCloudSecurityToken         = AlibabaCloud + ".security_token"
	AlibabaCloudProfile               = AlibabaCloud + ".profile"
	AlibabaCloudSharedCredentialsFile = AlibabaCloud + ".shared_credentials_file"
	AlibabaCloudECSRoleName           = AlibabaCloud + ".ecs_role_name"
	AlibabaCloudCredentialsURI        = AlibabaCloud + ".credentials_uri"
	AlibabaCloudEndpoint              = AlibabaCloud + ".endpoint"

	AssumeRole                  = AlibabaCloud + ".assume_role" // an object, or a list of them
	AssumeRoleARN               = AssumeRole + roleARN
	AssumeRoleSessionName       = AssumeRole + sessionName
	AssumeRolePolicy            = AssumeRole + policy
	AssumeRoleSessionExpiration = AssumeRole + sessionExpiration
	AssumeRoleExternalID        = AssumeRole + externalID

	AssumeRoleWithOIDC                  = AlibabaCloud + ".assume_role_with_oidc"
	AssumeRoleWithOIDCProviderARN       = AssumeRoleWithOIDC + ".oidc_provider_arn"
	AssumeRoleWithOIDCRoleARN           = AssumeRoleWithOIDC + ".role_arn"
	AssumeRoleWithOIDCToken             = AssumeRoleWithOIDC + ".oidc_token"
	AssumeRoleWithOIDCTokenFile         = AssumeRoleWithOIDC + ".oidc_token_file"
	AssumeRoleWithOIDCRoleSessionName   = AssumeRoleWithOIDC + ".role_session_name"
	AssumeRoleWithOIDCPolicy            = AssumeRoleWithOIDC + ".policy"
	AssumeRoleWithOIDCSessionExpiration = AssumeRoleWithOIDC + ".session_expiration"

	Azure Setting = "azure"

	AzureSubscriptionID            = Azure + ".subscription_id"
	AzureTenantID                  = Azure + ".tenant_id"
	AzureClientID                  = Azure + ".client_id"
	AzureClientIDFilePath          = Azure + ".client_id_file_path"
	AzureClientSecret              = Azure + ".client_secret"
	AzureClientSecretFilePath      = Azure + ".client_secret_file_path"
	AzureClientCertificate         = Azure + ".client_certificate"
	AzureClientCertificatePath     = Azure + ".client_certificate_path"
	AzureClientCertificatePassword = Azure + ".client_certificate_password"
	AzureUseOIDC                   = Azure + ".use_oidc"
	AzureOIDCToken                 = Azure + ".oidc_token"
	AzureOIDCTokenFilePath         = Azure + ".oidc_token_file_path"
	AzureOIDCRequestURL            = Azure + ".oidc_request_url"
	AzureOIDCRequestToken          = Azure + ".oidc_request_token"
	AzureUseMSI                    = Azure + ".use_msi"
	AzureUseCLI                    = Azure + ".use_cli"
	AzureUseAKSWorkloadIdentity    = Azure + ".use_aks_workload_identity"
	AzureEnvironment               = Azure + ".environment"
	AzureDisableInstanceDiscovery  = Azure + ".disable_instance_discovery"

	AzureEndpoint                     = Azure + ".endpoint"
	AzureResourceManagerEndpoint      = AzureEndpoint + ".resource_manager_endpoint"
	AzureResourceManagerAudience      = AzureEndpoint + ".resource_manager_audience"
	AzureActiveDirectoryAuthorityHost = AzureEndpoint + ".active_directory_authority_host"
)

// The arguments of each role to assume.
const (
	roleARN           = ".role_arn"
	sessionName       = ".session_name"
	policy            = ".policy"
	sessionExpiration = ".session_expiration"
	externalID        = ".external_id"
)

// row is what is known about one argument, whatever it is set to.
type row struct {
	// variables stand in for the argument where it is not set; the first one that
	// is set and not empty wins.
	variables []string
	// secret values are hidden in the output of Terraform.
	secret bool
	// flag values are true or false.
	flag bool
	// check refuses a value that cannot be right: it is that of the layer that uses
	// the value. It must not repeat the value in its error when that may hold a secret.
	check func(string) error
	// fromVariable turns what a variable holds into what the argument would hold,
	// where the two have different forms.
	fromVariable func(string) string
}

// table has every argument that holds a value. The variables are those that users
// of the alicloud provider, and of the azurerm and azapi providers, have set.
var table = map[Setting]row{
	CACertificateFile: {variables: []string{"BGP_CA_CERTIFICATE_FILE"}},

	AlibabaCloudRegion:                {variables: []string{"ALICLOUD_REGION", "ALIBABA_CLOUD_REGION"}, check: alibabacloud.CheckRegion},
	AlibabaCloudAccessKey:             {variables: []string{"ALICLOUD_ACCESS_KEY", "ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABACLOUD_ACCESS_KEY_ID"}, check: checkNoSpace},
	AlibabaCloudSecretKey:             {variables: []string{"ALICLOUD_SECRET_KEY", "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "ALIBABACLOUD_ACCESS_KEY_SECRET"}, secret: true, check: checkNoSpace},
	AlibabaCloudSecurityToken:         {variables: []string{"ALICLOUD_SECURITY_TOKEN", "ALIBABA_CLOUD_SECURITY_TOKEN", "ALIBABACLOUD_SECURITY_TOKEN"}, secret: true, check: checkNoSpace},
	AlibabaCloudProfile:               {variables: []string{"ALICLOUD_PROFILE", "ALIBABA_CLOUD_PROFILE"}},
	AlibabaCloudSharedCredentialsFile: {variables: []string{"ALICLOUD_SHARED_CREDENTIALS_FILE", "ALIBABA_CLOUD_CREDENTIALS_FILE"}},
	AlibabaCloudECSRoleName:           {variables: []string{"ALICLOUD_ECS_ROLE_NAME", "ALIBABA_CLOUD_ECS_METADATA"}},
	AlibabaCloudCredentialsURI:        {variables: []string{"ALICLOUD_CREDENTIALS_URI", "ALIBABA_CLOUD_CREDENTIALS_URI"}, check: alibabacloud.CheckCredentialsURI},
	// Users of the alicloud provider have a bare host in these variables.
	AlibabaCloudEndpoint: {variables: []string{"ALIBABA_CLOUD_ENDPOINT_VPC", "VPC_ENDPOINT"}, check: alibabacloud.CheckEndpoint, fromVariable: hostToURL},

	AssumeRoleARN:               {variables: []string{"ALICLOUD_ASSUME_ROLE_ARN", "ALIBABA_CLOUD_ROLE_ARN"}, check: alibabacloud.CheckRoleARN},
	AssumeRoleSessionName:       {variables: []string{"ALICLOUD_ASSUME_ROLE_SESSION_NAME", "ALIBABA_CLOUD_ROLE_SESSION_NAME"}},
	AssumeRolePolicy:            {},
	AssumeRoleSessionExpiration: {variables: []string{"ALICLOUD_ASSUME_ROLE_SESSION_EXPIRATION"}, check: whole(alibabacloud.CheckSessionExpiration)},
	AssumeRoleExternalID:        {check: alibabacloud.CheckExternalID},

	AssumeRoleWithOIDCProviderARN:       {variables: []string{"ALIBABA_CLOUD_OIDC_PROVIDER_ARN"}, check: alibabacloud.CheckOIDCProviderARN},
	AssumeRoleWithOIDCRoleARN:           {variables: []string{"ALIBABA_CLOUD_ROLE_ARN"}, check: alibabacloud.CheckRoleARN},
	AssumeRoleWithOIDCToken:             {variables: []string{"ALIBABA_CLOUD_OIDC_TOKEN"}, secret: true, check: checkNoSpace},
	AssumeRoleWithOIDCTokenFile:         {variables: []string{"ALIBABA_CLOUD_OIDC_TOKEN_FILE"}},
	AssumeRoleWithOIDCRoleSessionName:   {variables: []string{"ALIBABA_CLOUD_ROLE_SESSION_NAME"}},
	AssumeRoleWithOIDCPolicy:            {},
	AssumeRoleWithOIDCSessionExpiration: {check: whole(alibabacloud.CheckSessionExpiration)},

	AzureSubscriptionID:            {variables: []string{"ARM_SUBSCRIPTION_ID"}, check: azure.CheckSubscriptionID},
	AzureTenantID:                  {variables: []string{"ARM_TENANT_ID"}, check: checkNoSpace},
	AzureClientID:                  {variables: []string{"ARM_CLIENT_ID"}, check: checkNoSpace},
	AzureClientIDFilePath:          {variables: []string{"ARM_CLIENT_ID_FILE_PATH"}},
	AzureClientSecret:              {variables: []string{"ARM_CLIENT_SECRET"}, secret: true, check: checkNoSpace},
	AzureClientSecretFilePath:      {variables: []string{"ARM_CLIENT_SECRET_FILE_PATH"}},
	AzureClientCertificate:         {variables: []string{"ARM_CLIENT_CERTIFICATE"}, secret: true},
	AzureClientCertificatePath:     {variables: []string{"ARM_CLIENT_CERTIFICATE_PATH"}},
	AzureClientCertificatePassword: {variables: []string{"ARM_CLIENT_CERTIFICATE_PASSWORD"}, secret: true},
	AzureUseOIDC:                   {variables: []string{"ARM_USE_OIDC"}, flag: true},
	AzureOIDCToken:                 {variables: []string{"ARM_OIDC_TOKEN"}, secret: true, check: checkNoSpace},
	AzureOIDCTokenFilePath:         {variables: []string{"ARM_OIDC_TOKEN_FILE_PATH"}},
	// GitHub Actions and Azure Pipelines set the second and the third.
	AzureOIDCRequestURL:           {variables: []string{"ARM_OIDC_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_URL", "SYSTEM_OIDCREQUESTURI"}, check: azure.CheckOIDCRequestURL},
	AzureOIDCRequestToken:         {variables: []string{"ARM_OIDC_REQUEST_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_TOKEN", "SYSTEM_ACCESSTOKEN"}, secret: true, check: checkNoSpace},
	AzureUseMSI:                   {variables: []string{"ARM_USE_MSI"}, flag: true},
	AzureUseCLI:                   {variables: []string{"ARM_USE_CLI"}, flag: true},
	AzureUseAKSWorkloadIdentity:   {variables: []string{"ARM_USE_AKS_WORKLOAD_IDENTITY"}, flag: true},
	AzureEnvironment:              {variables: []string{"ARM_ENVIRONMENT"}, check: azure.CheckEnvironment},
	AzureDisableInstanceDiscovery: {variables: []string{"ARM_DISABLE_INSTANCE_DISCOVERY"}, flag: true},

	AzureResourceManagerEndpoint:      {variables: []string{"ARM_RESOURCE_MANAGER_ENDPOINT"}, check: azure.CheckEndpoint, fromVariable: hostToURL},
	AzureResourceManagerAudience:      {variables: []string{"ARM_RESOURCE_MANAGER_AUDIENCE"}},
	AzureActiveDirectoryAuthorityHost: {variables: []string{"ARM_ACTIVE_DIRECTORY_AUTHORITY_HOST"}, check: azure.CheckEndpoint, fromVariable: hostToURL},
}

// Settings returns every argument that holds a value, in no order.
func Settings() []Setting {
	settings := make([]Setting, 0, len(table))
	for setting := range table {
		settings = append(settings, setting)
	}
	return settings
}

// Item is the setting's element at an index, from 0, where it is a list.
func (s Setting) Item(index int) Setting { return Setting(fmt.Sprintf("%s[%d]", s, index)) }

// row is the setting's row of the table; in an element of a list, that of the setting
// in an object, without variables.
func (s Setting) row() row {
	before, after, isItem := strings.Cut(string(s), "[")
	if !isItem {
		return table[s]
	}
	_, after, _ = strings.Cut(after, "]")
	row := table[Setting(before+after)]
	row.variables = nil
	return row
}

// Variables returns the environment variables that stand in for the setting
// where it is not set; the first that is set and not empty wins. The variables of
// assume_role and assume_role_with_oidc count only where that object is in the
// provider block.
func (s Setting) Variables() []string {
	return s.row().variables
}

// Secret tells whether the setting's value is to be hidden.
func (s Setting) Secret() bool {
	return s.row().secret
}

// Check returns an error when value, not empty, cannot be right for the setting.
// The error speaks of the value and not of the setting.
func (s Setting) Check(value string) error {
	row := s.row()
	switch {
	case row.flag:
		return checkFlag(value)
	case row.check != nil:
		return row.check(value)
	}
	return nil
}

// parent returns the object that s is an argument of, "" for one at the top.
func (s Setting) parent() Setting {
	i := strings.LastIndexByte(string(s), '.')
	if i < 0 {
		return ""
	}
	return s[:i]
}
