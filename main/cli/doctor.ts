import { resolve } from 'node:path';
import { type DeviceReport, diagnose } from '../engine/doctor.ts';
import type { Register } from './register.ts';
import { facts, left, right, table } from './terminal/table.ts';
import { version } from '../api/package.ts';

export const registerDoctor: Register = (program, run) => {
  program
    .command('doctor')
    .description('lists the devices of this machine, trains a tiny detector on each, and times it')
    .action(
      run(async ({ options, terminal }) => {
        terminal.say('Trying every device; this takes seconds, with a software adapter up to a minute.');
        const devices = await diagnose();
        const machine = {
          flowscreen: version,
          node: process.version,
          platform: `${process.platform} ${process.arch}`,
          home: resolve(options.home),
        };
        return {
          json: { ...machine, devices },
          text: `${facts(Object.entries(machine))}\n\n${show(devices)}`,
        };
      }),
    );
};

function show(devices: readonly DeviceReport[]): string {
  const usable = devices.filter((device) => device.available);
  const rows = usable.map(({ kind, label, loadMs, stepMs, difference, software }) => [
    kind,
    label,
    `${loadMs.toFixed(0)} ms`,
    `${stepMs.toFixed(1)} ms`,
    difference === 0 ? '0' : difference.toExponential(1),
    software ? 'works, slower than the CPU' : 'works',
  ]);
  const columns = [
    left('device'),
    left('what it is'),
    right('load'),
    right('step'),
    right('off by'),
    left(''),
  ];
  const remarks = devices.flatMap((device) =>
    device.available
      ? device.placement === null
        ? []
        : [`${device.kind}: ${device.placement}`]
      : [`${device.kind}: ${device.reason}`],
  );
  return [table(columns, rows), ...(remarks.length === 0 ? [] : ['', ...remarks])].join('\n');
}
