/** What a scan finds, put into the database as it comes; and what it need not read, because the database knows it. */
import type { ScanOutcome } from '../../../preload/contract.ts';
import type { ListedFile } from '../../ingest/examine.ts';
import { READERS_VERSION } from '../../ingest/scan-entry.ts';
import type { Plane } from '../../ingest/stored-image.ts';
import type { FoundFile } from '../../ingest/walk.ts';
import type { ScanResult } from '../../jobs/scan-job.ts';
import type { Dataset } from '../../store/datasets.ts';
import type { FileFinding } from '../../store/file-records.ts';
import type { FileStamp, KnownContent } from '../../store/scans.ts';
import type { Context } from '../context.ts';
import { findingsOf } from './scan-findings.ts';
import type { StoredNames } from './stored-names.ts';

export interface RecordedScan {
  readonly dataset: Dataset;
  readonly scannedAt: string;
  readonly names: StoredNames;
  /** In which volumes are cut. */
  readonly plane: Plane;
  /** Whether the dataset was there before this scan. */
  readonly isKnown: boolean;
}

export class ScanRecord {
  readonly #ctx: Context;
  readonly #scan: RecordedScan;
  /** Files that were chosen to be read although something is known of them. */
  readonly #readAgain = new Set<string>();
  readonly #unlisted: string[] = [];
  readonly #counts = { added: 0, changed: 0, unchanged: 0 };
  #listed = 0;

  constructor(ctx: Context, scan: RecordedScan) {
    this.#ctx = ctx;
    this.#scan = scan;
  }

  get dataset(): Dataset {
    return this.#scan.dataset;
  }

  get scannedAt(): string {
    return this.#scan.scannedAt;
  }

  /** Files that the folder lists so far. */
  get listed(): number {
    return this.#listed;
  }

  /** The files that are to be read. */
  choose(files: readonly FoundFile[]): ListedFile[] {
    this.#listed += files.length;
    const { dataset, names, isKnown } = this.#scan;
    if (!isKnown) return files.map((file) => ({ ...file, sha256: null }));
    const recorded = files.map((file) => names.recorded(file));
    const paths = recorded.flatMap((file) => (file === null ? [] : [file.relativePath]));
    const known = new Map(
      this.#ctx.store.scans.known(dataset.id, paths).map((content) => [content.relativePath, content]),
    );
    return files.flatMap((file, index) => {
      const stamp = recorded[index] ?? null;
      const content = stamp === null ? undefined : known.get(stamp.relativePath);
      if (stamp === null || content === undefined) return { ...file, sha256: null };
      const isCurrent = this.#isCurrent(content);
      if (isCurrent && isSame(stamp, content)) return [];
      this.#readAgain.add(file.relativePath);
      const isPerhapsSame = isCurrent && stamp.sizeBytes === content.sizeBytes;
      return { ...file, sha256: isPerhapsSame ? content.sha256 : null };
    });
  }

  /** Saves what was found out. @returns images and rejected files of it */
  save(results: readonly ScanResult[]): { readable: number; skipped: number; broken: number } {
    const found = { readable: 0, skipped: 0, broken: 0 };
    const findings: FileFinding[] = [];
    const seen: string[] = [];
    const restamped: FileStamp[] = [];
    for (const result of results) {
      switch (result.state) {
        case 'unchanged':
          this.#counts.unchanged += 1;
          seen.push(
            this.#recorded({ relativePath: result.relativePath, sizeBytes: 0, modifiedMs: 0 }).relativePath,
          );
          break;
        case 'same':
          this.#counts.unchanged += 1;
          restamped.push(this.#recorded(result.file));
          break;
        case 'unlisted':
          this.#unlisted.push(result.entry.relativePath);
          findings.push(...this.#findings(result.entry));
          found.broken += 1;
          break;
        case 'read': {
          const { entry } = result;
          const images = this.#findings(entry);
          found[entry.status] += images.length;
          findings.push(...images);
          this.#counts[this.#readAgain.delete(entry.relativePath) ? 'changed' : 'added'] += 1;
          break;
        }
        case 'gone':
          break;
        case 'content':
          throw new RangeError('a scan for images was answered with contents');
      }
    }
    const { store } = this.#ctx;
    const { dataset, scannedAt, names } = this.#scan;
    names.save();
    store.transaction(() => {
      store.files.upsertBatch(dataset.id, findings, scannedAt);
      if (seen.length > 0) store.scans.markSeen(dataset.id, seen, scannedAt);
      store.scans.restamp(dataset.id, restamped, scannedAt);
    });
    return found;
  }

  /** Once everything is saved: looks for what is gone, and for what was only moved. To be called in a transaction. */
  finish(): ScanOutcome {
    const { scans } = this.#ctx.store;
    const { dataset, scannedAt, names } = this.#scan;
    const unlisted = this.#unlisted.map((folder) => names.recordedFolder(folder));
    const missing = scans.markMissing(dataset.id, scannedAt, unlisted);
    const { lastScannedAt } = dataset;
    const moved = lastScannedAt === null ? 0 : scans.followMoves(dataset.id, scannedAt, lastScannedAt).length;
    const { added, changed, unchanged } = this.#counts;
    return { added: added - moved, changed, unchanged, moved, gone: Math.max(0, missing - moved) };
  }

  #findings(entry: Parameters<typeof findingsOf>[0]): FileFinding[] {
    const { names, dataset } = this.#scan;
    const { labelsFromSubfolders } = dataset;
    return findingsOf(entry, { salt: names.salt, labelsFromSubfolders }).map((finding) =>
      names.stored(finding),
    );
  }

  #recorded(file: FileStamp): FileStamp {
    const recorded = this.#scan.names.recorded(file);
    if (recorded !== null) return recorded;
    throw new RangeError('a file was left out although nothing is known of it');
  }

  /** Whether today's readers would find the same in the same content. */
  #isCurrent({ readers, format, plane }: KnownContent): boolean {
    const isVolume = format === 'nifti' || format === 'metaimage';
    return readers === READERS_VERSION && (!isVolume || plane === this.#scan.plane);
  }
}

function isSame(file: FileStamp, known: FileStamp): boolean {
  return file.sizeBytes === known.sizeBytes && file.modifiedMs === known.modifiedMs;
}
