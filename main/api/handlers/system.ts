import { version } from '../package.ts';
import { clearCaches, storageUsed, tryDevices } from '../system.ts';
import { os } from './base.ts';

export const systemHandlers = {
  info: os.system.info.handler(({ context: { services, face } }) => ({
    version,
    face,
    platform: `${process.platform} ${process.arch}`,
    home: services.home,
    firstStart: !services.store.datasets.hasAny(),
  })),
  devices: os.system.devices.handler(() => tryDevices()),
  storage: os.system.storage.handler(({ context }) => storageUsed(context.services)),
  clearCaches: os.system.clearCaches.handler(({ context }) => clearCaches(context.services)),
  addExample: os.system.addExample.handler(async ({ context }) => ({ jobId: await context.jobs.example() })),
  changes: os.system.changes.handler(({ context, signal }) => context.changes.follow(signal)),
};
