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
			"Each cloud is optional and is resolved when it is first used: a configuration that uses one never needs the other. " +
			"What the provider block leaves out, or sets to an empty string, comes from the environment variables named below; " +
			"of several, the first that is set and not empty wins. An access key, its secret and its token are all taken from one place. " +
			"Where the provider block chooses how to authenticate, the environment's other ways do not count: " +
			"with `profile` in the provider block, `ALICLOUD_ACCESS_KEY` is not looked at.",
		Attributes: map[string]schema.Attribute{
			"ca_certificate_file": text(clouds.CACertificateFile,
				"Path of a file of PEM certificates to trust, in addition to the system's, on every connection that the provider makes."),
			"alibaba_cloud": alibabaCloudSchema(),
			"azure":         azureSchema(),
		},
	}
}

func alibabaCloudSchema() schema.Attribute {
	return schema.SingleNestedAttribute{
		Optional: true,
		MarkdownDescription: "How to reach Alibaba Cloud. The names are those of the `alicloud` provider. " +
			"Where nothing here and none of the variables gives credentials, they are looked for where Alibaba Cloud's own tools do: " +
			"an OIDC token, the command-line tool's configuration file, the credentials file, and the ECS instance's RAM role.",
		Attributes: map[string]schema.Attribute{
			"region": text(clouds.AlibabaCloudRegion,
				"Region of objects that name none, such as `cn-shanghai`."),
			"access_key": text(clouds.AlibabaCloudAccessKey,
				"AccessKey ID. Goes with `secret_key`, from the same place: the provider block, or variables that begin alike."),
			"secret_key": text(clouds.AlibabaCloudSecretKey,
				"AccessKey secret. Goes with `access_key`, from the same place."),
			"security_token": text(clouds.AlibabaCloudSecurityToken,
				"Security Token Service (STS) token, where `access_key` and `secret_key` are temporary. It is taken from the same place as they are."),
			"profile": text(clouds.AlibabaCloudProfile,
				"Name of a profile in `shared_credentials_file`. Defaults to the profile that is current there."),
			"shared_credentials_file": text(clouds.AlibabaCloudSharedCredentialsFile,
				"Path of the configuration file of Alibaba Cloud's command-line tool. Of a profile, only the credentials are used, not the region. Defaults to `~/.aliyun/config.json`."),
			"ecs_role_name": text(clouds.AlibabaCloudECSRoleName,
				"Name of the RAM role of the ECS instance that Terraform runs on, whose metadata service then gives the credentials."),
			"credentials_uri": text(clouds.AlibabaCloudCredentialsURI,
				"URL that gives temporary credentials, such as that of a sidecar: a GET is answered with JSON that has `AccessKeyId`, `AccessKeySecret`, `SecurityToken` and `Expiration`."),
			"assume_role": schema.DynamicAttribute{
				Optional: true,
				MarkdownDescription: "RAM role to assume with the credentials found: an object, or a list of objects for roles to assume one after the other. " +
					"The variables below count only where this is an object; `assume_role = {}` takes everything from them. Arguments of each role:\n" +
					item(clouds.AssumeRoleARN, "String",
						"ARN of the role, such as `acs:ram::123456789012:role/network`. Required here or in a variable.") +
					item(clouds.AssumeRoleSessionName, "String",
						"Name of the session, which shows in audit logs. Defaults to `terraform`.") +
					item(clouds.AssumeRolePolicy, "String",
						"Policy, as JSON, that narrows what the session may do below what the role allows.") +
					item(clouds.AssumeRoleSessionExpiration, "Number",
						"Seconds until the session expires and is renewed, 900 to 43200 and at most what the role allows. Defaults to 3600.") +
					item(clouds.AssumeRoleExternalID, "String",
						"External ID that the role's trust policy asks for: 2 to 1224 letters, digits and characters of `=,.@:/-_`."),
				Validators: []validator.Dynamic{checked{clouds.AssumeRole}},
			},
			"assume_role_with_oidc": schema.SingleNestedAttribute{
				Optional: true,
				MarkdownDescription: "RAM role to assume with the token of an OpenID Connect provider; no access key is needed. " +
					"The variables below count only where this object is set; `assume_role_with_oidc = {}` takes everything from them.",
				Attributes: map[string]schema.Attribute{
					"oidc_provider_arn": text(clouds.AssumeRoleWithOIDCProviderARN,
						"ARN of the OIDC provider, such as `acs:ram::123456789012:oidc-provider/ci`. Required here or in a variable."),
					"role_arn": text(clouds.AssumeRoleWithOIDCRoleARN,
						"ARN of the role. Required here or in a variable."),
					"oidc_token": text(clouds.AssumeRoleWithOIDCToken,
						"The token. One of `oidc_token` and `oidc_token_file` is required."),
					"oidc_token_file": text(clouds.AssumeRoleWithOIDCTokenFile,
						"Path of a file that holds the token; it is read again whenever the session is renewed."),
					"role_session_name": text(clouds.AssumeRoleWithOIDCRoleSessionName,
						"Name of the session, which shows in audit logs. Defaults to `terraform`."),
					"policy": text(clouds.AssumeRoleWithOIDCPolicy,
						"Policy, as JSON, that narrows what the session may do below what the role allows."),
					"session_expiration": seconds(clouds.AssumeRoleWithOIDCSessionExpiration,
						"Seconds until the session expires and is renewed, 900 to 43200 and at most what the role allows. Defaults to 3600."),
				},
			},
			"endpoint": text(clouds.AlibabaCloudEndpoint,
				"URL of the VPC service, such as `https://vpc.cn-shanghai.aliyuncs.com`, in place of the region's public one. "+
					"Plain `http` is accepted only toward a loopback address. In a variable it may also be a bare host."),
		},
	}
}

