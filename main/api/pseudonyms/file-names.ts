/** What a file is called here, and what the database calls it. */
export interface FileNames {
  /** The dataset's folder, absolute. */
  readonly root: string;
  /** Below the folder, with "/". */
  readonly path: string;
  readonly pseudonym: string;
}
