// The import rules of the house. Every rule is an allow-list: what is not named is forbidden, so a new folder
// or a new library has to be let in here, on purpose. test/boundaries plants a violation of each rule.

/** A path pattern for an npm package, whether it resolves or not. */
const npm = (name) => `(^|/)node_modules/${name}/|^${name}(/|$)`;

const zod = npm('zod');
const jax = npm('@jax-js/jax');
const electron = npm('electron');
const contract = '^preload/contract(\\.ts$|/)';
const orpc = (part) => npm(`@orpc/${part}`);

const modelsRoot = '^models/[^/]+\\.ts$';
const services = '^main/(store|ingest|engine|report)/';

/** Modules matching `from` may import `allowed`, and node's core modules only where `core` says so. */
const only = (name, comment, from, allowed, { core = false, except } = {}) => ({
  name,
  comment,
  severity: 'error',
  from: except === undefined ? { path: from } : { path: from, pathNot: except },
  to: core ? { pathNot: allowed, dependencyTypesNot: ['core'] } : { pathNot: allowed },
});

const models = [
  only(
    'models-array-only-jax',
    'models/array.ts is the one door to jax-js, so that it stays replaceable',
    '^models/array\\.ts$',
    [jax, modelsRoot],
  ),
  only(
    'models-root-only-itself',
    'shared interfaces and types at the root of models know nothing of what is built on them',
    modelsRoot,
    [modelsRoot],
    { except: '^models/array\\.ts$' },
  ),
  only(
    'models-compile-only-below',
    'the compiler knows arrays, jaxprs and protobuf, never what it compiles',
    '^models/compile/',
    ['^models/compile/', modelsRoot, jax, npm('@bufbuild/protobuf')],
  ),
  only(
    'models-flows-only-below',
    'flows and networks are the bottom layer, beside the compiler',
    '^models/(flows|networks)/',
    ['^models/(flows|networks)/', modelsRoot],
  ),
  only(
    'models-losses-only-below',
    'losses and the statistics of features stand on flows and networks',
    '^models/(losses|features)/',
    ['^models/(losses|features|flows|networks|compile)/', modelsRoot],
  ),
  only(
    'models-detectors-only-below',
    'detectors are built from flows, networks, losses, features and the compiler; training and scoring are above them',
    '^models/detectors/',
    ['^models/(detectors|losses|features|flows|networks|compile)/', modelsRoot],
  ),
  {
    name: 'models-detectors-not-each-other',
    comment:
      'a detector may import what a detector is (detector.ts, method.ts), what several share (shared/), its own folder and, as a variant of Glow, its model (glow/); index.ts, the registry, imports them all',
    severity: 'error',
    from: { path: '^models/detectors/([^/]+?)(?:\\.ts$|/)', pathNot: '^models/detectors/index\\.ts$' },
    to: {
      path: '^models/detectors/',
      pathNot: [
        '^models/detectors/((detector|method)\\.ts$|shared/|glow/(model|flow|parameters|presets|against-outliers|outlier-value)\\.ts$)',
        '^models/detectors/$1(\\.ts$|/)',
      ],
    },
  },
  only(
    'models-training-only-below',
    'training stands on the detectors, beside scoring',
    '^models/training/',
    ['^models/(training|detectors|losses|features|flows|networks|compile)/', modelsRoot],
  ),
  only('models-scoring-only-below', 'scoring stands on the detectors, beside training', '^models/scoring/', [
    '^models/(scoring|detectors|losses|features|flows|networks|compile)/',
    modelsRoot,
  ]),
];

