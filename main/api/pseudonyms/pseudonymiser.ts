import { posix } from 'node:path';
import type { FileFinding } from '../../store/file-records.ts';
import type { FileStamp } from '../../store/scans.ts';
import type { FileNames } from './file-names.ts';
import { type KeyFile, addToKeyFile, newKeyFile, readKeyFile, writeKeyFile } from './key-file.ts';
import { pseudonymOf } from './pseudonym.ts';
import { shifted } from './time-shift.ts';
import { withoutNames } from './without-names.ts';

/** Turns what a scan finds into what the database may hold of a pseudonymised dataset. */
export class Pseudonymiser {
  readonly #home: string;
  readonly #file: KeyFile;
  readonly #paths: Map<string, string>;
  /** The same the other way round. */
  readonly #pseudonyms: Map<string, string>;
  #isSaved: boolean;
  #unsaved: [pseudonym: string, path: string][] = [];

  private constructor(home: string, file: KeyFile, isSaved: boolean) {
    this.#home = home;
    this.#file = file;
    this.#isSaved = isSaved;
    this.#paths = new Map(file.paths);
    this.#pseudonyms = new Map([...file.paths].map(([pseudonym, path]) => [path, pseudonym]));
  }

  /** With a key of its own. */
  static create(home: string, root: string): Pseudonymiser {
    return new Pseudonymiser(home, newKeyFile(root), false);
  }

  /** Of a dataset that is known. @throws ServiceError 'key-missing' | 'write-failed' */
  static open(home: string, dataset: { readonly id: string; readonly name: string }): Pseudonymiser {
    const file = readKeyFile(home, dataset);
    // Whole lines only, so that what is added does not continue one that was cut off.
    writeKeyFile(home, file);
    return new Pseudonymiser(home, file, true);
  }

  /** Of the key file: what the dataset's record holds instead of its folder. */
  get id(): string {
    return this.#file.id;
  }

  /** Salts the hashes of patients, studies and series: without the key file they cannot be guessed. */
  get salt(): Buffer {
    return this.#file.key;
  }

  /** The same finding without names, dates and descriptions. */
  stored(finding: FileFinding): FileFinding {
    const { key, root } = this.#file;
    const { relativePath: path } = finding;
    const pseudonym = this.#pseudonyms.get(path) ?? this.#newPseudonym(path);
    const names: FileNames = { root, path, pseudonym };
    if (finding.status !== 'readable') {
      const { modifiedMs = null, reason } = finding;
      return {
        ...finding,
        relativePath: pseudonym,
        modifiedMs: modifiedMs === null ? null : shifted(key, modifiedMs),
        reason: withoutNames(reason, names),
      };
    }
    return {
      ...finding,
      relativePath: pseudonym,
      modifiedMs: shifted(key, finding.modifiedMs),
      notes: finding.notes?.map((note) => withoutNames(note, names)) ?? null,
      seriesDescription: null,
    };
  }

  /** A file as its record has it; null where there can be none. */
  recorded(file: FileStamp): FileStamp | null {
    const relativePath = this.#pseudonyms.get(file.relativePath);
    if (relativePath === undefined) return null;
    return { ...file, relativePath, modifiedMs: shifted(this.#file.key, file.modifiedMs) };
  }

  /** What all pseudonyms of what lies below a folder begin with. */
  recordedFolder(path: string): string {
    return posix.dirname(pseudonymOf(this.#file.key, posix.join(path, 'any')));
  }

  /** Keeps the pairs of what was turned since the last call; before the database keeps their pseudonyms. @throws ServiceError 'write-failed' */
  save(): void {
    if (this.#isSaved) addToKeyFile(this.#home, this.id, this.#unsaved);
    else writeKeyFile(this.#home, { ...this.#file, paths: this.#paths });
    this.#isSaved = true;
    this.#unsaved = [];
  }

  #newPseudonym(path: string): string {
    const pseudonym = pseudonymOf(this.#file.key, path);
    // 64 bits of a keyed hash: nobody will live to see it.
    if (this.#paths.has(pseudonym)) throw new RangeError('two files have the same pseudonym');
    this.#paths.set(pseudonym, path);
    this.#pseudonyms.set(path, pseudonym);
    this.#unsaved.push([pseudonym, path]);
    return pseudonym;
  }
}
