/**
 * The portal's home: which teams answer now, and until when.
 *
 * @import { Team } from '../shared/types.js'
 */

import '../shared/offline.js';
import { fill, h, the } from '../shared/dom.js';
import { clockWords, closesToday, opensWords, readersZone, rowsOf } from '../shared/hours.js';
import { ask } from '../shared/http.js';
import { t } from '../shared/words.js';

try {
  const { data } = await ask('GET', '/api/hours');
  /** @type {Team[]} */
  const teams = data.teams;
  const now = new Date(data.now).getTime();
  const zones = { desk: data.timezone, reader: readersZone() };
  const open = teams.filter((team) => team.open);
  const next = teams
    .filter((team) => team.opens_at)
    .sort((a, b) => String(a.opens_at).localeCompare(String(b.opens_at)))[0];
  fill(
    the('now'),
    h('span', { class: open.length ? 'dot ok' : 'dot hollow' }),
    open.length ? t('Open now') : next ? opensWords(next, now, zones) : t('Closed now'),
  );
  fill(
    the('hours').tBodies[0],
    teams.map((team) =>
      h(
        'tr',
        {},
        h('th', { scope: 'row' }, team.name),
        h('td', {}, team.products.map((name) => (name === 'Other' ? t('Other') : name)).join(', ')),
        h('td', {}, state(team, now, zones)),
      ),
    ),
  );
  the('hours').hidden = false;
} catch (error) {
  fill(the('now'), error instanceof Error && error.message);
}

/** @param {Team} team @param {number} now @param {import('../shared/hours.js').Zones} zones */
function state(team, now, zones) {
  if (!team.open)
    return [
      h('span', { class: 'dot hollow' }),
      t('Closed'),
      team.opens_at &&
        rowsOf(team.opens_at, zones).map(({ zone, time }) => h('small', {}, t('opens {time}, {zone}', { time, zone }))),
    ];
  const until = closesToday(team, now) && t('until {time}', { time: clockWords(team.closes_at ?? '', zones) });
  return [h('span', { class: 'dot ok' }), t('Open'), until && h('small', {}, until)];
}
