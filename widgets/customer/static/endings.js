/**
 * Texts for the end of a chat. Pure, in the reader's language; none of them promises an email.
 *
 * @import { Outcome } from './visit.js'
 */

import { inside } from '../shared/vocabulary.js';
import { t } from '../shared/words.js';

/**
 * Texts for the customer at the end.
 * @param {Outcome} outcome
 * @param {{status: string, team: string, opens: string, address?: boolean}} words `opens`: `Finance opens tomorrow morning`, empty while it is open;
 *   `address`: whether one was given
 * @returns {{title: string, text: string}}
 */
export function afterWords({ ticket, status, reason }, { status: statusName, team, opens, address = true }) {
  const next = opens ? t('{opens} and will look into it then.', { opens }) : t('{team} will look into it.', { team });
  const noAddress = t('You left no address, so keep this number and mention it when you write again.');
  switch (reason) {
    case 'message':
      return {
        title: t('It’s now ticket #{ticket}', { ticket }),
        text: `${next} ${address ? t('Keep this number.') : noAddress}`,
      };
    case 'abandoned':
      return {
        title: t('We saved it as ticket #{ticket}', { ticket }),
        text: address ? next : `${next} ${noAddress}`,
      };
    case 'missed':
      return {
        title: t('We saved it as ticket #{ticket}', { ticket }),
        text: `${t('Nobody was free before closing. Your wait counts, so it’s among the first we answer.')} ${next}`,
      };
    default: {
      const kept = t('The whole conversation is kept with it.');
      const then =
        status === 'solved'
          ? t('If the problem comes back, give us this number.')
          : t('{team} will continue under this number.', { team });
      return {
        title: t('It’s now ticket #{ticket}, {status}', { ticket, status: inside(statusName) }),
        text: `${kept} ${then}`,
      };
    }
  }
}
