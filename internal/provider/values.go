package provider

import (
	"fmt"
	"math/big"
	"strconv"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/clouds"
)

// readValues reads the provider block. It walks the raw value because the
// framework reads an argument of an unknown object as null, and whoever sets
// alibaba_cloud to something known only after apply must not be told that the
// access key is missing.
func readValues(block tftypes.Value) (clouds.Values, error) {
	values := clouds.Values{}
	if err := readInto(values, "", block); err != nil {
		return nil, err
	}
	return values, nil
}

func readInto(values clouds.Values, at clouds.Setting, value tftypes.Value) error {
	if !value.IsKnown() {
		values[at] = clouds.Value{Unknown: true}
		return nil
	}
	if value.IsNull() {
		return nil
	}
	switch {
	case value.Type().Is(tftypes.String):
		var text string
		if err := value.As(&text); err != nil {
			return fmt.Errorf("%s: %w", at, err)
		}
		values[at] = clouds.Value{Text: text}
	case value.Type().Is(tftypes.Bool):
		var flag bool
		if err := value.As(&flag); err != nil {
			return fmt.Errorf("%s: %w", at, err)
		}
		values[at] = clouds.Value{Text: strconv.FormatBool(flag)}
	case value.Type().Is(tftypes.Number):
		number := new(big.Float)
		if err := value.As(&number); err != nil {
			return fmt.Errorf("%s: %w", at, err)
		}
		values[at] = clouds.Value{Text: number.Text('f', -1)}
	default:
		return readItems(values, at, value)
	}
	return nil
}

// readItems reads an object or a list.
func readItems(values clouds.Values, at clouds.Setting, value tftypes.Value) error {
	switch value.Type().(type) {
	case tftypes.List, tftypes.Tuple:
		var items []tftypes.Value
		if err := value.As(&items); err != nil {
			return fmt.Errorf("%s: %w", at, err)
		}
		values[at] = clouds.Value{List: true, Items: len(items)}
		for i, item := range items {
			if err := readInto(values, at.Item(i), item); err != nil {
				return err
			}
		}
	case tftypes.Object, tftypes.Map:
		var settings map[string]tftypes.Value
		if err := value.As(&settings); err != nil {
			return fmt.Errorf("%s: %w", at, err)
		}
		if at != "" {
			values[at] = clouds.Value{}
			at += "."
		}
		for name, setting := range settings {
			if err := readInto(values, at+clouds.Setting(name), setting); err != nil {
				return err
			}
		}
	default:
		return fmt.Errorf("the provider's argument %s must be an object or a list of objects: a set has no order", at)
	}
	return nil
}
