package provider

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/clouds"
)

// blockSchema is the provider block. Every argument is optional, and none is
// looked at before the cloud that it belongs to is used.
func blockSchema() schema.Schema {
	return schema.Schema{
		MarkdownDescription: "BGP peering across clouds: declare BGP groups, peers and networks on Alibaba Cloud (VPC, Express Connect virtual border routers), " +
			"and read the BGP sessions of Azure virtual network gateways and the routes of gateways and Route Servers.\n\n" +
			"Each cloud is optional: a configuration that uses only one needs no arguments or credentials of the other. " +
			"If the provider block leaves an argument out, or sets it to an empty string, the environment variables named below are used: " +
			"the first that is set and not empty. An access key, its secret and its token always come from the same place. " +
			"If the provider block chooses how to authenticate, other ways in the environment are ignored: " +
			"with `profile` in the provider block, the provider does not read `ALICLOUD_ACCESS_KEY`.",
		Attributes: map[string]schema.Attribute{
			"ca_certificate_file": text(clouds.CACertificateFile,
				"Path of a PEM file with certificates to trust, in addition to the system's, on all connections of the provider."),
			"alibaba_cloud": alibabaCloudSchema(),
			"azure":         azureSchema(),
		},
	}
}

func alibabaCloudSchema() schema.Attribute {
	return schema.SingleNestedAttribute{
		Optional: true,
		MarkdownDescription: "How to reach Alibaba Cloud. The names are those of the `alicloud` provider. " +
			"If neither this object nor the variables give credentials, the provider looks where Alibaba Cloud's own tools look: " +
			"an OIDC token, the command-line tool's configuration file, the credentials file, and the ECS instance's RAM role.",
		Attributes: map[string]schema.Attribute{
			"region": text(clouds.AlibabaCloudRegion,
				"Region of resources and data sources that set no `region`, such as `cn-shanghai`."),
			"access_key": text(clouds.AlibabaCloudAccessKey,
				"AccessKey ID. Needs `secret_key` from the same place: the provider block, or variables with the same prefix."),
			"secret_key": text(clouds.AlibabaCloudSecretKey,
				"AccessKey secret. Needs `access_key` from the same place."),
			"security_token": text(clouds.AlibabaCloudSecurityToken,
				"Security Token Service (STS) token, if `access_key` and `secret_key` are temporary. It comes from the same place as they do."),
			"profile": text(clouds.AlibabaCloudProfile,
				"Name of a profile in `shared_credentials_file`. Defaults to the current profile of that file."),
			"shared_credentials_file": text(clouds.AlibabaCloudSharedCredentialsFile,
				"Path of the configuration file of Alibaba Cloud's command-line tool. The provider uses a profile's credentials, but not its region. Defaults to `~/.aliyun/config.json`."),
			"ecs_role_name": text(clouds.AlibabaCloudECSRoleName,
				"Name of the RAM role of the ECS instance that Terraform runs on. The credentials come from the metadata service of the instance."),
			"credentials_uri": text(clouds.AlibabaCloudCredentialsURI,
				"URL of a service that gives temporary credentials, such as a sidecar. It answers a GET with JSON that has `AccessKeyId`, `AccessKeySecret`, `SecurityToken` and `Expiration`."),
			"assume_role": schema.DynamicAttribute{
				Optional: true,
				MarkdownDescription: "RAM role to assume with the credentials: an object, or a list of objects to assume several roles one after the other. " +
					"The variables below are used only if this is an object; `assume_role = {}` takes everything from them. Arguments of each role:\n" +
					item(clouds.AssumeRoleARN, "String",
						"ARN of the role, such as `acs:ram::123456789012:role/network`. Required here or in a variable.") +
					item(clouds.AssumeRoleSessionName, "String",
						"Name of the session, which shows in audit logs. Defaults to `terraform`.") +
					item(clouds.AssumeRolePolicy, "String",
						"Policy, as JSON, that restricts the session to a part of what the role allows.") +
					item(clouds.AssumeRoleSessionExpiration, "Number",
						"Seconds until the session expires and is renewed, 900 to 43200 and at most what the role allows. Defaults to 3600.") +
					item(clouds.AssumeRoleExternalID, "String",
						"External ID that the role's trust policy asks for: 2 to 1224 letters, digits and characters of `=,.@:/-_`."),
				Validators: []validator.Dynamic{checked{clouds.AssumeRole}},
			},
			"assume_role_with_oidc": schema.SingleNestedAttribute{
				Optional: true,
				MarkdownDescription: "RAM role to assume with the token of an OpenID Connect provider, without an access key. " +
					"The variables below are used only if this object is set; `assume_role_with_oidc = {}` takes everything from them.",
				Attributes: map[string]schema.Attribute{
					"oidc_provider_arn": text(clouds.AssumeRoleWithOIDCProviderARN,
						"ARN of the OIDC provider, such as `acs:ram::123456789012:oidc-provider/ci`. Required here or in a variable."),
					"role_arn": text(clouds.AssumeRoleWithOIDCRoleARN,
						"ARN of the role. Required here or in a variable."),
					"oidc_token": text(clouds.AssumeRoleWithOIDCToken,
						"The token. One of `oidc_token` and `oidc_token_file` is required."),
					"oidc_token_file": text(clouds.AssumeRoleWithOIDCTokenFile,
						"Path of a file with the token. The provider reads it again when it renews the session."),
					"role_session_name": text(clouds.AssumeRoleWithOIDCRoleSessionName,
						"Name of the session, which shows in audit logs. Defaults to `terraform`."),
					"policy": text(clouds.AssumeRoleWithOIDCPolicy,
						"Policy, as JSON, that restricts the session to a part of what the role allows."),
					"session_expiration": seconds(clouds.AssumeRoleWithOIDCSessionExpiration,
						"Seconds until the session expires and is renewed, 900 to 43200 and at most what the role allows. Defaults to 3600."),
				},
			},
			"endpoint": text(clouds.AlibabaCloudEndpoint,
				"URL of the VPC service, such as `https://vpc.cn-shanghai.aliyuncs.com`, in place of the region's public one. "+
					"Plain `http` is accepted only for a loopback address. A variable may also hold a bare host."),
		},
	}
}

