/** Whatever is sent, a call either does what it says or is refused in a typed way and changes nothing. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { screeningOf } from '../store/samples.ts';
import { openWindow } from './window.ts';

const RUNS = 12;

const huge = fc.integer({ min: 100_001, max: 300_000 }).map((length) => 'x'.repeat(length));
const anything = fc.oneof(
  fc.boolean(),
  fc.double({ noNaN: true }),
  fc.array(fc.jsonValue(), { maxLength: 3 }),
  fc.object({ maxDepth: 1 }),
);

const WRONG = {
  /** No such number, or none at all. */
  id: fc.oneof(
    fc.integer({ min: 1_000_000, max: Number.MAX_SAFE_INTEGER }),
    fc.integer({ max: 0 }),
    fc.double({ min: 0.1, max: 0.9 }),
    fc.string(),
    fc.constant(null),
    fc.array(fc.jsonValue(), { maxLength: 3 }),
    fc.object({ maxDepth: 1 }),
  ),
  ids: fc.oneof(
    fc.constant([]),
    fc.array(fc.integer({ min: 1_000_000 }), { minLength: 1, maxLength: 5 }),
    fc.constant([1, 999_999]),
    fc.constant(Array.from({ length: 5001 }, () => 1)),
    fc.string(),
    fc.constant(null),
  ),
  /** Text that may not be empty. */
  text: fc.oneof(huge, anything, fc.constant(null), fc.constantFrom('', '   ', '\t\n')),
  /** Text that may be empty. */
  search: fc.oneof(huge, anything, fc.constant(null)),
  choice: fc.oneof(
    huge,
    anything,
    fc.string().filter((each) => !CHOICES.has(each)),
  ),
  path: fc.oneof(
    huge,
    anything,
    fc.constant(null),
    fc.constantFrom(
      '',
      '.',
      '..',
      '../../etc',
      'C:nowhere',
      '~',
      '/etc/passwd',
      '/nowhere/at/all',
      'file:///etc',
      '/tmp/\0',
    ),
  ),
  offset: fc.oneof(
    fc.integer({ max: -1 }),
    fc.double({ min: 0.1, max: 0.9 }),
    fc.constant(1e12),
    fc.string(),
    fc.constant(null),
  ),
  limit: fc.oneof(fc.integer({ max: 0 }), fc.integer({ min: 501 }), fc.string(), fc.constant(null)),
  flag: fc.oneof(fc.string(), fc.integer(), fc.constant(null)),
};
type Kind = keyof typeof WRONG;

const CHOICES = new Set([
  'flag',
  'clear',
  'unsure',
  'image',
  'subfolder',
  'name-prefix',
  'patient',
  'study',
  'readable',
  'skipped',
  'broken',
  'system',
  'light',
  'dark',
  'auto',
  'cpu',
  'webgpu',
  'cuda',
  'dml',
  'coreml',
]);

interface Call {
  readonly path: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly fields: Readonly<Record<string, Kind>>;
}

const page = { offset: 0, limit: 10 };
const pageFields = { offset: 'offset', limit: 'limit' } as const;