const main = [
  only(
    'main-store-only-sqlite',
    'the store knows SQLite and schemas; of its neighbours it may know types (main-services-share-only-types)',
    '^main/store/',
    ['^main/(store|ingest|engine)/', '^models/', npm('better-sqlite3'), zod],
    { core: true },
  ),
  only(
    'main-ingest-only-decoders',
    'ingest knows decoders; of its neighbours it may know types (main-services-share-only-types)',
    '^main/ingest/',
    ['^main/(store|ingest|engine)/', '^models/', npm('sharp'), npm('dicom-parser'), zod],
    { core: true },
  ),
  only(
    'main-engine-only-onnxruntime',
    'the engine knows ONNX Runtime; of its neighbours it may know types (main-services-share-only-types)',
    '^main/engine/',
    ['^main/(store|ingest|engine)/', '^models/', npm('onnxruntime-(node|common)'), npm('koffi'), zod],
    { core: true },
  ),
  only(
    'main-report-only-itself',
    'a report is made from what it is handed: it knows no other service, not even its types',
    '^main/report/',
    ['^main/report/', '^models/', npm('pdfmake'), zod],
    { core: true },
  ),
  {
    name: 'main-services-share-only-types',
    comment: 'store, ingest and engine are joined by jobs and api; between them only types may cross',
    severity: 'error',
    from: { path: '^main/(store|ingest|engine)/' },
    to: { path: services, pathNot: '^main/$1/', dependencyTypesNot: ['type-only'] },
  },
  only(
    'main-jobs-only-workers-side',
    'a job runs in a worker: it computes and reads images, and never touches the store, the api or a window',
    '^main/jobs/',
    ['^main/(jobs|engine|ingest)/', '^models/', zod],
    { core: true },
  ),
  only(
    'main-api-only-services',
    'handlers join the services for every face, so they know none of the faces',
    '^main/api/',
    ['^main/(api|store|ingest|engine|report|jobs)/', '^models/', contract, orpc('server'), zod],
    { core: true },
  ),
  only(
    'main-cli-never-a-window',
    'the command line runs where there is no screen and no Electron',
    '^main/cli(\\.ts$|/)',
    [
      '^main/cli(\\.ts$|/)',
      '^main/serve(\\.ts$|/)',
      '^main/(api|store|ingest|engine|report|jobs)/',
      '^models/',
      '^bench/',
      contract,
      npm('commander'),
      npm('log-update'),
      zod,
    ],
    { core: true },
  ),
  only(
    'bench-only-what-it-measures',
    'benchmarks run the science on the engine, and the services that a window works with; they know no face',
    '^bench/',
    [
      '^bench/',
      '^main/(api|engine|ingest|jobs|store)/',
      '^models/',
      npm('sharp'),
      npm('echarts'),
      npm('playwright-core'),
      zod,
    ],
    { core: true },
  ),
  only(
    'main-serve-never-a-window',
    'the browser face runs where there is no screen and no Electron',
    '^main/serve(\\.ts$|/)',
    [
      '^main/serve(\\.ts$|/)',
      '^main/(api|store|ingest|engine|report|jobs)/',
      '^models/',
      contract,
      orpc('server'),
      npm('ws'),
      zod,
    ],
    { core: true },
  ),
  only(
    'main-electron-only-main',
    'lifecycle, window and what a desktop has: Electron, and everything in main',
    '^main/((index|window)\\.ts$|desktop/)',
    ['^main/', '^models/', contract, orpc('server'), electron, zod],
    { core: true },
  ),
];

const faces = [
  only(
    'preload-contract-only-schemas',
    'the contract is read by every face: it imports nothing but what it is written in',
    contract,
    [contract, orpc('contract'), zod],
  ),
  only(
    'preload-index-only-bridge',
    'the bridge is a few lines between Electron and the contract',
    '^preload/index\\.ts$',
    [electron, contract],
  ),
  only('renderer-only-contract', 'the page reaches the machine through the contract alone', '^renderer/', [
    '^renderer/',
    contract,
    orpc('(client|contract)'),
    npm('vue'),
    npm('vue-router'),
    npm('pinia'),
    npm('vuetify'),
    npm('@mdi/js'),
    npm('@tanstack/vue-virtual'),
    npm('(vue-)?echarts'),
    npm('@cornerstonejs/(core|tools)'),
  ]),
];

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...models,
    ...main,
    ...faces,
    {
      name: 'every-folder-has-a-rule',
      comment: 'a file outside the layout of the house would escape every allow-list above',
      severity: 'error',
      from: {
        path: '^(models|main|bench|preload|renderer)/',
        pathNot: [
          modelsRoot,
          '^bench/',
          '^models/(compile|flows|networks|losses|features|detectors|training|scoring)/',
          '^main/(api|cli|desktop|engine|ingest|jobs|report|serve|store)/',
          '^main/(cli|index|serve|window)\\.ts$',
          '^preload/(contract/.*|contract|index)\\.ts$',
          '^renderer/',
        ],
      },
      to: {},
    },
    {
      name: 'no-cycles',
      comment: 'a cycle means that neither file can be understood, tested or replaced alone',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // Type imports are walls too: a model that names a node type cannot leave node.
    tsPreCompilationDeps: true,
    detectProcessBuiltinModuleCalls: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.mts', '.js', '.mjs', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
    },
  },
};
