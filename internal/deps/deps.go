package deps

import (
	_ "github.com/Azure/azure-sdk-for-go/sdk/azcore/arm/runtime"
	_ "github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	_ "github.com/alibabacloud-go/darabonba-openapi/v2/client"
	_ "github.com/alibabacloud-go/darabonba-openapi/v2/utils"
	_ "github.com/aliyun/credentials-go/credentials"
	_ "github.com/aliyun/credentials-go/credentials/providers"
	_ "github.com/google/go-cmp/cmp"
	_ "github.com/google/uuid"
	_ "github.com/hashicorp/terraform-plugin-framework-nettypes/iptypes"
	_ "github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	_ "github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	_ "github.com/hashicorp/terraform-plugin-framework/providerserver"
	_ "github.com/hashicorp/terraform-plugin-go/tfprotov6"
	_ "github.com/hashicorp/terraform-plugin-log/tflog"
	_ "github.com/hashicorp/terraform-plugin-testing/helper/resource"
	_ "golang.org/x/sync/singleflight"
	_ "golang.org/x/time/rate"
	_ "software.sslmate.com/src/go-pkcs12"
)