func azureSchema() schema.Attribute {
	return schema.SingleNestedAttribute{
		Optional: true,
		MarkdownDescription: "How to reach Azure. The names are those of the `azurerm` and `azapi` providers. " +
			"Give a client secret, a client certificate, an OIDC token or a managed identity; where nothing of these is set, the Azure CLI's login is used.",
		Attributes: map[string]schema.Attribute{
			"subscription_id": text(clouds.AzureSubscriptionID,
				"Subscription of gateways that are given by name and name none."),
			"tenant_id": text(clouds.AzureTenantID,
				"Microsoft Entra tenant to authenticate with. Required with a client secret, a client certificate or an OIDC token."),
			"client_id": text(clouds.AzureClientID,
				"Client (application) ID of the service principal, or of a user-assigned managed identity. Required with a client secret, a client certificate or an OIDC token."),
			"client_id_file_path": text(clouds.AzureClientIDFilePath,
				"Path of a file that holds the client ID."),
			"client_secret": text(clouds.AzureClientSecret,
				"Client secret of the service principal: its value, not its ID."),
			"client_secret_file_path": text(clouds.AzureClientSecretFilePath,
				"Path of a file that holds the client secret."),
			"client_certificate": text(clouds.AzureClientCertificate,
				"Client certificate with its private key, as a base64-encoded PKCS#12 bundle."),
			"client_certificate_path": text(clouds.AzureClientCertificatePath,
				"Path of a file that holds the client certificate with its private key, as a PKCS#12 bundle, or as PEM with the key unencrypted."),
			"client_certificate_password": text(clouds.AzureClientCertificatePassword,
				"Password of the PKCS#12 bundle."),
			"use_oidc": flag(clouds.AzureUseOIDC,
				"Whether to authenticate with an OpenID Connect (OIDC) token, given by `oidc_token`, `oidc_token_file_path`, "+
					"or `oidc_request_url` with `oidc_request_token`. Defaults to `false`."),
			"oidc_token": text(clouds.AzureOIDCToken,
				"The OIDC token."),
			"oidc_token_file_path": text(clouds.AzureOIDCTokenFilePath,
				"Path of a file that holds the OIDC token; it is read again whenever a token is needed."),
			"oidc_request_url": text(clouds.AzureOIDCRequestURL,
				"URL that gives an OIDC token, as GitHub Actions and Azure Pipelines set it. In Azure Pipelines, the ID of the service connection "+
					"comes from the first of `"+strings.Join(clouds.ServiceConnectionVariables, "`, `")+"`."),
			"oidc_request_token": text(clouds.AzureOIDCRequestToken,
				"Bearer token for the request to `oidc_request_url`."),
			"use_msi": flag(clouds.AzureUseMSI,
				"Whether to authenticate with a managed identity. Defaults to `false`."),
			"use_cli": flag(clouds.AzureUseCLI,
				"Whether the Azure CLI's login may be used. Defaults to `true`."),
			"use_aks_workload_identity": flag(clouds.AzureUseAKSWorkloadIdentity,
				"Whether to authenticate with the workload identity of an Azure Kubernetes Service (AKS) pod, "+
					"whose own variables then give `client_id`, `tenant_id` and `oidc_token_file_path` where they are not set. Defaults to `false`."),
			"environment": text(clouds.AzureEnvironment,
				"Azure cloud: `public`, `usgovernment` or `china`, in any letter case. Defaults to `public`."),
			"endpoint": schema.SingleNestedAttribute{
				Optional:            true,
				MarkdownDescription: "Endpoints in place of the environment's, each `https`.",
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
				"Whether to trust the authority without asking `https://login.microsoft.com` about it: "+
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
func seconds(setting clouds.Setting, description string) schema.Int64Attribute {
	return schema.Int64Attribute{
		Optional:            true,
		MarkdownDescription: withVariables(setting, description),
		Validators:          []validator.Int64{checked{setting}},
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
