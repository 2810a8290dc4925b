/** The one door to onnxruntime-node: its log is silenced here, before the first session can be made. */
import { env } from 'onnxruntime-node';

// Failures arrive as exceptions; the log would repeat them on the user's terminal, in colour.
env.logLevel = 'fatal';

export { env, InferenceSession, Tensor, listSupportedBackends } from 'onnxruntime-node';
