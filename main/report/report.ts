/** What a report says, whatever it is written as. */

export interface ReportFact {
  readonly name: string;
  readonly value: string;
}

export interface ReportCase {
  /** "3. case 12" */
  readonly title: string;
  /** One for each of the report's columns. */
  readonly cells: readonly string[];
  /** PNG: the image, or the image beside its heatmap; null where none was asked for or could be made. */
  readonly picture: Uint8Array | null;
  /** Why there is no picture although one was asked for. */
  readonly pictureProblem: string | null;
}

export interface Report {
  readonly title: string;
  readonly comment: string;
  /** "Not for diagnostic use": on every page. */
  readonly notice: string;
  /** UTC, ISO 8601. */
  readonly createdAt: string;
  readonly createdBy: string;
  /** What the scores depend on: model, data, threshold, software, settings. */
  readonly facts: readonly ReportFact[];
  /** What to think of before it is handed on, each a sentence. */
  readonly warnings: readonly string[];
  readonly columns: readonly string[];
  readonly cases: readonly ReportCase[];
  /** The model's card, as paragraphs and rows. */
  readonly card: readonly ReportFact[];
  readonly limits: readonly string[];
}
