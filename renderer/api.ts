import { createORPCClient } from '@orpc/client';
import type { ContractRouterClient } from '@orpc/contract';
import type { contract } from '../preload/contract.ts';
import { Connection } from './connection.ts';
import { inDesktop, portTransport, socketTransport } from './transports.ts';

export const connection = new Connection(inDesktop ? portTransport : socketTransport);

/** Every call to the services: `api.datasets.list()`. Failures are told by {@link sentenceOf} of failure.ts. */
export const api: ContractRouterClient<typeof contract> = createORPCClient(connection);
