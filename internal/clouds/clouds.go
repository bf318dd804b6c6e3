package clouds

import (
	"errors"
	"log/slog"
	"net/http"
	"os"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/alibabacloud"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/azure"
)

// Config is what a [Clouds] is made of.
type Config struct {
	Values    Values               // The provider block.
	UserAgent string               // Sent with every request.
	Logger    *slog.Logger         // Where the clients log to; nil for nowhere.
	Pace      alibabacloud.Pace    // How long the Alibaba Cloud client waits between looks and retries; zero for its defaults.
	Getenv    func(string) string  // How to read an environment variable; nil for [os.Getenv].
	Shared    *alibabacloud.Shared // What the Alibaba Cloud clients of several provider blocks know of each other's changes; nil for nothing.
	Transport http.RoundTripper    // What carries every request; nil for the network, trusting ca_certificate_file.
}

// Clouds makes a client of each cloud when it is first asked for, and keeps it. A
// failure is not kept: the next call tries again. It is safe for concurrent use.
type Clouds struct {
	config       Config
	transport    lazy[http.RoundTripper]
	alibabaCloud lazy[*alibabacloud.Client]
	azure        lazy[*azure.Client]
}

// New returns a Clouds. It reads nothing and cannot fail.
func New(config Config) *Clouds {
	if config.Getenv == nil {
		config.Getenv = os.Getenv
	}
	return &Clouds{config: config}
}

// AlibabaCloud returns the client of Alibaba Cloud. Its error is a
// [*SettingError] wherever one argument is at fault. No request is made here:
// credentials are fetched with the client's first call.
func (c *Clouds) AlibabaCloud() (*alibabacloud.Client, error) {
	return c.alibabaCloud.get(c.newAlibabaCloud)
}

// Azure returns the client of Azure. Its error is a [*SettingError] wherever
// one argument is at fault. No request is made here: tokens are fetched with the
// client's first call.
func (c *Clouds) Azure() (*azure.Client, error) {
	return c.azure.get(c.newAzure)
}

// DefaultRegion returns the region of Alibaba Cloud that holds where an object
// names none. It is not known, and that is no error, while the provider's region
// is known only after apply. A region that is set nowhere is a [*SettingError].
func (c *Clouds) DefaultRegion() (region string, known bool, err error) {
	region, err = c.KnownRegion()
	if errors.Is(err, ErrUnknown) {
		return "", false, nil
	}
	return region, err == nil, err
}

// KnownRegion is [Clouds.DefaultRegion] for those who cannot do without: a region
// that is known only after apply is a [*SettingError] too.
func (c *Clouds) KnownRegion() (string, error) {
	r := c.reader()
	region := r.required(AlibabaCloudRegion)
	return region, r.err
}

// KnownSubscriptionID returns the Azure subscription that holds where an object
// names none. One that is set nowhere, or known only after apply, is an
// [*SettingError].
func (c *Clouds) KnownSubscriptionID() (string, error) {
	r := c.reader()
	subscriptionID := r.required(AzureSubscriptionID)
	return subscriptionID, r.err
}

func (c *Clouds) reader() *reader {
	return &reader{values: c.config.Values, getenv: c.config.Getenv}
}

// roundTripper returns the transport that both clients share.
func (c *Clouds) roundTripper() (http.RoundTripper, error) {
	if c.config.Transport != nil {
		return c.config.Transport, nil
	}
	return c.transport.get(func() (http.RoundTripper, error) {
		r := c.reader()
		file := r.text(CACertificateFile)
		if r.err != nil {
			return nil, r.err
		}
		transport, err := newTransport(file)
		if err != nil {
			r.refuse(CACertificateFile, err)
			return nil, r.err
		}
		return transport, nil
	})
}
