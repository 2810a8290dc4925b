/** One step of the schema. Published steps are never edited: a change of the schema is a new file. */
export type Migration = {
  /** The database's user_version after this step; steps count up from 1 without gaps. */
  readonly version: number;
  /** Runs in one transaction together with the change of user_version. */
  readonly sql: string;
};
