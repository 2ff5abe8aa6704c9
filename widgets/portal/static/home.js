/**
 * The Help Center's home: which teams answer now, and until when.
 *
 * @import { Zones } from '../shared/hours.js'
 * @import { Team } from '../shared/types.js'
 */

import '../shared/offline.js';
import { the } from '../shared/dom.js';
import { clockWords, closesToday, opensWords, productWords, readersZone, rowsOf } from '../shared/hours.js';
import { ask } from '../shared/http.js';
import { html, nothing, render } from '../shared/vendor/lit-html.js';
import { t } from '../shared/words.js';

try {
  const { data } = await ask('GET', '/api/hours');
  /** @type {Team[]} */
  const teams = data.teams;
  const now = new Date(data.now).getTime();
  const zones = { desk: data.timezone, reader: readersZone() };
  const open = teams.filter((team) => team.open);
  const free = open.filter(({ staffed }) => staffed !== false);
  const next = teams
    .filter((team) => team.opens_at)
    .sort((a, b) => String(a.opens_at).localeCompare(String(b.opens_at)))[0];
  render(
    html`${dot(free.length > 0)}${open.length ? (free.length ? t('Open now') : t('Open, nobody free right now')) : next ? opensWords(next, now, zones) : t('Closed now')}`,
    the('now'),
  );
  render(
    teams.map((team) => row(team, now, zones)),
    the('hours').tBodies[0],
  );
  the('hours').hidden = false;
} catch (error) {
  the('now').textContent = error instanceof Error ? error.message : '';
}

/** @param {boolean} open */
function dot(open) {
  return html`<span class=${open ? 'dot ok' : 'dot hollow'}></span>`;
}

/** @param {Team} team @param {number} now @param {Zones} zones */
function row(team, now, zones) {
  const products = team.products.map(productWords).join(', ');
  return html`<tr><th scope="row">${team.name}</th><td>${products}</td><td>${team.open ? untilWords(team, now, zones) : fromWords(team, zones)}</td></tr>`;
}

/** @param {Team} team @param {number} now @param {Zones} zones */
function untilWords(team, now, zones) {
  const until = closesToday(team, now) && t('until {time}', { time: clockWords(team.closes_at ?? '', zones) });
  const away = team.staffed === false;
  return html`${dot(!away)}${away ? t('Open, nobody free right now') : t('Open')}${until ? html`<small>${until}</small>` : nothing}`;
}

/** @param {Team} team @param {Zones} zones */
function fromWords(team, zones) {
  const rows = team.opens_at ? rowsOf(team.opens_at, zones) : [];
  return html`${dot(false)}${t('Closed')}${rows.map(({ zone, time }) => html`<small>${t('opens {time}, {zone}', { time, zone })}</small>`)}`;
}
