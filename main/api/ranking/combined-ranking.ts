import type { CombinedImage, CombinedRanking } from '../../../preload/contract.ts';
import { type CombineRequest, type Member, combinedScores } from './combined-scores.ts';
import type { Context } from '../context.ts';
import { remarksOn } from '../screening/screen-inputs.ts';
import { tailsOver } from './tail.ts';

export interface CombinedRankRequest extends CombineRequest {
  readonly limit: number;
  readonly offset: number;
}

/**
 * A page of the images that were screened with several models, the most anomalous to all of them together first.
 * @throws as {@link combinedScores}
 */
export function combinedRanking(ctx: Context, request: CombinedRankRequest): Promise<CombinedRanking> {
  return Promise.resolve().then(() => {
    const { dataset, members, heldOut, images, leftOut } = combinedScores(ctx, request);
    const { offset, limit, combine } = request;
    const tail = tailsOver(heldOut);
    return {
      dataset: dataset.name,
      combine,
      models: namedMembers(members),
      heldOutNormals: heldOut.length,
      total: images.length,
      images: images.slice(offset, offset + limit).flatMap((image, index): CombinedImage[] => {
        const files = members.flatMap(({ run }) => ctx.store.ranking.caseFile(run.id, image.fileId) ?? []);
        const [file] = files;
        if (file === undefined) return [];
        const { relativePath, frame, plane, frames } = file;
        return [
          {
            rank: offset + index + 1,
            relativePath,
            frame,
            plane,
            frames,
            ...image,
            own: [...image.own],
            tail: tail(image.value),
            verdicts: members.map(({ run }) => ctx.store.decisions.inForce(run.id, image.fileId).verdict),
            contentChanged: files.some(({ contentChanged }) => contentChanged),
          },
        ];
      }),
      remarks: [
        ...new Set([...leftOutRemark(leftOut), ...members.flatMap(({ run }) => remarksOn(run.settings))]),
      ],
    };
  });
}

export function namedMembers(members: readonly Member[]): CombinedRanking['models'] {
  return members.map(({ run, model, score }) => ({ model: model.record.name, runId: run.id, score }));
}

/** Images that do not count, as one sentence; none where all do. */
export function leftOutRemark(leftOut: number): string[] {
  if (leftOut === 0) return [];
  return [
    `${leftOut === 1 ? 'One image is' : `${leftOut} images are`} left out, as not every model has scored ${leftOut === 1 ? 'it' : 'them'}.`,
  ];
}
