import { join } from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { DATABASE_NAME, type Store, openStore } from '../../../main/store/open.ts';
import { RANKING_SQL, type RankingList } from '../../../main/store/ranking.ts';
import { SCAN_TIME, readableFinding, screeningOf } from './samples.ts';
import { temporaryFolder, temporaryStore } from './temporary-folder.ts';

const NAME = 'ratio';
type Verdict = 'flag' | 'clear' | 'unsure';

/** What a case is, written down beside the database. */
interface Truth {
  readonly fileId: number;
  readonly path: string;
  readonly frame: number;
  readonly label: string | null;
  readonly value: number;
  verdict: Verdict | null;
}

const plain = (runId: number, changes: Partial<RankingList> = {}): RankingList => ({
  runId,
  name: NAME,
  threshold: null,
  filter: { verdicts: [], aboveThreshold: null, search: '', label: null },
  sort: { by: 'score', descending: true },
  ...changes,
});

const fileIds = (store: Store, list: RankingList) =>
  store.ranking.page(list, { offset: 0, limit: 500 }).rows.map(({ fileId }) => fileId);

const worstFirst = (a: Truth, b: Truth) => b.value - a.value || a.fileId - b.fileId;
const VERDICT_ORDER = ['flag', 'unsure', 'clear'];

/** The list as a person would make it: filter everything, sort everything. */
function expectedList(truth: readonly Truth[], { filter, sort, threshold }: RankingList): Truth[] {
  const passing = truth.filter(
    ({ verdict, value, path, label }) =>
      (filter.verdicts.length === 0 || filter.verdicts.includes(verdict ?? 'undecided')) &&
      (filter.aboveThreshold === null ||
        (threshold !== null && (filter.aboveThreshold ? value > threshold : value <= threshold))) &&
      path.toLowerCase().includes(filter.search.toLowerCase()) &&
      (filter.label === null || label === filter.label),
  );
  const sign = sort.descending ? -1 : 1;
  const byText = (a: string, b: string) => sign * (a < b ? -1 : a > b ? 1 : 0);
  return passing.sort((a, b) => {
    switch (sort.by) {
      case 'score':
        return -sign * worstFirst(a, b);
      case 'path':
        return byText(a.path, b.path) || sign * (a.frame - b.frame);
      case 'label':
        if (a.label === null || b.label === null) {
          return Number(a.label === null) - Number(b.label === null) || worstFirst(a, b);
        }
        return byText(a.label, b.label) || worstFirst(a, b);
      case 'verdict': {
        if (a.verdict === null || b.verdict === null) {
          return Number(a.verdict === null) - Number(b.verdict === null) || worstFirst(a, b);
        }
        const difference = VERDICT_ORDER.indexOf(a.verdict) - VERDICT_ORDER.indexOf(b.verdict);
        return sign * difference || worstFirst(a, b);
      }
    }
  });
}

const PATHS = ['a', 'B', 'b', 'scan(1)', 'scan.1', 'Ärzte', 'x+y', '100%', 'under_score'];
const LABELS = ['good', 'bad', 'Bad', null];
const VERDICTS = ['flag', 'clear', 'unsure', null] as const;

const image = fc.record({
  path: fc.constantFrom(...PATHS),
  label: fc.constantFrom(...LABELS),
  // Few different values: ties are the rule.
  value: fc.integer({ min: -3, max: 3 }),
});
const decision = fc.record({ at: fc.nat(30), verdict: fc.constantFrom(...VERDICTS) });
const query = fc.record({
  verdicts: fc.subarray(['flag', 'clear', 'unsure', 'undecided'] as const),
  aboveThreshold: fc.constantFrom(null, true, false),
  search: fc.constantFrom('', 'A', 'b', 'scan(', '.', '+', '%', '_', 'ä', 'none'),
  label: fc.constantFrom(null, 'good', 'Bad', 'unknown'),
  by: fc.constantFrom('score' as const, 'path' as const, 'label' as const, 'verdict' as const),
  descending: fc.boolean(),
  threshold: fc.constantFrom(null, -3, 0, 1.5),
});

/** A screening of these images, two of each file and the later one first, with what is true of them. */
function screening(
  store: Store,
  name: string,
  images: readonly { path: string; label: string | null; value: number }[],
) {
  const dataset = store.datasets.create({ name, rootPath: `/data/${name}`, labelsFromSubfolders: true });
  const places = images.map((_, index) => {
    const first = index - (index % 2);
    return { relativePath: `${images[first]?.path ?? ''}/${first}.tif`, frame: 1 - (index % 2) };
  });
  store.files.upsertBatch(
    dataset.id,
    images.map(({ label }, index) => ({ ...readableFinding('', label), ...places[index], frames: 2 })),
    SCAN_TIME,
  );
  const known = [...store.files.iterate(dataset.id)];
  const truth = images.map(({ label, value }, index): Truth => {
    const { relativePath: path = '', frame = 0 } = places[index] ?? {};
    const fileId = known.find((each) => each.relativePath === path && each.frame === frame)?.id ?? 0;
    return { fileId, path, frame, label, value, verdict: null };
  });
  const { id: runId } = store.runs.start({
    kind: 'screen',
    modelId: store.models.list()[0]?.id ?? 0,
    datasetId: dataset.id,
    settings: {},
    seed: 0,
    device: 'cpu',
  });
  store.scores.saveBatch(
    runId,
    truth.map(({ fileId, value }) => ({ fileId, scores: { [NAME]: value, other: -value } })),
  );
  return { runId, datasetId: dataset.id, truth };
}

