/** Mentions in the notes of the ticket page. The ids of those whom a note mentions are sent beside its text. */

import { the } from '../shared/dom.js';
import { offerColleagues } from './mention-menu.js';

/** @typedef {import('./ticket-work.js').TicketWork} TicketWork */

const work = /** @type {TicketWork} */ (the('composer-part').work);
const mentions = offerColleagues(() => `${work.address}/colleagues`);
const { ask } = work;

work.ask = async (method, path, options = {}) => {
  const body = /** @type {{text?: string, public?: boolean}} */ (options.body ?? {});
  const isNote = method === 'POST' && path === `${work.address}/replies` && body.public === false;
  // A pasted note can be sent before the colleagues are known.
  if (isNote && body.text?.includes('@')) await mentions.read(`${work.address}/colleagues`);
  const mentioned = isNote ? mentions.in(body.text ?? '') : [];
  return ask(method, path, mentioned.length ? { ...options, body: { ...body, mentions: mentioned } } : options);
};