/** Calls that would be carried out, and what may be wrong with each of their fields. */
const CALLS: readonly Call[] = [
  {
    path: 'decisions.set',
    input: { runId: 1, fileIds: [1, 2], verdict: 'flag', note: 'a note', reason: 'a reason' },
    fields: { runId: 'id', fileIds: 'ids', verdict: 'choice', note: 'search', reason: 'text' },
  },
  { path: 'decisions.undo', input: { undoId: 1 }, fields: { undoId: 'id' } },
  {
    path: 'settings.save',
    input: { reviewer: 'ana', theme: 'dark', device: 'cpu', showIdentifiers: true },
    fields: { reviewer: 'text', theme: 'choice', device: 'choice', showIdentifiers: 'flag' },
  },
  { path: 'session.save', input: { state: '{}' }, fields: { state: 'search' } },
  { path: 'folders.browse', input: { path: '/' }, fields: { path: 'path' } },
  {
    path: 'datasets.add',
    input: { root: '/', name: 'root', labelsFromSubfolders: false, pseudonymise: false },
    fields: { root: 'path', name: 'text', labelsFromSubfolders: 'flag', pseudonymise: 'flag' },
  },
  {
    path: 'datasets.files',
    input: { id: 1, status: 'readable', search: '', ...page },
    fields: { id: 'id', status: 'choice', search: 'search', ...pageFields },
  },
  {
    path: 'datasets.duplicates',
    input: { id: 1, acrossId: null, limit: 10 },
    fields: { id: 'id', limit: 'limit' },
  },
  {
    path: 'datasets.setGrouping',
    input: { id: 1, grouping: 'subfolder' },
    fields: { id: 'id', grouping: 'choice' },
  },
  { path: 'datasets.relink', input: { id: 1, root: '/' }, fields: { id: 'id', root: 'path' } },
  { path: 'datasets.remove', input: { id: 1, reason: 'why' }, fields: { id: 'id', reason: 'text' } },
  {
    path: 'jobs.screen',
    input: { modelId: 1, datasetId: 1, restart: false },
    fields: { modelId: 'id', datasetId: 'id', restart: 'flag' },
  },
  { path: 'jobs.stop', input: { jobId: 1 }, fields: { jobId: 'id' } },
  { path: 'jobs.resume', input: { runId: 1 }, fields: { runId: 'id' } },
  {
    path: 'reports.create',
    input: {
      runId: 1,
      score: null,
      cases: { fileIds: [1] },
      columns: ['rank'],
      pictures: 'none',
      burnedInPictures: false,
      identifiers: false,
      retain: [],
      title: 'a title',
      comment: '',
      format: 'csv',
    },
    fields: {
      runId: 'id',
      cases: 'flag',
      pictures: 'choice',
      identifiers: 'flag',
      title: 'text',
      format: 'choice',
    },
  },
  { path: 'encoders.upload', input: { file: 'x' }, fields: { file: 'text' } },
  {
    path: 'encoders.describe',
    input: { sha256: '0'.repeat(64), fileName: 'a.onnx', answers: {} },
    fields: { sha256: 'choice', fileName: 'text', answers: 'flag' },
  },
  {
    path: 'encoders.add',
    input: { sha256: '0'.repeat(64), fileName: 'a.onnx', name: 'a', answers: {} },
    fields: { sha256: 'choice', fileName: 'text', name: 'text', answers: 'flag' },
  },
  { path: 'encoders.remove', input: { id: 1, reason: 'why' }, fields: { id: 'id', reason: 'text' } },
  {
    path: 'encoders.train',
    input: {
      datasetId: 1,
      name: 'own',
      preset: 'tiny',
      seed: 1,
      steps: null,
      preparation: null,
      label: null,
      flipHorizontally: false,
    },
    fields: { datasetId: 'id', name: 'text', preset: 'choice', flipHorizontally: 'flag' },
  },
  { path: 'models.card', input: { id: 1 }, fields: { id: 'id' } },
  { path: 'models.export', input: { id: 1 }, fields: { id: 'id' } },
  { path: 'models.import', input: { file: 'x' }, fields: { file: 'text' } },
  { path: 'models.remove', input: { id: 1, reason: 'why' }, fields: { id: 'id', reason: 'text' } },
  {
    path: 'latents.mix',
    input: { runId: 1, fileId: 1, score: null, otherId: null },
    fields: { runId: 'id', fileId: 'id' },
  },
  {
    path: 'latents.climb',
    input: { runId: 1, fileId: 1, score: null },
    fields: { runId: 'id', fileId: 'id' },
  },
  {
    path: 'audit.entries',
    input: { search: '', action: 'decision set', ...page },
    fields: { search: 'search', action: 'choice', ...pageFields },
  },
];

/** A null is a choice of its own there, and so is any text in the trail's filter. */
const ALLOWED = (path: string, field: string, wrong: unknown): boolean =>
  arrivesAsNull(wrong)
    ? ['folders.browse.path', 'datasets.add.name', 'decisions.set.note', 'decisions.set.reason'].includes(
        `${path}.${field}`,
      )
    : path === 'audit.entries' && field === 'action' && typeof wrong === 'string' && wrong.length <= 100;

/** JSON knows neither NaN nor infinities. */
const arrivesAsNull = (value: unknown): boolean => JSON.stringify(value) === 'null';

describe('a call with something wrong in it', () => {
  it.each(CALLS)('is refused and changes nothing: $path', async ({ path, input, fields }) => {
    const { refusalOf, store, dump } = await openWindow();
    screeningOf(store, 3);
    store.scores.saveBatch(
      1,
      [1, 2].map((fileId) => ({ fileId, scores: { ratio: 1 } })),
    );
    store.decisions.set(1, [1], { verdict: 'unsure', note: null }, 'ana');
    const before = dump();
    for (const [field, kind] of Object.entries(fields)) {
      await fc.assert(
        fc.asyncProperty(WRONG[kind], async (wrong) => {
          fc.pre(!ALLOWED(path, field, wrong));
          const refusal = await refusalOf(path, { ...input, [field]: wrong });
          expect(['BAD_REQUEST', 'SERVICE'], `${path} ${field}`).toContain(refusal?.code);
          expect(refusal?.message.length).toBeGreaterThan(0);
        }),
        { numRuns: RUNS },
      );
      const without = Object.fromEntries(Object.entries(input).filter(([name]) => name !== field));
      if (path !== 'settings.save') {
        expect((await refusalOf(path, without))?.code, `${path} without ${field}`).toBe('BAD_REQUEST');
      }
    }
    for (const nothing of [undefined, null, [], 'x', 7, { __proto__: null }]) {
      if (
        path === 'settings.save' &&
        typeof nothing === 'object' &&
        nothing !== null &&
        !Array.isArray(nothing)
      )
        continue;
      expect((await refusalOf(path, nothing))?.code).toBe('BAD_REQUEST');
    }
    expect(dump()).toEqual(before);
  });
});