func azureSchema() schema.Attribute {
	return schema.SingleNestedAttribute{
		Optional: true,
		MarkdownDescription: "How to reach Azure. The names are those of the `azurerm` and `azapi` providers. " +
			"Set a client secret, a client certificate, an OIDC token or a managed identity. If none is set, the provider uses the login of the Azure CLI.",
		Attributes: map[string]schema.Attribute{
			"subscription_id": text(clouds.AzureSubscriptionID,
				"Subscription of gateways that data sources give by name, without `subscription_id`."),
			"tenant_id": text(clouds.AzureTenantID,
				"Microsoft Entra tenant to authenticate with. Required with a client secret, a client certificate or an OIDC token."),
			"client_id": text(clouds.AzureClientID,
				"Client (application) ID of the service principal, or of a user-assigned managed identity. Required with a client secret, a client certificate or an OIDC token."),
			"client_id_file_path": text(clouds.AzureClientIDFilePath,
				"Path of a file with the client ID."),
			"client_secret": text(clouds.AzureClientSecret,
				"Client secret of the service principal: its value, not its ID."),
			"client_secret_file_path": text(clouds.AzureClientSecretFilePath,
				"Path of a file with the client secret."),
			"client_certificate": text(clouds.AzureClientCertificate,
				"Client certificate and its private key, as a base64-encoded PKCS#12 bundle."),
			"client_certificate_path": text(clouds.AzureClientCertificatePath,
				"Path of a file with the client certificate and its private key: a PKCS#12 bundle, or PEM with an unencrypted key."),
			"client_certificate_password": text(clouds.AzureClientCertificatePassword,
				"Password of the PKCS#12 bundle."),
			"use_oidc": flag(clouds.AzureUseOIDC,
				"Whether to authenticate with an OpenID Connect (OIDC) token, given by `oidc_token`, `oidc_token_file_path`, "+
					"or `oidc_request_url` with `oidc_request_token`. Defaults to `false`."),
			"oidc_token": text(clouds.AzureOIDCToken,
				"The OIDC token."),
			"oidc_token_file_path": text(clouds.AzureOIDCTokenFilePath,
				"Path of a file with the OIDC token. The provider reads it again for each access token."),
			"oidc_request_url": text(clouds.AzureOIDCRequestURL,
				"URL that gives an OIDC token. GitHub Actions and Azure Pipelines set it. In Azure Pipelines, the ID of the service connection "+
					"comes from the first set variable of `"+strings.Join(clouds.ServiceConnectionVariables, "`, `")+"`."),
			"oidc_request_token": text(clouds.AzureOIDCRequestToken,
				"Bearer token for the request to `oidc_request_url`."),
			"use_msi": flag(clouds.AzureUseMSI,
				"Whether to authenticate with a managed identity. Defaults to `false`."),
			"use_cli": flag(clouds.AzureUseCLI,
				"Whether the provider may use the login of the Azure CLI. Defaults to `true`."),
			"use_aks_workload_identity": flag(clouds.AzureUseAKSWorkloadIdentity,
				"Whether to authenticate with the workload identity of an Azure Kubernetes Service (AKS) pod. "+
					"If `client_id`, `tenant_id` or `oidc_token_file_path` is not set, the pod's own variables give it. Defaults to `false`."),
			"environment": text(clouds.AzureEnvironment,
				"Azure cloud: `public`, `usgovernment` or `china`, in any letter case. Defaults to `public`."),
			"endpoint": schema.SingleNestedAttribute{
				Optional:            true,
				MarkdownDescription: "Endpoints to use instead of the environment's. Each must be `https`.",
				Attributes: map[string]schema.Attribute{
					"resource_manager_endpoint": text(clouds.AzureResourceManagerEndpoint,
						"URL of Azure Resource Manager. Defaults to `https://management.azure.com` in the public cloud."),
					"resource_manager_audience": text(clouds.AzureResourceManagerAudience,
						"Audience of the tokens for Azure Resource Manager. Defaults to the environment's."),
					"active_directory_authority_host": text(clouds.AzureActiveDirectoryAuthorityHost,
						"URL of the Microsoft Entra authority. Defaults to `https://login.microsoftonline.com` in the public cloud."),
				},
			},
			"disable_instance_discovery": flag(clouds.AzureDisableInstanceDiscovery,
				"Whether to trust the authority without checking it at `https://login.microsoftonline.com`: "+
					"for disconnected clouds, private clouds such as Azure Stack, and emulators. Defaults to `false`."),
		},
	}
}

