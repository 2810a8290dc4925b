/** The one door to ONNX Runtime: its log is silenced here, before the first session can be made. */
import { env } from 'onnxruntime-node';

// Failures arrive as exceptions; the log would repeat them on the user's terminal, in colour.
env.logLevel = 'fatal';

export { env, InferenceSession, Tensor, listSupportedBackends } from 'onnxruntime-node';

/** The severity of a session's own log that lets nothing but crashes through. */
export const SILENT = 4;
