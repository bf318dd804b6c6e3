package main

import (
	"context"
	"fmt"
)

// measureStart measures what it costs to start the provider and ask for its schema,
// beside an empty provider.
func measureStart(ctx context.Context, b *bench) (string, error) {
	b.log("start: %d times", b.starts)
	p, err := b.project(providerConfig, nil)
	if err != nil {
		return "", err
	}
	var bgp, empty samples
	for i := range b.starts + 1 {
		// In turns, so that what else the machine does falls on both.
		for of, times := range map[provider]*samples{b.providers.bgp: &bgp, b.providers.empty: &empty} {
			took, err := p.run(ctx, of, schema...)
			if err != nil {
				return "", err
			}
			if i > 0 { // The first run reads the binaries from the disk.
				*times = append(*times, took)
			}
		}
	}

	t := newTable("`terraform providers schema -json`", "time", "shortest–longest", "peak memory of the provider", "binary")
	var memory, size [2]float64
	for i, of := range []provider{b.providers.bgp, b.providers.empty} {
		took, err := b.usage(ctx, p, of, schema)
		if err != nil {
			return "", err
		}
		memory[i] = took.megabytes()
		if size[i], err = of.megabytes(); err != nil {
			return "", err
		}
	}
	row := func(name string, times samples, i int) {
		t.row(name, seconds(times.median()), times.spread(), fmt.Sprintf("%.1f MB", memory[i]), fmt.Sprintf("%.1f MB", size[i]))
	}
	row("this provider", bgp, 0)
	row("an empty provider of the same framework", empty, 1)
	b.highlight("Start: `terraform providers schema -json`", fmt.Sprintf("%s, %.0f MB", seconds(bgp.median()), memory[0]),
		fmt.Sprintf("%s, %.0f MB (an empty provider)", seconds(empty.median()), memory[1]))
	b.highlight("Binary", fmt.Sprintf("%.1f MB", size[0]), fmt.Sprintf("%.1f MB (an empty provider)", size[1]))
	t.row("ratio", ratio(bgp.median().Seconds(), empty.median().Seconds()), "", ratio(memory[0], memory[1]), ratio(size[0], size[1]))
	return fmt.Sprintf(`### Start

Terraform starts a provider three to five times in every plan, apply and destroy. The time is that of the whole command, the CLI's own
start included, and the median of %d runs.

%s`, b.starts, t), nil
}
