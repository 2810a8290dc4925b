import { createHmac } from 'node:crypto';
import type { ProfileOption } from '../../../preload/contract.ts';
import { readDicomTags } from '../../ingest/dicom/tags.ts';
import { IngestError } from '../../ingest/errors.ts';
import { deidentified } from '../../report/deidentify/deidentify.ts';
import { remapUid } from '../../report/deidentify/remap-uid.ts';
import type { Dataset } from '../../store/datasets.ts';
import type { ReadableFile } from '../../store/file-records.ts';
import type { Context } from '../context.ts';
import { filePath } from '../datasets/file-path.ts';
import { groupSalt } from '../datasets/group-salt.ts';
import { ServiceError } from '../service-error.ts';

/** How an image was taken, as far as the database knows: "MR · FLAIR · 12.5 mm". */
export function acquisitionText({ modality, sequence, position }: ReadableFile): string {
  const place = position === null ? null : `${Number(position.toFixed(2))} mm`;
  return [modality, sequence, place].filter((part) => part !== null).join(' · ');
}

/** What may be told of a DICOM file's header, UIDs replaced; '' for other files, and for one that cannot be read now. */
export async function attributesText(
  ctx: Context,
  dataset: Dataset,
  file: { readonly relativePath: string; readonly format: string | null },
  options: readonly ProfileOption[],
): Promise<string> {
  if (file.format !== 'dicom') return '';
  // Of its own, so that a UID cannot be told from a hash of a patient's number.
  const key = createHmac('sha256', groupSalt(ctx.home)).update('UIDs in reports').digest();
  try {
    const attributes = await readDicomTags(filePath(ctx, dataset, file));
    return deidentified(attributes, { options, remapUid: (uid) => remapUid(key, uid) })
      .map(({ name, value }) => `${name} ${value}`)
      .join('; ');
  } catch (error) {
    // The rest of the report does not need the file.
    if (error instanceof IngestError) return '';
    if (error instanceof ServiceError && error.kind === 'key-missing') return '';
    throw error;
  }
}
