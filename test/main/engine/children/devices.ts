/** Asks the doctor and opens a device automatically, and sends what came out. */
import { openDevice } from '../../../../main/engine/devices.ts';
import { diagnose } from '../../../../main/engine/doctor.ts';
import { sent } from '../child.ts';

const reports = await diagnose();
const notices: string[] = [];
const device = await openDevice('auto', (message) => notices.push(message));
await sent({ reports, automatic: device.label, notices });
process.disconnect();
