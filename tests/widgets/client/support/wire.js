/** `/api/wire` of the small desk: lines that look like sockets to it, and requests that may be lost on the way. */

import { EventEmitter } from 'node:events';

/** @typedef {import('../../../../widgets/shared/static/client/types.js').Frame} Frame */
/** @typedef {import('node:http').IncomingMessage} Request */
/** @typedef {import('node:http').ServerResponse} Response */
/** @typedef {{method: string, frames: string[], after: number}} Asked `frames`: their types */

const HOLD_MS = 8_000;

/** One line; to the desk a socket, whose `message` and `close` it hears. */
class WireLine extends EventEmitter {
  OPEN = 1;
  readyState = 1;
  /** @type {string[]} */ given = [];
  acknowledged = 0;
  /** @type {number|null} */ code = null;
  /** @type {(() => void)|null} answers the GET that is held */ told = null;

  /** @param {string} text */
  send(text) {
    this.given.push(text);
    this.told?.();
  }

  /** @param {number} [code] */
  close(code = 1005) {
    if (this.code !== null) return;
    this.code = code;
    this.readyState = 3;
    this.told?.();
    this.emit('close');
  }

  terminate() {
    this.close(1006);
  }
}

export class Wire {
  /** @type {Map<string, WireLine>} */ lines = new Map();
  /** @type {Asked[]} every request, in order */ asked = [];
  /** Answers to GET that are lost on the way: so many from now on. */ lost = 0;
  /** Requests of this method are cut: before they reach the desk, or once it has taken them. @type {{method: string, taken: boolean}|null} */ cuts =
    null;
  /** @type {{status: number, times: number, body: string}|null} what is answered in the desk's place */ instead = null;
  /** Characters of a body that are taken; 413 beyond. */ most = Infinity;
  #opened;

  /** @param {(line: WireLine, side: string) => void} opened */
  constructor(opened) {
    this.#opened = opened;
  }

  /** @param {Request} request @param {Response} response */
  async answer(request, response) {
    let body = '';
    for await (const piece of request) body += piece;
    const url = new URL(request.url ?? '', 'http://desk');
    const sent = body ? JSON.parse(body) : { frames: [] };
    const method = request.method ?? '';
    const after = Number(url.searchParams.get('after'));
    this.asked.push({ method, after, frames: sent.frames.map((/** @type {Frame} */ { type }) => type) });
    const { cuts } = this;
    if (this.instead && this.instead.times > 0) {
      this.instead.times -= 1;
      response.writeHead(this.instead.status, { 'Retry-After': '1' }).end(this.instead.body);
    } else if (body.length > this.most) {
      response.writeHead(413).end('<h1>Request Entity Too Large</h1>');
    } else if (cuts?.method === method && !cuts.taken) {
      request.socket.destroy();
    } else if (method === 'POST') {
      const answer = this.#take(request.headers['switchboard-line'], sent);
      if (cuts?.method === method) request.socket.destroy();
      else reply(response, answer);
    } else {
      await this.#tell(this.lines.get(String(request.headers['switchboard-line'])), after, response);
    }
  }

  /** @param {string|string[]|undefined} name @param {{frames: Frame[], side?: string, close?: boolean}} sent */
  #take(name, { frames, side, close }) {
    const id = name === undefined ? `line-${this.lines.size + 1}` : String(name);
    if (name === undefined) {
      const line = new WireLine();
      this.lines.set(id, line);
      this.#opened(line, side ?? 'customer');
    }
    const line = this.lines.get(id);
    if (!line) return null;
    for (const frame of frames) line.emit('message', JSON.stringify(frame));
    if (close) line.close(1000);
    return { line: id };
  }

  /** @param {WireLine|undefined} line @param {number} after @param {Response} response */
  async #tell(line, after, response) {
    if (!line) {
      reply(response, null);
      return;
    }
    line.given.splice(0, after - line.acknowledged);
    line.acknowledged = after;
    line.told?.();
    if (!line.given.length && line.code === null) {
      await new Promise((resolve) => {
        const timer = setTimeout(() => line.told?.(), HOLD_MS).unref();
        line.told = () => {
          clearTimeout(timer);
          line.told = null;
          // What is sent in the same turn goes along.
          setImmediate(resolve, null);
        };
      });
    }
    if (this.lost > 0) {
      this.lost -= 1;
      response.destroy();
      return;
    }
    const close = line.code === null ? {} : { close: { code: line.code, reason: '' } };
    reply(response, { frames: line.given.map((text) => JSON.parse(text)), next: after + line.given.length, ...close });
  }
}

/** @param {Response} response @param {object|null} body null: there is no such line */
function reply(response, body) {
  response
    .writeHead(body ? 200 : 404, { 'Content-Type': 'application/json' })
    .end(JSON.stringify(body ?? { code: 'not_found' }));
}