// text is an argument that holds a string.
func text(setting clouds.Setting, description string) schema.StringAttribute {
	return schema.StringAttribute{
		Optional:            true,
		Sensitive:           setting.Secret(),
		MarkdownDescription: withVariables(setting, description),
		Validators:          []validator.String{checked{setting}},
	}
}

// flag is an argument that is true or false.
func flag(setting clouds.Setting, description string) schema.BoolAttribute {
	return schema.BoolAttribute{
		Optional:            true,
		MarkdownDescription: withVariables(setting, description),
	}
}

// seconds is an argument that holds a whole number of seconds.
func seconds(setting clouds.Setting, description string) schema.NumberAttribute {
	return schema.NumberAttribute{
		Optional:            true,
		MarkdownDescription: withVariables(setting, description),
		Validators:          []validator.Number{checked{setting}},
	}
}

// item describes an argument of an attribute that can be an object or a list, for which
// a schema has no attributes.
func item(setting clouds.Setting, kind, description string) string {
	name := string(setting[strings.LastIndexByte(string(setting), '.')+1:])
	return fmt.Sprintf("\n  - `%s` (%s) %s", name, kind, withVariables(setting, description))
}

// withVariables adds the argument's environment variables to its description.
func withVariables(setting clouds.Setting, description string) string {
	variables := setting.Variables()
	switch len(variables) {
	case 0:
		return description
	case 1:
		return description + " Environment variable: `" + variables[0] + "`."
	default:
		return description + " Environment variables, in order: `" + strings.Join(variables, "`, `") + "`."
	}
}
