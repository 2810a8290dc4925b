import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { flowscreen, refusal } from './command-line.ts';

const COMMANDS = [
  ['dataset', 'add'],
  ['dataset', 'list'],
  ['dataset', 'show'],
  ['dataset', 'duplicates'],
  ['dataset', 'locate'],
  ['encoder', 'list'],
  ['encoder', 'add'],
  ['encoder', 'train'],
  ['encoder', 'remove'],
  ['fit'],
  ['model', 'list'],
  ['screen'],
  ['rank'],
  ['report'],
  ['evaluate'],
  ['heatmap'],
  ['explain'],
  ['threshold', 'set'],
  ['threshold', 'list'],
  ['export'],
  ['audit', 'list'],
  ['audit', 'verify'],
  ['serve'],
  ['doctor'],
  ['bench', 'train'],
  ['bench', 'score'],
  ['bench', 'accuracy'],
  ['bench', 'scan'],
  ['demo'],
];

describe.concurrent('help', () => {
  it.each(COMMANDS.map((words) => ({ command: words.join(' '), words })))(
    'of $command shows its use and the options that every command has',
    async ({ command, words }) => {
      const { code, stdout, stderr } = await flowscreen([...words, '--help']);
      expect(code).toBe(0);
      expect(stderr).toBe('');
      expect(stdout).toContain(`Usage: flowscreen ${command} `);
      for (const option of ['--home', '--device', '--json', '--quiet']) expect(stdout).toContain(option);
    },
  );

  it('without a command names them all, and is a mistake of usage', async () => {
    const { code, stdout, stderr } = await flowscreen([]);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    for (const [name] of COMMANDS) expect(stderr).toMatch(new RegExp(`^ {2}${String(name)}\\b`, 'm'));
  });
});

describe.concurrent('a mistake of usage', () => {
  // Cannot be made: a command that was not understood must not touch the disk.
  const home = join(import.meta.filename, 'home');
  it.each([
    [['nosuch'], /Unknown command 'nosuch'/],
    [['dataset'], /Name a command/],
    [['dataset', 'list', '--nosuch'], /Unknown option '--nosuch'/],
    [['dataset', 'list', '--device', 'abacus'], /abacus/],
    [['screen', 'model'], /dataset/],
    [['fit'], /Name the dataset/],
    [['fit', 'set'], /--name/],
    [['fit', 'set', '--resume'], /A resumed fit knows its dataset/],
    [['fit', '--resume', '--steps', '3'], /cannot be used with option '--steps/],
    [['fit', 'set', '--name', 'm', '--size', '20'], /multiple of 8/],
    [['fit', 'set', '--name', 'm', '--grey', '--colour'], /cannot be used with/],
    [['encoder', 'add', 'e.onnx', '--normalisation', 'none'], /imagenet/],
    [['encoder', 'remove', 'e'], /--reason/],
    [['encoder', 'train'], /Name the dataset/],
    [['encoder', 'train', 'set', '--resume'], /A resumed training knows its dataset/],
    [['threshold', 'm', '--false-alarms', '5'], /between 0 and 1/],
    [['rank', 'm', 'd', '--limit', 'many'], /whole number/],
    [['rank', 'm', 'd', '--combine', 'mean'], /name it by --with/],
    [['evaluate', 'm', 'd', '--normal', 'a', '--combine', 'tail'], /name it by --with/],
  ])('%j is told in one document, with exit code 2', async (args, message) => {
    const told = await refusal(['--home', home, ...args]);
    expect(told).toMatchObject({ code: 2, kind: 'usage' });
    expect(told.message).toMatch(message);
  });

  it('is one line on stderr for people', async () => {
    const { code, stdout, stderr } = await flowscreen(['dataset', 'lst', '--home', home]);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toBe(
      "Unknown command 'lst' (Did you mean list?) Add --help to see how the command is used.\n",
    );
  });
});
