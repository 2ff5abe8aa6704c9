/**
 * What is said in the end. Pure, in the reader's language; nothing here promises a mail.
 *
 * @import { Outcome } from './visit.js'
 */

import { inside } from '../shared/vocabulary.js';
import { t } from '../shared/words.js';

/**
 * What the customer reads in the end.
 * @param {Outcome} outcome
 * @param {{status: string, team: string, opens: string, address?: boolean}} words `opens`: `Finance opens tomorrow morning`, empty while it is open;
 *   `address`: whether one was given
 * @returns {{title: string, text: string}}
 */
export function afterWords({ ticket, status, reason }, { status: statusName, team, opens, address = true }) {
  const next = opens
    ? t('{opens} and works on it under this number.', { opens })
    : t('{team} works on it under this number.', { team });
  const noAddress = t('You left no address: keep the number, and name it when you write again.');
  switch (reason) {
    case 'message':
      return {
        title: t('It’s now ticket #{ticket}', { ticket }),
        text: `${next} ${address ? t('Keep it.') : noAddress}`,
      };
    case 'abandoned':
      return {
        title: t('We kept it as ticket #{ticket}', { ticket }),
        text: [t('{team} has your message.', { team }), next, address ? '' : noAddress].filter(Boolean).join(' '),
      };
    case 'missed':
      return {
        title: t('We kept it as ticket #{ticket}', { ticket }),
        text: `${t('Nobody was free before closing. It keeps the time that you waited, so it is among the first.')} ${next}`,
      };
    default: {
      const kept = t('The whole conversation is kept with it.');
      const then =
        status === 'solved'
          ? t('Name this number if the same thing comes back.')
          : t('{team} goes on under this number.', { team });
      return {
        title: t('It’s now ticket #{ticket}, {status}', { ticket, status: inside(statusName) }),
        text: `${kept} ${then}`,
      };
    }
  }
}
