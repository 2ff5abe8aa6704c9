/**
 * Asks what becomes of the chats of an agent who goes offline or signs out.
 *
 * @import { AgentWork } from './agent-work.js'
 * @import { Intent } from './leaving.js'
 */

import { lazily } from '../shared/client/lazily.js';

/** Asks before signing out too. @param {AgentWork} work @returns {(intent: Intent) => boolean} asks; false if there is nothing to ask */
export function askingToLeave(work) {
  /** @param {Intent} intent */
  const ask = (intent) => {
    if (!work.live || !work.chats.count) return false;
    open(work, intent);
    return true;
  };
  document.addEventListener('sign-out', (event) => ask('sign-out') && event.preventDefault());
  return ask;
}

/** @param {AgentWork} work @param {Intent} intent */
async function open(work, intent) {
  let loaded;
  try {
    loaded = await lazily(() => import('./leave-dialog.js'));
  } catch {
    return; // Without the server nobody leaves. Another click tries again.
  }
  const shown = document.querySelector('leave-dialog') ?? document.body.appendChild(new loaded.LeaveDialog());
  if (shown instanceof loaded.LeaveDialog) await shown.open(work, intent);
}
