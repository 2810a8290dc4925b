import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { z } from 'zod';

const PROJECT = join(import.meta.dirname, '..', '..', '..');
/** Real MRI slices: FLAIR of one patient in `fit`, four modalities of another in `screen`. */
export const EXAMPLE = join(PROJECT, 'examples', 'mri-modality');

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly child: ChildProcess;
  /** Resolves once stderr holds the pattern; rejects when the process ends before. */
  readonly says: (pattern: RegExp) => Promise<RegExpExecArray>;
  readonly ended: Promise<Outcome>;
}

/** Starts the real command line, as a person without settings of their own would. */
export function start(args: readonly string[], options: SpawnOptions = {}): Started {
  const settings = ['FLOWSCREEN_HOME', 'FLOWSCREEN_DEBUG', 'FORCE_COLOR', 'npm_lifecycle_event'];
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !settings.includes(name)));
  const child = spawn(process.execPath, [join(PROJECT, 'main', 'cli.ts'), ...args], {
    env,
    ...options,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  const listeners = new Set<() => void>();
  child.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
  child.stderr.on('data', (data: Buffer) => {
    stderr += data.toString();
    for (const listener of listeners) listener();
  });
  const ended = new Promise<Outcome>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
  const says = (pattern: RegExp) =>
    new Promise<RegExpExecArray>((resolve, reject) => {
      const look = () => {
        const found = pattern.exec(stderr);
        if (found === null) return;
        listeners.delete(look);
        resolve(found);
      };
      listeners.add(look);
      look();
      ended.then(() => reject(new Error(`it ended without saying ${String(pattern)}: ${stderr}`)), reject);
    });
  return { child, says, ended };
}

export function flowscreen(args: readonly string[], options: SpawnOptions = {}): Promise<Outcome> {
  return start(args, options).ended;
}

/** The one document that a command answers with; anything else on stdout fails. */
export async function answer<T>(schema: z.ZodType<T>, args: readonly string[]): Promise<T> {
  const { code, stdout, stderr } = await flowscreen([...args, '--json']);
  if (code !== 0) throw new Error(`exit code ${code}: ${stdout} ${stderr}`);
  return schema.parse(JSON.parse(stdout));
}

const failure = z.strictObject({ error: z.strictObject({ kind: z.string(), message: z.string() }) });

/** What a command that fails answers with --json. */
export async function refusal(
  args: readonly string[],
  options: SpawnOptions = {},
): Promise<{ code: number | null; kind: string; message: string }> {
  const { code, stdout } = await flowscreen([...args, '--json'], options);
  return { code, ...failure.parse(JSON.parse(stdout)).error };
}

export function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'flowscreen-cli-'));
}

/** A folder that goes when the test ends. */
export function temporaryFolder(): string {
  const folder = newFolder();
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Copies the first images of a folder of the example. */
export function copyImages(from: string, to: string, count: number): void {
  const source = join(EXAMPLE, from);
  const names = readdirSync(source).filter((name) => name.endsWith('.png'));
  mkdirSync(to, { recursive: true });
  for (const name of names.slice(0, count)) cpSync(join(source, name), join(to, name));
}
