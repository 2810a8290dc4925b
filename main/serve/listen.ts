import type { Server } from 'node:http';
import { ServeError } from './serve-error.ts';

/** @param port 0 for any that is free @returns the port @throws ServeError 'port-taken' | 'address-unavailable' */
export async function listen(server: Server, host: string, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(explained(error, host, port)));
    server.listen({ host, port }, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port');
  return address.port;
}

function explained(error: NodeJS.ErrnoException, host: string, port: number): ServeError {
  if (error.code === 'EADDRINUSE') {
    return new ServeError(
      'port-taken',
      `Port ${port} is in use by another program: choose another with --port, or leave --port out.`,
      { cause: error },
    );
  }
  if (error.code === 'EACCES') {
    return new ServeError(
      'port-taken',
      `This user may not use port ${port}: choose one above 1023 with --port.`,
      { cause: error },
    );
  }
  return new ServeError(
    'address-unavailable',
    `This machine cannot be reached as "${host}": name one of its own addresses with --host.`,
    { cause: error },
  );
}
