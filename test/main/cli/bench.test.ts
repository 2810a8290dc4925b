import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { refusal, temporaryFolder } from './command-line.ts';

const bench = (suite: string, ...options: string[]) =>
  refusal(['bench', 'accuracy', '--suite', suite, '--data', 'nowhere', ...options]);

describe('seeds to be joined to recorded ones', () => {
  it('are refused before anything is fitted where they cannot be', async () => {
    const record = temporaryFolder();
    const second = ['--first-seed', '2'];
    const recorded = [...second, '--record', record];
    const told = [
      await bench('one-vs-rest', '--first-seed', '4'),
      await bench('one-vs-rest', ...second),
      await bench('tiles', ...recorded),
      await bench('one-vs-rest', ...recorded),
    ];
    const path = join(record, 'results', 'one-vs-rest-quick.json');
    expect(told.map(({ code, message }) => [code, message])).toEqual([
      [2, '--first-seed 4 is beyond --seeds 3. Add --help to see how the command is used.'],
      [
        2,
        '--first-seed joins seeds to what is recorded: name that folder with --record. Add --help to see how the command is used.',
      ],
      [
        2,
        'The suite tiles needs all its seeds in one run: leave out --first-seed. Add --help to see how the command is used.',
      ],
      [1, `The figures recorded as "${path}" are not there; measure all seeds again, without --first-seed.`],
    ]);
  });

  it('do not overwrite a record that cannot be read', async () => {
    const record = temporaryFolder();
    mkdirSync(join(record, 'results'));
    const path = join(record, 'results', 'exposure-quick.json');
    writeFileSync(path, '[{"suite": 3}]');
    const told = await refusal([
      'bench',
      'exposure',
      '--data',
      'nowhere',
      '--first-seed',
      '2',
      '--record',
      record,
    ]);
    expect(told).toMatchObject({ code: 1, kind: 'malformed-figures' });
    expect(told.message).toContain(path);
  });
});
