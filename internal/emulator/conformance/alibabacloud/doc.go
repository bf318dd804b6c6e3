// Package alibabacloud drives the emulated VPC API with Alibaba Cloud's own
// libraries: alibaba-cloud-sdk-go with its typed requests, signed in the first
// generation and answered in JSON or XML, and darabonba-openapi, on which the
// vendor's present SDKs stand, signed in the third.
package alibabacloud