describe('RankingRepository', () => {
  it('filters, sorts, pages and finds as a plain sort does, whatever is decided in between', () => {
    const store = temporaryStore();
    screeningOf(store, 1);
    let made = 0;
    fc.assert(
      fc.property(
        fc.array(image, { minLength: 1, maxLength: 30 }),
        fc.array(fc.oneof(query, decision), { minLength: 1, maxLength: 12 }),
        fc.boolean(),
        (images, steps, finished) => {
          const { runId, truth } = screening(store, `set ${(made += 1)}`, images);
          if (finished) store.runs.finish(runId);
          for (const step of steps) {
            if ('at' in step) {
              const decided = truth[step.at % truth.length];
              if (decided === undefined) continue;
              decided.verdict = step.verdict;
              store.decisions.set(runId, [decided.fileId], { verdict: step.verdict, note: null }, 'a reader');
              continue;
            }
            const { by, descending, threshold, ...filter } = step;
            const list = plain(runId, { threshold, filter, sort: { by, descending } });
            const expected = expectedList(truth, list);
            const ranks = truth.toSorted(worstFirst).map(({ fileId }) => fileId);
            const { total, rows } = store.ranking.page(list, { offset: 0, limit: 100 });
            expect(total).toBe(expected.length);
            expect(rows).toEqual(
              expected.map(({ fileId, path, frame, label, value, verdict }) => ({
                fileId,
                relativePath: path,
                frame,
                plane: null,
                frames: 2,
                label,
                value,
                verdict,
                note: null,
                rank: ranks.indexOf(fileId) + 1,
              })),
            );
            const [offset, limit] = [Math.floor(total / 3), 4];
            expect(store.ranking.page(list, { offset, limit }).rows).toEqual(
              rows.slice(offset, offset + limit),
            );
            for (const { fileId } of truth) {
              const index = expected.findIndex((each) => each.fileId === fileId);
              expect(store.ranking.position(list, fileId)).toBe(index < 0 ? null : index);
              const next = index < 0 ? undefined : expected[index + 1];
              expect(store.ranking.next(list, fileId)).toBe(next?.fileId ?? null);
            }
            const count = (verdict: Verdict | null) =>
              truth.filter((each) => each.verdict === verdict).length;
            expect(store.ranking.counts(runId, NAME, threshold)).toEqual({
              scored: truth.length,
              aboveThreshold:
                threshold === null ? null : truth.filter(({ value }) => value > threshold).length,
              undecided: count(null),
              flag: count('flag'),
              clear: count('clear'),
              unsure: count('unsure'),
            });
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it('shows what another process saves and decides, while a screening runs and after it', () => {
    const folder = temporaryFolder();
    const store = temporaryStore(folder);
    const other = temporaryStore(folder);
    const { runId, ids } = screeningOf(store, 4);
    const [a = 0, b = 0, c = 0, d = 0] = ids;
    const undecided = plain(runId, { filter: { ...plain(runId).filter, verdicts: ['undecided'] } });
    other.scores.saveBatch(runId, [
      { fileId: a, scores: { [NAME]: 1 } },
      { fileId: b, scores: { [NAME]: 3 } },
    ]);
    expect(fileIds(store, plain(runId))).toEqual([b, a]);
    other.scores.saveBatch(runId, [{ fileId: c, scores: { [NAME]: 2 } }]);
    expect(fileIds(store, plain(runId))).toEqual([b, c, a]);
    expect(store.ranking.rankOf(runId, NAME, a)).toEqual({ rank: 3, of: 3 });
    expect(store.ranking.rankOf(runId, NAME, d)).toEqual({ rank: null, of: 3 });
    other.runs.finish(runId);
    other.decisions.set(runId, [c], { verdict: 'clear', note: 'dust' }, 'another reader');
    expect(fileIds(store, undecided)).toEqual([b, a]);
    store.decisions.set(runId, [b], { verdict: 'flag', note: null }, 'a reader');
    expect(fileIds(store, undecided)).toEqual([a]);
    other.decisions.set(runId, [c], { verdict: null, note: null }, 'another reader');
    expect(store.ranking.page(undecided, { offset: 0, limit: 9 }).rows).toMatchObject([
      { fileId: c, note: 'dust', verdict: null, rank: 2 },
      { fileId: a, rank: 3 },
    ]);
  });

  it('goes on with a finished screening that is taken up again', () => {
    const store = temporaryStore();
    const { runId, ids } = screeningOf(store, 2);
    const [a = 0, b = 0] = ids;
    store.scores.saveBatch(runId, [{ fileId: a, scores: { [NAME]: 1 } }]);
    store.runs.interrupt(runId);
    expect(fileIds(store, plain(runId))).toEqual([a]);
    store.runs.resume(runId);
    store.scores.saveBatch(runId, [{ fileId: b, scores: { [NAME]: 2 } }]);
    expect(fileIds(store, plain(runId))).toEqual([b, a]);
    store.runs.finish(runId);
    expect(fileIds(store, plain(runId))).toEqual([b, a]);
  });

  it('reads paths and labels again after a scan', () => {
    const store = temporaryStore();
    screeningOf(store, 1);
    const { runId, datasetId, truth } = screening(store, 'rescanned', [
      { path: 'x', label: 'good', value: 1 },
      { path: 'y', label: 'good', value: 2 },
    ]);
    store.runs.finish(runId);
    const [first] = truth;
    const good = plain(runId, { filter: { ...plain(runId).filter, label: 'good' } });
    expect(fileIds(store, good)).toHaveLength(2);
    expect(store.ranking.labels(runId)).toEqual(['good']);
    // The second image: the first page of the file that both are in.
    store.files.upsertBatch(datasetId, [readableFinding('x/0.tif', 'bad')], SCAN_TIME);
    store.datasets.recordScan(datasetId, { fingerprint: 'f'.repeat(64), scannedAt: SCAN_TIME });
    expect(fileIds(store, good)).toEqual([first?.fileId]);
    expect(store.ranking.labels(runId)).toEqual(['bad', 'good']);
    expect(store.ranking.valuesByLabel(runId, NAME, ['bad'])).toEqual({ among: [2], others: [1] });
  });

  it('keeps scores and screenings apart, and counts failures', () => {
    const store = temporaryStore();
    screeningOf(store, 1);
    const images = [5, 7, 6].map((value) => ({ path: 'p', label: null, value }));
    const one = screening(store, 'one', images);
    const two = screening(store, 'two', images.slice(0, 1));
    expect(fileIds(store, plain(one.runId, { name: 'other' }))).toEqual(
      fileIds(store, plain(one.runId)).toReversed(),
    );
    expect(fileIds(store, plain(two.runId))).toEqual([two.truth[0]?.fileId]);
    expect(fileIds(store, plain(one.runId, { name: 'unknown' }))).toEqual([]);
    expect(store.ranking.values(one.runId, NAME)).toEqual([7, 6, 5]);
    expect(store.ranking.countAbove(one.runId, NAME, 5)).toBe(2);
    expect(store.ranking.countScored(two.runId, NAME)).toBe(1);
    expect(store.ranking.countFailures(one.runId)).toBe(0);
    const fileId = one.truth[0]?.fileId ?? 0;
    store.scores.saveBatch(one.runId, [{ fileId, failure: 'gone' }]);
    expect(store.ranking.countFailures(one.runId)).toBe(1);
    expect(store.ranking.caseFile(one.runId, fileId)).toMatchObject({
      failure: 'gone',
      contentChanged: false,
    });
    expect(store.ranking.caseFile(two.runId, fileId)).toBeUndefined();
  });

  it('reads every list by an index, in its order', () => {
    const folder = temporaryFolder();
    const store = openStore(folder);
    screeningOf(store, 1);
    const images = Array.from({ length: 300 }, (_, value) => ({ path: 'p', label: 'l', value }));
    const { runId, datasetId } = screening(store, 'many', images);
    store.close();
    const database = new Database(join(folder, DATABASE_NAME));
    const parameters = { runId, name: NAME, datasetId, value: 1, after: 0, ids: '[1,2]' };
    const plan = (sql: string) =>
      z
        .array(z.object({ detail: z.string() }))
        .parse(database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(parameters))
        .map(({ detail }) => detail)
        .join('\n');
    for (const analysed of [false, true]) {
      if (analysed) database.exec('ANALYZE');
      for (const name of ['order', 'values', 'countAbove'] as const) {
        expect(plan(RANKING_SQL[name])).toMatch(/SEARCH s USING COVERING INDEX score_rank/);
      }
      expect(plan(RANKING_SQL.paths)).toMatch(/SEARCH file USING COVERING INDEX/);
      expect(plan(RANKING_SQL.labels)).toMatch(/SEARCH file USING COVERING INDEX file_by_label/);
      expect(plan(RANKING_SQL.inForce)).toMatch(/SEARCH decision_in_force USING/);
      expect(plan(RANKING_SQL.decidedSince)).toMatch(/SEARCH decision USING/);
      // A page is short: its rows are put in the order of its ids.
      const { rows, ...lists } = RANKING_SQL;
      expect(plan(rows)).toMatch(
        /^SCAN j VIRTUAL TABLE.*\n(.*\n)*SEARCH s .*\n(.*\n)*SEARCH f .*\n(.*\n)*SEARCH d /,
      );
      for (const sql of Object.values(lists)) expect(plan(sql)).not.toMatch(/SCAN|TEMP B-TREE/);
    }
    database.close();
  });
});
