/** What the database may hold of a dataset's files: their names as they are, or pseudonyms. */
import type { Dataset } from '../../store/datasets.ts';
import type { FileFinding } from '../../store/file-records.ts';
import type { FileStamp } from '../../store/scans.ts';
import type { Context } from '../context.ts';
import { groupSalt } from './group-salt.ts';
import type { AddDatasetRequest } from './known-dataset.ts';
import { Pseudonymiser } from '../pseudonyms/pseudonymiser.ts';

export interface StoredNames {
  /** Of the key file of pseudonyms; null where names are stored. */
  readonly id: string | null;
  /** Of the hashes of patients, studies and series. */
  readonly salt: Buffer;
  stored(finding: FileFinding): FileFinding;
  /** A file as its record has it; null where there can be none. */
  recorded(file: FileStamp): FileStamp | null;
  /** What the paths of all records begin with that lie below a folder. */
  recordedFolder(path: string): string;
  /** To be called before the database keeps what came from here. @throws ServiceError 'write-failed' */
  save(): void;
}

/** A new key, or that of the dataset, where it is pseudonymised. @throws ServiceError 'key-missing' | 'write-failed' */
export function storedNames(
  { home }: Context,
  root: string,
  { pseudonymise = false }: Pick<AddDatasetRequest, 'pseudonymise'>,
  known: Dataset | undefined,
): StoredNames {
  if (known?.pseudonymised === true)
    return Pseudonymiser.open(home, { id: known.rootPath, name: known.name });
  if (known === undefined && pseudonymise) return Pseudonymiser.create(home, root);
  return {
    id: null,
    salt: groupSalt(home),
    stored: (finding) => finding,
    recorded: (file) => file,
    recordedFolder: (path) => path,
    save: () => undefined,
  };
}
