package store

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"portico/userpool"
)

// Devices lists a user's devices, the latest use first; none of a user who is disabled, who can sign in by none. Whether they are
// still remembered is the caller's to judge.
func (db *DB) Devices(ctx context.Context, pool userpool.ID, sub userpool.Sub) (list []userpool.Device, err error) {
	rows, err := db.read().QueryContext(ctx, `
		SELECT
			d.key,
			d.secret,
			d.browser,
			d.system,
			d.created,
			d.used
		FROM devices d
		JOIN users u ON u.pool = d.pool AND u.sub = d.sub
		WHERE d.pool = $1 AND d.sub = $2 AND u.enabled`, // rememberDevice bounds how many there are
		pool, sub)
	if err != nil {
		return nil, fmt.Errorf("list devices: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		d := userpool.Device{Pool: pool, Sub: sub}
		var created, used int64
		if err := rows.Scan(&d.Key, &d.Secret, &d.Browser, &d.System, &created, &used); err != nil {
			return nil, fmt.Errorf("list devices: %w", err)
		}
		d.Created, d.Used = moment(created), moment(used)
		list = append(list, d)
	}
	slices.SortFunc(list, func(a, b userpool.Device) int { return cmp.Or(b.Used.Compare(a.Used), cmp.Compare(a.Key, b.Key)) })
	return list, rows.Err()
}

// ForgetDevice forgets one device of a user. It fails with userpool.ErrNoDevice.
func (db *DB) ForgetDevice(ctx context.Context, pool userpool.ID, sub userpool.Sub, key string) error {
	return db.update(ctx, func(ctx context.Context, tx querier) error {
		gone, err := changed(ctx, tx, `DELETE FROM devices WHERE pool = $1 AND sub = $2 AND key = $3`, pool, sub, key)
		if err != nil {
			return fmt.Errorf("forget a device: %w", err)
		}
		if !gone {
			return userpool.ErrNoDevice
		}
		return nil
	})
}

// ForgetDevices forgets all devices of a user.
func (db *DB) ForgetDevices(ctx context.Context, pool userpool.ID, sub userpool.Sub) error {
	return db.update(ctx, func(ctx context.Context, tx querier) error { return forgetDevices(ctx, tx, pool, sub) })
}

func forgetDevices(ctx context.Context, tx querier, pool userpool.ID, sub userpool.Sub) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM devices WHERE pool = $1 AND sub = $2`, pool, sub); err != nil {
		return fmt.Errorf("forget the devices of a user: %w", err)
	}
	return nil
}

// rememberDevice adds a device, and forgets the one that was not used for longest where there are too many. Touching the user
// first makes two sign-ins of one user wait for each other, so that the limit holds.
func rememberDevice(ctx context.Context, tx querier, d userpool.Device) error {
	if _, err := tx.ExecContext(ctx, `UPDATE users SET version = version WHERE pool = $1 AND sub = $2`, d.Pool, d.Sub); err != nil {
		return fmt.Errorf("remember a device: %w", err)
	}
	keys, err := deviceKeys(ctx, tx, d.Pool, d.Sub)
	if err != nil {
		return fmt.Errorf("list the keys of devices: %w", err)
	}
	for _, key := range keys[:max(0, len(keys)+1-userpool.MaxDevices)] {
		if _, err := tx.ExecContext(ctx, `DELETE FROM devices WHERE pool = $1 AND sub = $2 AND key = $3`, d.Pool, d.Sub, key); err != nil {
			return fmt.Errorf("forget the oldest device: %w", err)
		}
	}
	_, err = tx.ExecContext(ctx, `
		INSERT INTO devices (
			pool,
			sub,
			key,
			secret,
			browser,
			system,
			created,
			used
		) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		d.Pool, d.Sub, d.Key, d.Secret, d.Browser, d.System, micros(d.Created), micros(d.Used))
	if err != nil {
		return fmt.Errorf("remember a device: %w", err)
	}
	return nil
}

// deviceKeys names a user's devices, the one that was not used for longest first.
func deviceKeys(ctx context.Context, tx querier, pool userpool.ID, sub userpool.Sub) ([]string, error) {
	rows, err := tx.QueryContext(ctx, `SELECT key, used FROM devices WHERE pool = $1 AND sub = $2`, pool, sub)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	used := map[string]int64{}
	for rows.Next() {
		var key string
		var at int64
		if err := rows.Scan(&key, &at); err != nil {
			return nil, err
		}
		used[key] = at
	}
	oldestFirst := func(a, b string) int { return cmp.Or(cmp.Compare(used[a], used[b]), cmp.Compare(a, b)) }
	return slices.SortedFunc(maps.Keys(used), oldestFirst), rows.Err()
}

// useDevice records a use. It fails with userpool.ErrNoDevice where the device was forgotten since it was read. The row is
// written even where its time stays: whoever forgets it at the same moment then waits, or is waited for.
func useDevice(ctx context.Context, tx querier, pool userpool.ID, sub userpool.Sub, use userpool.DeviceUse) error {
	var used *int64 // NULL: unchanged
	if !use.Used.IsZero() {
		used = new(micros(use.Used))
	}
	there, err := changed(ctx, tx, `UPDATE devices SET used = COALESCE($4, used) WHERE pool = $1 AND sub = $2 AND key = $3`,
		pool, sub, use.Key, used)
	if err != nil {
		return fmt.Errorf("use a device: %w", err)
	}
	if !there {
		return userpool.ErrNoDevice
	}
	return nil
}
