import { Command, Option } from 'commander';
import { registerAudit } from './audit.ts';
import { registerBench } from './bench.ts';
import { registerDataset } from './dataset.ts';
import { registerDemo } from './demo.ts';
import { registerDetectors } from './detectors.ts';
import { registerDoctor } from './doctor.ts';
import { registerEncoder } from './encoder.ts';
import { registerEvaluate } from './evaluate.ts';
import { registerExplain } from './explain.ts';
import { registerExport } from './export.ts';
import { registerFit } from './fit.ts';
import { registerHeatmap } from './heatmap.ts';
import { defaultHome } from './home.ts';
import { registerModel } from './model.ts';
import { programName } from './npm.ts';
import { registerRank } from './rank.ts';
import type { Register } from './register.ts';
import { registerReport } from './report.ts';
import { registerScreen } from './screen.ts';
import { registerServe } from './serve.ts';
import { DEVICES, Session } from './session.ts';
import { registerThreshold } from './threshold.ts';
import { version } from '../api/package.ts';

/** Every command, in the order of the help: that of the work. */
const COMMANDS: readonly Register[] = [
  registerDataset,
  registerEncoder,
  registerDetectors,
  registerFit,
  registerModel,
  registerScreen,
  registerRank,
  registerReport,
  registerEvaluate,
  registerHeatmap,
  registerExplain,
  registerThreshold,
  registerExport,
  registerServe,
  registerAudit,
  registerDoctor,
  registerBench,
  registerDemo,
];

export function buildProgram(): { readonly program: Command; readonly session: Session } {
  const session = new Session();
  const program = new Command(programName)
    .description(
      'Screens folders of images for anomalies, on this machine, with your own data. Not for diagnostic use.',
    )
    .version(version)
    .option(
      '--home <folder>',
      `where models and results are kept (default: FLOWSCREEN_HOME or ${defaultHome()})`,
    )
    .addOption(new Option('--device <device>', 'what computes').choices(DEVICES).default('auto'))
    .option('--json', 'answer with one JSON document on stdout')
    .option('--quiet', 'show no progress and no messages')
    .configureHelp({ showGlobalOptions: true })
    // Failures are written in one place, in the form that was asked for.
    .configureOutput({ outputError: () => {} })
    .exitOverride()
    .hook('preAction', (_, command) => session.begin(command.optsWithGlobals()));
  for (const register of COMMANDS) register(program, session.run);
  return { program, session };
}
