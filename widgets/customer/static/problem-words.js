/** Texts for problems that persist. Pure, in the reader's language. */

import { reasonOf } from '../shared/not-sent.js';
import { t } from '../shared/words.js';

/** @param {Pick<import('./chat.js').Chat, 'alarm'|'stuck'|'putOff'>} chat @returns {{what: string, why: string}|null} */
export function problemWords({ alarm, stuck, putOff }) {
  if (alarm) return alarm;
  if (putOff)
    return {
      what: t('The chat hasn’t started yet.'),
      why: t('Not sent, {reason}.', { reason: reasonOf(putOff.refusal) }),
    };
  return stuck
    ? { what: t('We can’t save messages right now.'), why: t('Yours is kept here and hasn’t been sent.') }
    : null;
}
