import type { Context } from './context.ts';

export interface ExportRequest {
  readonly model: string;
  /** A folder; made where it is missing. */
  readonly output: string;
  /** Images per run of the exported graph. */
  readonly batch: number;
}

export interface ExportedModel {
  /** Absolute paths of the files written, the model's graph first. */
  readonly files: readonly string[];
}

export async function exportModel(ctx: Context, request: ExportRequest): Promise<ExportedModel> {
  return Promise.reject(new Error(`not built yet ${ctx.home} ${request.model}`));
}
