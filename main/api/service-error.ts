/** What stands in the way, for callers that decide by it; the message is for the person. */
export type ServiceErrorKind =
  | 'unknown-dataset'
  | 'unknown-model'
  | 'unknown-run'
  | 'unknown-job'
  | 'unknown-score'
  | 'unknown-detector'
  | 'unknown-encoder'
  | 'unknown-label'
  | 'unknown-file'
  | 'unreadable-model'
  /** There is nothing of that number to undo. */
  | 'unknown-change'
  /** An entry of the audit trail is not as it was written. */
  | 'audit-broken'
  /** A running job needs it. */
  | 'in-use'
  /** A file that should hold a model does not, or not a whole one. */
  | 'bad-model-file'
  | 'folder-missing'
  /** A folder's drive went away while it was read, or is not connected. */
  | 'drive-lost'
  /** The file that leads from a dataset's pseudonyms to its files is not there. */
  | 'key-missing'
  /** What a file does not say of itself has to be said by a person. */
  | 'encoder-asks'
  | 'name-taken'
  | 'labels-mismatch'
  /** A folder that is known by its names cannot become one of pseudonyms, nor the other way round. */
  | 'pseudonyms-mismatch'
  | 'no-images'
  | 'too-few-images'
  | 'not-scanned'
  /** Files are no longer what the last scan found. */
  | 'dataset-changed'
  | 'preparation-mismatch'
  /** Images are not of the kind that a model was fitted on. */
  | 'does-not-fit'
  | 'preset-mismatch'
  | 'nothing-to-resume'
  /** A run cannot be continued with what it was started with. */
  | 'cannot-resume'
  /** The user stopped the work; it can be continued. */
  | 'interrupted'
  | 'training-unstable'
  /** A detector makes no images. */
  | 'not-invertible'
  | 'no-labels'
  | 'no-scores'
  | 'invalid-request'
  | 'write-failed';

/** A request that cannot be carried out. The message is one sentence for the user: what happened and what to do. */
export class ServiceError extends Error {
  readonly kind: ServiceErrorKind;

  constructor(kind: ServiceErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ServiceError';
    this.kind = kind;
  }
}
