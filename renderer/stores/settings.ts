import { defineStore } from 'pinia';
import { shallowRef } from 'vue';
import type { Settings, SystemInfo } from '../../preload/contract.ts';
import { api } from '../api.ts';
import { onChange } from '../changes.ts';

/** What holds in every view: who decides, the theme, which face this is. Null until the first answer. */
export const useSettings = defineStore('settings', () => {
  const settings = shallowRef<Settings | null>(null);
  const info = shallowRef<SystemInfo | null>(null);

  const load = async (): Promise<void> => {
    const [read, told] = await Promise.all([api.settings.read(), api.system.info()]);
    settings.value = read;
    info.value = told;
  };
  const save = async (change: Partial<Settings>): Promise<void> => {
    settings.value = await api.settings.save(change);
  };
  /** Called once, at the start. A change in another window reaches this one. */
  const followSettings = (failed: (error: unknown) => void): void => {
    onChange(['settings', 'datasets'], () => void load().catch(failed));
  };

  return { settings, info, load, save, followSettings };
});
