import type { RelinkOutcome } from '../../../preload/contract.ts';
import type { ListedFile } from '../../ingest/examine.ts';
import { IngestError } from '../../ingest/errors.ts';
import type { FoundFile } from '../../ingest/walk.ts';
import type { Dataset } from '../../store/datasets.ts';
import type { FileContent, FileStamp } from '../../store/scans.ts';
import { recordAction } from '../audit/actions.ts';
import { type ScanProgress, addDataset } from './add-dataset.ts';
import type { Context } from '../context.ts';
import { auditedFolder, listedDataset } from './datasets.ts';
import { placesOf } from './file-path.ts';
import { readKeyFile, writeKeyFile } from '../pseudonyms/key-file.ts';
import { ServiceError } from '../service-error.ts';

export interface RelinkRequest {
  readonly id: number;
  /** Where the folder lies now, absolute. */
  readonly root: string;
}

export interface RelinkHooks {
  readonly signal: AbortSignal;
  readonly onProgress: (
    progress: Pick<ScanProgress, 'scanned' | 'total' | 'filesPerSecond' | 'secondsLeft'>,
  ) => void;
}

/**
 * Points a dataset to where its folder lies now, after a look at the content of every file there that may be one of its images: none may
 * have another content, and most must be there, at their places or at other ones. Then the folder is scanned again: images that were
 * moved within it keep their records, where no copy makes it unclear which is which.
 * @throws ServiceError 'unknown-dataset' | 'dataset-changed' | 'interrupted' | 'drive-lost' and, from the scan, as addDataset
 */
export async function relinkDataset(
  ctx: Context,
  { id, root }: RelinkRequest,
  hooks: RelinkHooks,
): Promise<RelinkOutcome> {
  const dataset = listedDataset(ctx, id);
  const places = placesOf(ctx, dataset);
  const known = ctx.store.scans.contents(id);
  const found = await contentsIn(ctx, root, new Set(known.map(({ sizeBytes }) => sizeBytes)), hooks);
  const { outcome, stamps } = compared(known, found, (file) => places.onDisk(file).relativePath, {
    dataset,
    root,
  });
  const { matched, moved } = outcome;
  if (matched + moved <= known.length / 2) {
    throw new ServiceError(
      'dataset-changed',
      `"${root}" holds ${matched + moved} of the ${known.length} files of "${dataset.name}", so that the folder was not taken; choose the folder that was "${places.root}".`,
    );
  }
  ctx.store.transaction(() => {
    if (dataset.pseudonymised) moveKeyFile(ctx.home, dataset, root);
    else ctx.store.datasets.setRoot(id, root);
    // Copying a folder may have changed its files' times: they need not be read again for that.
    if (!dataset.pseudonymised)
      ctx.store.scans.restamp(id, stamps, dataset.lastScannedAt ?? dataset.createdAt);
    recordAction(ctx, {
      action: 'dataset relinked',
      subject: `dataset ${dataset.name}`,
      oldValue: auditedFolder(dataset),
      newValue: auditedFolder(ctx.store.datasets.get(id)),
    });
  });
  const { name, labelsFromSubfolders } = dataset;
  await addDataset(ctx, { root, name, labelsFromSubfolders }, hooks);
  return outcome;
}

interface FoundContent {
  readonly stamp: FileStamp;
  /** Null for one whose size no image has: it is none of them. */
  readonly sha256: string | null;
}

/** The files of a folder by their paths. */
async function contentsIn(
  ctx: Context,
  root: string,
  sizes: ReadonlySet<number>,
  { signal, onProgress }: RelinkHooks,
): Promise<Map<string, FoundContent>> {
  const found = new Map<string, FoundContent>();
  let scanned = 0;
  let total: number | null = null;
  const choose = (files: readonly FoundFile[]): ListedFile[] => {
    for (const { relativePath, sizeBytes, modifiedMs } of files) {
      found.set(relativePath, { stamp: { relativePath, sizeBytes, modifiedMs }, sha256: null });
    }
    return files.flatMap((file) => (sizes.has(file.sizeBytes) ? { ...file, sha256: null } : []));
  };
  try {
    for await (const message of ctx.jobs.scan({ root, purpose: { kind: 'content' }, choose }, signal)) {
      switch (message.kind) {
        case 'counted':
          total = message.entries;
          break;
        case 'results': {
          const { results, filesPerSecond } = message;
          for (const result of results) {
            if (result.state === 'content') {
              found.set(result.file.relativePath, { stamp: result.file, sha256: result.sha256 });
            }
          }
          scanned += results.length;
          onProgress({ scanned, total, filesPerSecond, secondsLeft: null });
          break;
        }
        case 'stopped':
          throw new ServiceError(
            'interrupted',
            'The search for moved images was stopped; nothing was changed.',
          );
      }
    }
  } catch (error) {
    if (!(error instanceof IngestError) || error.kind !== 'drive-lost') throw error;
    throw new ServiceError(
      'drive-lost',
      `The drive of "${root}" was lost while its files were compared; nothing was changed: try again when it is back.`,
      { cause: error },
    );
  }
  return found;
}

/**
 * @param pathOf where a file would be on disk
 * @throws ServiceError 'dataset-changed' where there is something else at the place of an image
 */
function compared(
  known: readonly FileContent[],
  found: ReadonlyMap<string, FoundContent>,
  pathOf: (file: FileContent) => string,
  { dataset, root }: { readonly dataset: Dataset; readonly root: string },
): { readonly outcome: RelinkOutcome; readonly stamps: FileStamp[] } {
  const stamps: FileStamp[] = [];
  const elsewhere: { file: FileContent; isTaken: boolean }[] = [];
  const free = new Map(found);
  for (const file of known) {
    const path = pathOf(file);
    const there = found.get(path);
    if (there?.sha256 === file.sha256) {
      stamps.push({ ...there.stamp, relativePath: file.relativePath });
      free.delete(path);
    } else elsewhere.push({ file, isTaken: there !== undefined });
  }
  const wanted = Map.groupBy(elsewhere, ({ file }) => file.sha256);
  const candidates = Map.groupBy(free.values(), ({ sha256 }) => sha256);
  const outcome = { matched: stamps.length, moved: 0, missing: 0, unclear: 0 };
  for (const [sha256, files] of wanted) {
    const there = candidates.get(sha256)?.length ?? 0;
    const replaced = files.find(({ isTaken }) => isTaken);
    if (there === 0 && replaced !== undefined) {
      throw new ServiceError(
        'dataset-changed',
        `"${replaced.file.relativePath}" in "${root}" is not the image that "${dataset.name}" knows, so that the folder was not taken; choose another one, or add it as a new dataset.`,
      );
    }
    // Copies cannot be told apart.
    const kind = there === 0 ? 'missing' : there === 1 && files.length === 1 ? 'moved' : 'unclear';
    outcome[kind] += files.length;
  }
  return { outcome, stamps };
}

function moveKeyFile(home: string, { rootPath: id, name }: Dataset, root: string): void {
  writeKeyFile(home, { ...readKeyFile(home, { id, name }), root });
}
