package live

import (
	"flag"
	"fmt"
	"io"
	"log"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/command"
)

const programName = "bgp-emulator-live"

const speakersHelp = "`where` the emulated routers are on loopback, and routers of your own: pairs such as 10.1.0.254=127.0.0.5:1790 " +
	"with commas between them, or a file with a pair on each line; the left side is an address in the model, or the id of a virtual border router " +
	"(default 127.0.64.1:1790, 127.0.64.2:1790 and so on for the emulated ones)"

// Program is the bgp-emulator-live command.
func Program(version string) command.Program {
	var speakers *Speakers // of the one run
	return command.Program{
		Name: programName,
		About: `bgp-emulator-live is bgp-emulator with real BGP: every virtual border router of
the emulated Alibaba Cloud and every instance of a gateway of the emulated Azure
is a BGP speaker on loopback. They have sessions with each other, and with a
router of your own: FRR, BIRD, OpenBGPD or any other.`,
		Version: version,
		Flags: func(flags *flag.FlagSet) func(*emulator.Config) error {
			addresses := Addresses{}
			flags.Func("speakers", speakersHelp, func(text string) (err error) {
				addresses, err = ParseAddresses(text)
				return err
			})
			return func(config *emulator.Config) error {
				speakers = New(addresses, log.New(config.ErrorLog.Writer(), programName+": ", log.Ltime))
				config.Speakers = speakers
				return nil
			}
		},
		Started: func(_ *emulator.Emulator, stderr io.Writer) map[string]string {
			_, _ = fmt.Fprintf(stderr, "%s: BGP speakers, by their addresses in the model:\n%s", programName, speakers.Table())
			return speakers.Env()
		},
	}
}
