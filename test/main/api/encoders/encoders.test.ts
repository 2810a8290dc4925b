/** Encoders from files, with real files, a real store and the real device. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  NO_ANSWERS,
  addEncoderFile,
  addUploaded,
  describeUploaded,
  uploadEncoder,
} from '../../../../main/api/encoders/add-encoder.ts';
import type { Context } from '../../../../main/api/context.ts';
import {
  FILTER_BANK,
  choiceOf,
  encoderChoice,
  encoderName,
  identityOf,
  listEncoders,
  removeEncoder,
} from '../../../../main/api/encoders/encoders.ts';
import { encoderChoice as choiceSchema, openChosenEncoder } from '../../../../main/jobs/encoder-choice.ts';
import { EncoderError } from '../../../../main/engine/encoders/encoder-error.ts';
import { cpuEnvironment } from '../../../models/cpu-environment.ts';
import { mixed, mixingEncoder } from '../../engine/encoders/mixing-encoder.ts';
import { type OnnxModel, onnxBytes } from '../../engine/encoders/write-onnx.ts';
import { datasetOf, modelOf } from '../../store/samples.ts';
import { openWindow } from '../window.ts';
import { refusalOf, temporaryContext, temporaryFolder } from '../workplace.ts';

const ANY_SIZE = mixingEncoder(['N', 3, 'h', 'w']);
const ANSWERS = { ...NO_ANSWERS, normalisation: 'zero-to-255', grid: 'map' } as const;
const SHAPE = { channels: 3, height: 8, width: 8 } as const;
const WHY = { reason: 'no longer needed' };

function fileOf(model: OnnxModel, name = 'mixing.onnx'): File {
  return new File([onnxBytes(model)], name);
}

async function added(ctx: Context, name = 'mixing') {
  const { sha256 } = await uploadEncoder(ctx, fileOf(ANY_SIZE));
  return addUploaded(ctx, { sha256, fileName: 'mixing.onnx', name, answers: ANSWERS });
}

describe('the encoders', () => {
  it('begin with the one that needs no file', async () => {
    const ctx = await temporaryContext();
    const [first, ...others] = listEncoders(ctx);
    expect(first).toMatchObject({ id: null, name: FILTER_BANK, source: 'built-in', hasGrid: true });
    expect(others).toEqual([]);
    expect(encoderChoice(ctx, FILTER_BANK)).toEqual({ kind: 'filter-bank' });
  });

  it('that are not known are refused with the names of those that are', async () => {
    const ctx = await temporaryContext();
    await added(ctx);
    expect(() => encoderChoice(ctx, 'resnet')).toThrow(/"filter-bank", "mixing"/);
  });
});

describe('an encoder from a file', () => {
  it('is described with what it does not say, and added once that is said', async () => {
    const ctx = await temporaryContext();
    const { sha256, name, described } = await uploadEncoder(ctx, fileOf(ANY_SIZE));
    expect(name).toBe('mixing');
    expect(described).toMatchObject({
      questions: [{ about: 'normalisation' }],
      describesItself: false,
      layout: 'NCHW',
      channels: 3,
      size: null,
      vector: 'features',
      grid: null,
      outputs: ['features'],
    });
    const kept = { sha256, fileName: 'mixing.onnx' };
    const early = await refusalOf(addUploaded(ctx, { ...kept, name, answers: NO_ANSWERS }));
    expect(early.kind).toBe('encoder-asks');
    expect(early.message).toContain('"mixing.onnx" does not say how pixels are normalised');
    expect(describeUploaded(ctx, kept, ANSWERS)).toMatchObject({ questions: [], grid: 'map' });
    const encoder = await addUploaded(ctx, { ...kept, name, answers: ANSWERS });
    expect(encoder).toMatchObject({
      name: 'mixing',
      source: 'file',
      dimensions: 4,
      grid: { height: 32, width: 32, dimensions: 4 },
      size: null,
      channels: 3,
      normalisation: 'zero-to-255',
      sha256,
      training: null,
      models: [],
    });
    expect(listEncoders(ctx).map((each) => each.name)).toEqual([FILTER_BANK, 'mixing']);
    const entry = ctx.store.audit.page({ offset: 0, limit: 1 }).rows[0];
    expect(entry).toMatchObject({ action: 'encoder added', subject: 'encoder mixing', newValue: sha256 });
  });

  it('gives jobs the features that it was added for, from a file that is its own', async () => {
    const home = temporaryFolder();
    const path = join(temporaryFolder(), 'mixing.onnx');
    writeFileSync(path, onnxBytes(ANY_SIZE));
    const first = await temporaryContext(home);
    await addEncoderFile(first, { path, name: 'mixing', answers: ANSWERS });
    writeFileSync(path, 'no longer an encoder');
    const ctx = await temporaryContext(home);
    const choice = choiceSchema.parse(structuredClone(encoderChoice(ctx, 'mixing')));
    const cache = { folder: join(home, 'features'), report: (message: string) => expect.fail(message) };
    const image = Uint8Array.from({ length: 192 }, (_, at) => (at * 37) % 256);
    const expected = mixed((channel, y, x) => image[channel * 64 + y * 8 + x] ?? 0, 8, 8);
    const length = Math.hypot(...expected.features);
    const environment = await cpuEnvironment();
    // The second time from the cache.
    for (const time of ['first', 'second']) {
      const encoder = await openChosenEncoder(environment, choice, SHAPE, cache);
      const { vectors, grids } = await encoder.encode([image]);
      await encoder.dispose();
      expect(encoder.grid, time).toEqual({ height: 4, width: 4, dimensions: 4 });
      vectors.forEach((value, at) => expect(value).toBeCloseTo((expected.features[at] ?? 0) / length, 5));
      grids?.forEach((value, at) => expect(value).toBeCloseTo(expected.map[at] ?? 0, 2));
    }
    expect(existsSync(cache.folder)).toBe(true);
  });

  it('that was damaged since is not used', async () => {
    const ctx = await temporaryContext();
    await added(ctx);
    const choice = encoderChoice(ctx, 'mixing');
    if (choice.kind !== 'onnx') throw new Error('it has a file');
    const bytes = readFileSync(choice.path);
    // A weight: still an ONNX file.
    const at = bytes.indexOf(Buffer.from(Float32Array.of(-2).buffer));
    bytes.set([1], at);
    writeFileSync(choice.path, bytes);
    const cache = { folder: temporaryFolder(), report: () => undefined };
    await expect(openChosenEncoder(await cpuEnvironment(), choice, SHAPE, cache)).rejects.toMatchObject({
      kind: 'changed',
    });
  });

  it('that is none is told by its name, and nothing is kept', async () => {
    const ctx = await temporaryContext();
    const file = new File([Buffer.from('PNG, perhaps')], 'photo.onnx');
    const failure = await uploadEncoder(ctx, file).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(EncoderError);
    expect(failure).toMatchObject({ kind: 'not-onnx' });
    expect(String(failure)).toContain('"photo.onnx" cannot be used as an encoder');
    expect(existsSync(join(ctx.home, 'encoders'))).toBe(false);
  });

  it('that does not run here is refused before it has a record', async () => {
    const ctx = await temporaryContext();
    const broken = mixingEncoder(['N', 3, 'h', 'w'], {
      nodes: [{ op: 'NoSuchOperator', inputs: ['pixels'], outputs: ['features'] }],
    });
    const { sha256 } = await uploadEncoder(ctx, fileOf(broken));
    const answers = { ...ANSWERS, grid: null };
    const adding = addUploaded(ctx, { sha256, fileName: 'broken.onnx', name: 'broken', answers });
    await expect(adding).rejects.toMatchObject({ kind: 'load-failed' });
    expect(ctx.store.encoders.list()).toEqual([]);
  });

  it('that was not uploaded, or has a name that is taken, is refused', async () => {
    const ctx = await temporaryContext();
    const { sha256 } = await added(ctx);
    const kept = { sha256: sha256 ?? '', fileName: 'mixing.onnx', answers: ANSWERS };
    for (const name of ['mixing', FILTER_BANK]) {
      expect((await refusalOf(addUploaded(ctx, { ...kept, name }))).kind).toBe('name-taken');
    }
    const unknown = { ...kept, sha256: '0'.repeat(64), name: 'other' };
    const refused = await refusalOf(Promise.resolve().then(() => addUploaded(ctx, unknown)));
    expect(refused.message).toContain('choose the file again');
  });
});

describe('the calls of a window', () => {
  it('upload, describe, add, list and remove, with every step in a process of its own', async () => {
    const { api } = await openWindow();
    const { sha256, described } = await api.encoders.upload({ file: fileOf(ANY_SIZE) });
    expect(described.questions).toEqual([{ about: 'normalisation' }]);
    const asked = { sha256, fileName: 'mixing.onnx', answers: ANSWERS };
    expect((await api.encoders.describe(asked)).questions).toEqual([]);
    const { id } = await api.encoders.add({ ...asked, name: 'mixing' });
    expect((await api.encoders.list()).map(({ name }) => name)).toEqual([FILTER_BANK, 'mixing']);
    await api.encoders.remove({ id: id ?? 0, ...WHY });
    expect(await api.encoders.list()).toHaveLength(1);
  });
});

describe('removing an encoder', () => {
  it('frees its name, and says so in the audit trail', async () => {
    const ctx = await temporaryContext();
    const { id, sha256 } = await added(ctx);
    removeEncoder(ctx, { id: id ?? 0, ...WHY });
    expect(listEncoders(ctx).map(({ name }) => name)).toEqual([FILTER_BANK]);
    const entry = ctx.store.audit.page({ offset: 0, limit: 1 }).rows[0];
    expect(entry).toMatchObject({ action: 'encoder removed', oldValue: sha256, ...WHY });
    expect(await added(ctx)).toMatchObject({ name: 'mixing' });
  });

  it('is refused while a model needs it, with the name of the model', async () => {
    const ctx = await temporaryContext();
    const { id } = await added(ctx);
    const identity = identityOf(encoderChoice(ctx, 'mixing'));
    expect(encoderName(ctx, identity)).toBe('mixing');
    expect(choiceOf(ctx, identity)).toEqual(encoderChoice(ctx, 'mixing'));
    const { dataset } = datasetOf(ctx.store, 1);
    const other = modelOf(ctx.store, dataset.id, 'other');
    const model = ctx.store.models.create({ ...other, name: 'patches', settings: { encoder: identity } });
    const refused = await refusalOf(
      Promise.resolve().then(() => removeEncoder(ctx, { id: id ?? 0, ...WHY })),
    );
    expect(refused.kind).toBe('in-use');
    expect(refused.message).toContain('The model "patches" needs the encoder "mixing"');
    expect(listEncoders(ctx).map(({ models }) => models)).toEqual([[], ['patches']]);
    ctx.store.models.archive(model.id);
    removeEncoder(ctx, { id: id ?? 0, ...WHY });
    expect(encoderName(ctx, identity)).toBeNull();
  });
});
