package directory

import (
	"context"

	"portico/userpool"
)

// ListDevices lists the devices of a user that are remembered, the latest use first (ListDevices, AdminListDevices).
func (d *Directory) ListDevices(ctx context.Context, pool *userpool.Pool, sub userpool.Sub) ([]userpool.Device, error) {
	if !pool.Devices.Remember {
		return nil, nil
	}
	all, err := d.Storage.Devices(ctx, pool.ID, sub)
	if err != nil {
		return nil, err
	}
	var list []userpool.Device
	for _, device := range all {
		if pool.Devices.Remembers(device, d.Now()) {
			list = append(list, device)
		}
	}
	return list, nil
}

// ForgetDevice forgets one of a user's devices: whoever signs in there is asked for everything again (ForgetDevice). It fails
// with userpool.ErrNoDevice, also for a device of somebody else.
func (d *Directory) ForgetDevice(ctx context.Context, pool *userpool.Pool, sub userpool.Sub, key string) error {
	return d.Storage.ForgetDevice(ctx, pool.ID, sub, key)
}

// ForgetDevices forgets all of a user's devices.
func (d *Directory) ForgetDevices(ctx context.Context, pool *userpool.Pool, sub userpool.Sub) error {
	return d.Storage.ForgetDevices(ctx, pool.ID, sub)
}
