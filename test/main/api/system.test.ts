import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openWindow } from './window.ts';

describe('the system', () => {
  it('says how much of the disk is used, and clears only what is made again', async () => {
    const { api, home, store } = await openWindow();
    store.weights.save(new Uint8Array(4000));
    store.encoderFiles.save(new Uint8Array(1000));
    for (const [folder, bytes] of [
      ['graphs', 600],
      ['features', 100],
      ['thumbnails', 20],
      ['thumbnails/ab', 3],
    ] as const) {
      mkdirSync(join(home, folder), { recursive: true });
      writeFileSync(join(home, folder, 'file'), new Uint8Array(bytes));
    }
    const used = await api.system.storage();
    expect(used).toMatchObject({ weights: 5000, caches: 723 });
    expect(used.database).toBeGreaterThan(10_000);
    expect(used.freeOnDisk).toBeGreaterThan(0);
    expect(await api.system.clearCaches()).toEqual({ freedBytes: 723 });
    expect(existsSync(join(home, 'graphs', 'file'))).toBe(false);
    expect(await api.system.storage()).toMatchObject({ weights: 5000, caches: 0 });
  });

  it('knows a first start, and needs no cache to be there', async () => {
    const { api, home, store } = await openWindow();
    expect(await api.system.info()).toMatchObject({ face: 'browser', home, firstStart: true });
    expect(await api.system.clearCaches()).toEqual({ freedBytes: 0 });
    store.datasets.create({ name: 'a', rootPath: '/a', labelsFromSubfolders: false });
    expect((await api.system.info()).firstStart).toBe(false);
  });
});

describe('settings', () => {
  it('have defaults, change one by one, and survive what cannot be read', async () => {
    const { api, store } = await openWindow();
    const defaults = { reviewer: 'account', theme: 'system', device: 'auto', showIdentifiers: false };
    expect(await api.settings.read()).toEqual(defaults);
    expect(await api.settings.save({ theme: 'dark' })).toEqual({ ...defaults, theme: 'dark' });
    await api.settings.save({ theme: 'dark' });
    store.settings.set('device', { from: 'another version' });
    expect(await api.settings.read()).toEqual({ ...defaults, theme: 'dark' });
    expect((await api.audit.entries({ search: '', action: null, offset: 0, limit: 9 })).rows).toMatchObject([
      { action: 'settings changed', subject: 'setting theme', oldValue: 'system', newValue: 'dark' },
    ]);
  });
});

describe('the session', () => {
  it('is what was last saved', async () => {
    const { api } = await openWindow();
    expect(await api.session.read()).toEqual({ state: null });
    await api.session.save({ state: '{"view":"triage"}' });
    expect(await api.session.read()).toEqual({ state: '{"view":"triage"}' });
  });
});
