/**
 * The process in which a device is tried: it takes one request, answers and ends. A graphics driver may print to the
 * terminal, hang, or crash the process it is in; here that costs nothing.
 */
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBindingResident } from './binding-resident.ts';
import { causeOf } from './engine-error.ts';
import { placementOf } from './node-placement.ts';
import { env } from './onnxruntime.ts';
import { openResident } from './resident.ts';
import type { SessionPlace } from './session-settings.ts';
import { outcomeOf } from './trial.ts';
import { type TrialPlacement, type TrialReply, type TrialRequest, trialRequest } from './trial-messages.ts';

process.once('message', (message) => {
  void replyTo(message).then((reply) => {
    process.send?.(reply, () => process.disconnect());
  });
});

async function replyTo(message: unknown): Promise<TrialReply> {
  // Only the most verbose log names the graphics hardware; the parent reads it from this process's stderr.
  env.logLevel = 'verbose';
  try {
    return await tried(trialRequest.parse(message));
  } catch (error) {
    return { status: 'failed', reason: causeOf(error instanceof Error ? (error.cause ?? error) : error) };
  }
}

async function tried({ trial, profile, ...place }: TrialRequest): Promise<TrialReply> {
  const started = performance.now();
  const program = await openResident(trial.model, trial.state, place);
  const loadMs = performance.now() - started;
  const { losses, parameters, stepMs } = await outcomeOf(trial, program);
  const libraries = loadedLibraries();
  await program.dispose();
  return {
    status: 'ran',
    losses: [...losses],
    parameters: [...parameters],
    loadMs,
    stepMs,
    libraries,
    placement: profile ? await placementIn(trial, place) : { status: 'not-asked' },
  };
}

async function placementIn(trial: TrialRequest['trial'], place: SessionPlace): Promise<TrialPlacement> {
  const folder = mkdtempSync(join(tmpdir(), 'flowscreen-profile-'));
  try {
    const program = await openBindingResident(trial.model, trial.state, place, {
      enableProfiling: true,
      profileFilePrefix: join(folder, 'nodes'),
    });
    for (const batch of trial.batches.slice(0, 1)) await program.run(batch);
    program.endProfiling();
    await program.dispose();
    const [file] = readdirSync(folder);
    if (file === undefined) return { status: 'unknown', reason: 'ONNX Runtime wrote no profile' };
    return { status: 'known', ...placementOf(readFileSync(join(folder, file), 'utf8'), place.kind) };
  } catch (error) {
    return { status: 'unknown', reason: causeOf(error) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function loadedLibraries(): string {
  if (process.platform !== 'linux') return '';
  const maps = readFileSync('/proc/self/maps', 'utf8');
  return [...new Set(maps.match(/\/\S+\.so\S*/g))].join('\n');
}
