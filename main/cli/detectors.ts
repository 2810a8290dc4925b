import { listDetectors } from '../api/models/detectors.ts';
import { needsText } from '../api/fit/needs-text.ts';
import type { Register } from './register.ts';
import { facts } from './terminal/table.ts';
import { bold } from './terminal/terminal.ts';

export const registerDetectors: Register = (program, run) => {
  program
    .command('detectors')
    .description('lists all detectors: when to use which, and what each is fitted on')
    .action(
      run(() => {
        const detectors = listDetectors();
        const blocks = detectors.map(({ id, title, use, needs, hasMaps, kind }) =>
          [
            bold(`${id}  ${title}`),
            use,
            facts([
              ['needs', needsText(needs)],
              ['fit', kind === 'trained' ? 'trained step by step' : 'computed in one go'],
              ['heatmaps', hasMaps ? 'yes' : 'no'],
            ]),
          ].join('\n'),
        );
        return Promise.resolve({ json: { detectors }, text: blocks.join('\n\n') });
      }),
    );
};
