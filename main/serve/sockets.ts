import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';

/** A model is imported as one message: as much as the contract lets in, and the envelope. */
const LARGEST_MESSAGE_BYTES = 2_000_000_000 + 1_048_576;

/** Tunnels drop connections on which nothing moves, and a laptop that was closed says no goodbye. */
const HEARTBEAT_MS = 30_000;

/** How long a window has to answer that it was told of the end. */
const GOODBYE_MS = 1000;

/** The sockets of all windows. */
export class Sockets {
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: LARGEST_MESSAGE_BYTES });
  readonly #alive = new WeakSet<WebSocket>();
  readonly #heartbeat = setInterval(() => this.#beat(), HEARTBEAT_MS);
  readonly #opened: (socket: WebSocket) => void;

  constructor(opened: (socket: WebSocket) => void) {
    this.#opened = opened;
    this.#heartbeat.unref();
  }

  accept(request: IncomingMessage, connection: Duplex, head: Buffer): void {
    this.#server.handleUpgrade(request, connection, head, (socket) => {
      this.#alive.add(socket);
      socket.on('pong', () => this.#alive.add(socket));
      // What breaks a connection ends it, and its window connects again.
      socket.on('error', () => socket.terminate());
      this.#opened(socket);
    });
  }

  close(): void {
    clearInterval(this.#heartbeat);
    for (const socket of this.#server.clients) socket.close(1001, 'flowscreen was stopped');
    this.#server.close();
    // A window that is asleep never answers the goodbye, and would keep the program alive.
    setTimeout(() => {
      for (const socket of this.#server.clients) socket.terminate();
    }, GOODBYE_MS).unref();
  }

  #beat(): void {
    for (const socket of this.#server.clients) {
      if (!this.#alive.delete(socket)) socket.terminate();
      else socket.ping();
    }
  }
}

/** Answers a request for a socket that is not let in, and hangs up. */
export function refuseSocket(connection: Duplex, status: '403 Forbidden' | '404 Not Found'): void {
  connection.on('error', () => connection.destroy());
  connection.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
