/**
 * Teams and products as tables, and the forms that add, change and retire them.
 *
 * @import { Team, TeamsWork } from './teams-work.js'
 */

import { icon } from '../shared/parts.js';
import { html, nothing } from '../shared/vendor/lit.js';
import { WorkPart } from '../shared/work-part.js';
import { keyOfName, listed } from './hours-plan.js';
import { scheduleName } from './hours-words.js';

/** @param {number} seconds */
const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;

/** @extends {WorkPart<TeamsWork>} */
class TeamsPart extends WorkPart {
  /** `team KEY`, `product NAME`, `new team` or `new product`. */
  #open = '';
  /** The schedule that is chosen in the open form; empty until then. */
  #schedule = '';
  /** The products that are chosen in the open form. @type {string[]|null} */
  #chosen = null;
  /** The product that nobody would have after a save. The page asks before it saves that. */
  #removing = '';

  /** @override */
  render() {
    const { found, failure, done } = this.work;
    const open = found?.teams.filter(({ retired }) => !retired) ?? [];
    const unanswered = open.filter(({ people }) => !people).map(({ name }) => name);
    const may = Boolean(found && !found.read_only);
    return html`
      <header class="pagehead"><h1>Teams and products</h1>
        <p class="quiet">${open.length} teams, ${this.work.products.length} products. A team is retired, never removed.</p>
        ${
          may
            ? html`<div class="acts"><button class="btn" type="button" aria-expanded=${this.#open === 'new product'} @click=${() => this.#toggle('new product')}>${icon('plus')}Product</button>
          <button class="btn primary" type="button" aria-expanded=${this.#open === 'new team'} @click=${() => this.#toggle('new team')}>${icon('plus')}Team</button></div>`
            : nothing
        }
      </header>
      <div role="status">${failure ? html`<p class="note wrong">${failure}</p>` : nothing}${done ? html`<p class="note">${done} <a href="/admin/audit?days=1">Undo in the audit log</a></p>` : nothing}${found?.read_only ? html`<p class="note">${found.read_only}</p>` : nothing}</div>
      ${unanswered.length ? html`<p class="note" role="status">Nobody answers the chats of ${listed(unanswered)} yet. <a href="/admin/people">Give ${unanswered.length === 1 ? 'the team' : 'the teams'} people</a></p>` : nothing}
      ${this.#open === 'new team' ? this.#newTeam() : nothing}
      ${this.#open === 'new product' ? this.#product('', []) : nothing}
      <section class="pane" aria-label="Teams"><div class="scroller" tabindex="0" role="region" aria-label="List of teams"><table class="tbl teams">
        <thead><tr><th scope="col">Team</th><th scope="col">Hours</th><th scope="col">Products</th><th scope="col" class="end">People</th><th scope="col" class="end">Tickets</th><th scope="col" class="end">Wait goal</th><th scope="col" class="end">First response</th><th scope="col">Chats come</th><th scope="col"><span class="sr">Change</span></th></tr></thead>
        <tbody>${(found?.teams ?? []).map((team) => this.#row(team, may))}</tbody></table></div></section>
      <section class="pane" aria-labelledby="products-title"><header><h2 id="products-title">Products</h2></header><table class="tbl teams">
        <thead><tr><th scope="col">Product</th><th scope="col">Teams</th><th scope="col"><span class="sr">Change</span></th></tr></thead>
        <tbody>${this.work.products.map(
          ({
            product,
            teams,
          }) => html`<tr><th scope="row">${product}</th><td>${teams.length === open.length ? 'all' : teams.map(({ name }) => name).join(', ')}</td>
            <td class="end do">${may ? this.#edit(`product ${product}`, product) : nothing}</td></tr>
            ${this.#open === `product ${product}` ? html`<tr><td colspan="3">${this.#product(product, teams)}</td></tr>` : nothing}`,
        )}</tbody></table></section>`;
  }

  /** @param {string} key @param {string} name */
  #edit(key, name) {
    return html`<button class="btn sm plain" type="button" aria-expanded=${this.#open === key} @click=${() => this.#toggle(key)}>Edit<span class="sr"> ${name}</span></button>`;
  }

  /** @param {Team} team @param {boolean} may */
  #row(team, may) {
    const key = `team ${team.team}`;
    const successor = this.work.found?.teams.find((one) => one.team === team.successor)?.name ?? team.successor;
    return html`<tr class=${team.retired ? 'off' : ''}>
        <th scope="row"><b dir="auto">${team.name}</b><small>${team.retired ? `retired${successor ? `, ${successor} follows` : ''}` : team.published_as === team.name ? team.topic : `in ${team.published_as}`}</small></th>
        <td data-name="Hours">${this.#hoursName(team.schedule)}</td><td data-name="Products">${team.products.join(', ')}</td><td class="end" data-name="People">${team.people}</td><td class="end" data-name="Tickets">${team.tickets}</td>
        <td class="end" data-name="Wait goal">${clock(team.wait_target_s)}</td><td class="end" data-name="First response">${clock(team.first_reply_s)}</td>
        <td data-name="Chats come">${team.assign === 'offer' ? `offered, ${team.offer_s} s` : 'by themselves'}</td>
        <td class="end do">${may ? this.#edit(key, team.name) : nothing}</td></tr>
      ${this.#open === key ? html`<tr><td colspan="9">${this.#team(team)}</td></tr>` : nothing}`;
  }

  /** @param {Team} team */
  #team(team) {
    const others = this.work.found?.teams.filter((one) => !one.retired && one.team !== team.team) ?? [];
    return html`<form class="team-form" @submit=${(/** @type {SubmitEvent} */ event) => this.#save(event, team)}>
      ${this.#fields(team)}
      <label>Published as<input class="field" name="published_as" maxlength="100" value=${team.published_as}>${this.#wrong('published_as')}</label>
      <label>Wait goal, seconds<input class="field" name="wait_target_s" inputmode="numeric" pattern="[0-9]+" required value=${team.wait_target_s}>${this.#wrong('wait_target_s')}</label>
      <label>First response, seconds<input class="field" name="first_reply_s" inputmode="numeric" pattern="[0-9]+" required value=${team.first_reply_s}>${this.#wrong('first_reply_s')}</label>
      <label>Chats come<select class="field" name="assign"><option value="auto" ?selected=${team.assign === 'auto'}>by themselves</option><option value="offer" ?selected=${team.assign === 'offer'}>offered first</option></select></label>
      <span class="acts"><button class="btn sm primary" ?disabled=${this.work.busy}>Save</button><button class="btn sm" type="button" @click=${() => this.#toggle('')}>Cancel</button></span>
      <fieldset><legend>${team.retired ? 'Take it back' : 'Retire'}</legend>
        <p class="quiet">${team.retired ? 'Customers can choose the team again.' : `Nobody can choose a retired team. Its ${team.tickets} tickets and ${team.people} people stay.`}</p>
        ${
          team.retired
            ? html`<button class="btn sm" type="button" ?disabled=${this.work.busy} @click=${() => this.#retire(team, { retired: false, successor: null }, `${team.name} takes chats again.`)}>Take back</button>`
            : html`<label>Team that follows<select class="field" name="successor"><option value="">Choose a team</option>${others.map((one) => html`<option value=${one.team}>${one.name}</option>`)}</select>${this.#wrong('successor')}${this.#wrong('retired')}</label>
              <button class="btn sm" type="button" ?disabled=${this.work.busy} @click=${(/** @type {Event} */ event) => this.#retire(team, { retired: true, successor: successorIn(event) }, `${team.name} is retired.`)}>Retire ${team.name}</button>`
        }</fieldset></form>`;
  }

  /** @param {Team|null} team */
  #fields(team) {
    return html`<label>Name<input class="field" name="name" maxlength="100" required autocomplete="off" value=${team?.name ?? ''}>${this.#wrong('name')}</label>
      <label>Topic, in customers’ words<input class="field" name="topic" maxlength="100" autocomplete="off" value=${team?.topic ?? ''}>${this.#wrong('topic')}</label>
      <label>Email, from which its letters come<input class="field" name="email" type="email" maxlength="200" autocomplete="off" value=${team?.email ?? ''}>${this.#wrong('email')}</label>
      <label>Hours<select class="field" name="schedule" @change=${(/** @type {Event} */ event) => this.#choseHours(event)}>${this.work.found?.schedules.map((key) => html`<option value=${key} ?selected=${key === team?.schedule}>${scheduleName(key)}: ${this.#sharing(key, null).join(', ') || 'no team'}</option>`)}</select>${this.#wrong('schedule')}</label>
      ${this.#ownHours(team)}
      ${this.#products(team)}`;
  }

  /** A schedule with the key of a team has the team's name. @param {string} schedule */
  #hoursName(schedule) {
    return this.work.found?.teams.find(({ team }) => team === schedule)?.name ?? scheduleName(schedule);
  }

  /** The names of the other teams with a schedule. @param {string} schedule @param {Team|null} team */
  #sharing(schedule, team) {
    const others = this.work.found?.teams.filter((one) => one.team !== team?.team && one.schedule === schedule) ?? [];
    return others.filter(({ retired }) => !retired).map(({ name }) => name);
  }

  /** A schedule of its own, if the chosen one is shared. @param {Team|null} team */
  #ownHours(team) {
    const chosen = this.#schedule || team?.schedule || this.work.found?.schedules[0] || '';
    const sharing = this.#sharing(chosen, team);
    if (!sharing.length)
      return html`<p class="quiet">Only this team has the schedule ${scheduleName(chosen)}. ${hoursLink(chosen)}</p>`;
    return html`<fieldset><legend>${scheduleName(chosen)} is shared with ${listed(sharing)}</legend>
      <label class="check"><input type="checkbox" name="own_hours" value="1">A schedule of its own: a copy, whose hours and holidays are for this team alone</label>
      <p class="quiet">A holiday of ${scheduleName(chosen)} is for all its teams. ${hoursLink(chosen)}</p></fieldset>`;
  }

  /** @param {Event} event */
  #choseHours(event) {
    this.#schedule = /** @type {HTMLSelectElement} */ (event.target).value;
    this.requestUpdate();
  }

  /** @param {Team|null} team */
  #products(team) {
    const { found, products } = this.work;
    const all = [...new Set([...products.map(({ product }) => product), ...(found?.default_products ?? [])])];
    const chosen = this.#chosen ?? team?.products ?? [];
    return html`<fieldset><legend>Products</legend>
      ${all.map((product) => html`<label class="check"><input type="checkbox" name="products" value=${product} .checked=${chosen.includes(product)} @change=${(/** @type {Event} */ event) => this.#choseProduct(event, chosen)}>${product}</label>`)}${this.#wrong('products')}
      <p class="quiet" role="status">${chosen.length ? 'Customers of this team choose one of these.' : `None is chosen, so the team gets the usual ones: ${found?.default_products.join(', ')}.`}</p></fieldset>`;
  }

  /** @param {Event} event @param {string[]} chosen */
  #choseProduct(event, chosen) {
    const { value, checked } = /** @type {HTMLInputElement} */ (event.target);
    this.#chosen = checked ? [...chosen, value] : chosen.filter((one) => one !== value);
    this.requestUpdate();
  }

  #newTeam() {
    return html`<form class="team-form pane" aria-label="New team" @submit=${(/** @type {SubmitEvent} */ event) => this.#add(event)} @input=${(/** @type {Event} */ event) => this.#wroteName(event)}>
      ${this.#fields(null)}
      <label>Key<input class="field" name="team" pattern="[a-z0-9\\-]{1,32}" required autocomplete="off"><small class="quiet">Identifies the team in files and addresses. It never changes.</small>${this.#wrong('team')}</label>
      <p class="quiet">Customers can choose the team as soon as it is added and open, even before it has people.</p>
      <span class="acts"><button class="btn sm primary" ?disabled=${this.work.busy}>Add the team</button><button class="btn sm" type="button" @click=${() => this.#toggle('')}>Cancel</button></span></form>`;
  }

  /** The key of a new team follows its name, until somebody writes another one. @param {Event} event */
  #wroteName(event) {
    const input = /** @type {HTMLInputElement} */ (event.target);
    if (input.name === 'team') input.dataset.own = '';
    const key = this.one('input[name=team]', HTMLInputElement);
    if (input.name !== 'name' || 'own' in key.dataset) return;
    key.value = keyOfName(input.value, this.work.found?.teams.map(({ team }) => team) ?? []);
  }

  /** @param {string} product @param {Team[]} teams */
  #product(product, teams) {
    const keys = teams.map(({ team }) => team);
    return html`<form class="team-form ${product ? '' : 'pane'}" aria-label=${product || 'New product'} @submit=${(/** @type {SubmitEvent} */ event) => this.#setProduct(event, product)}>
      <label>Name<input class="field" name="name" maxlength="100" required autocomplete="off" value=${product}>${this.#wrong('product')}${this.#wrong('name')}</label>
      <fieldset><legend>Teams</legend>${this.work.found?.teams.filter(({ retired }) => !retired).map((one) => html`<label class="check"><input type="checkbox" name="teams" value=${one.team} ?checked=${keys.includes(one.team)}>${one.name}</label>`)}${this.#wrong('teams')}</fieldset>
      ${product ? html`<p class="quiet">Chats and tickets keep the name that they have.</p>` : nothing}
      <span class="acts"><button class="btn sm primary" ?disabled=${this.work.busy}>Save</button><button class="btn sm" type="button" @click=${() => this.#toggle('')}>Cancel</button></span>
      ${
        product && this.#removing === product
          ? html`<p class="note" role="alert">Remove ${product}? No team has it then, and nobody can choose it any more.
        <button class="btn sm danger-btn" data-remove ?disabled=${this.work.busy}>Remove it</button>
        <button class="btn sm plain" type="button" @click=${() => this.#keep()}>Keep it</button></p>`
          : nothing
      }</form>`;
  }

  #keep() {
    this.#removing = '';
    this.requestUpdate();
  }

  /** @param {string} field */
  #wrong(field) {
    const sentence = this.work.wrong[field];
    return sentence ? html`<small class="wrong" role="alert">${sentence}</small>` : nothing;
  }

  /** @param {SubmitEvent} event @param {Team} team */
  async #save(event, team) {
    const text = texts(event);
    const values = {
      name: text('name'),
      topic: text('topic') || null,
      email: text('email') || null,
      schedule: text('schedule'),
      own_hours: text('own_hours') !== '',
      products: this.#productsOf(team),
      published_as: text('published_as') || null,
      wait_target_s: Number(text('wait_target_s')),
      first_reply_s: Number(text('first_reply_s')),
      assign: text('assign'),
    };
    const before = { ...team, own_hours: false };
    const same = (/** @type {unknown} */ one, /** @type {unknown} */ two) =>
      JSON.stringify(one) === JSON.stringify(two);
    const other = Object.entries(values).filter(
      ([name, value]) => !same(value, before[/** @type {keyof typeof before} */ (name)]),
    );
    if (!other.length || (await this.work.change(team.team, Object.fromEntries(other), `${values.name} is saved.`)))
      this.#shut();
  }

  /** The chosen products in the order of the page. Null: the usual ones. @param {Team|null} team */
  #productsOf(team) {
    const chosen = this.#chosen ?? team?.products ?? [];
    return chosen.length ? chosen : null;
  }

  /** @param {Team} team @param {object} values @param {string} done */
  async #retire(team, values, done) {
    if (await this.work.change(team.team, values, done)) this.#shut();
  }

  /** @param {SubmitEvent} event */
  async #add(event) {
    const text = texts(event);
    const values = {
      team: text('team'),
      name: text('name'),
      schedule: text('schedule'),
      own_hours: text('own_hours') !== '',
      topic: text('topic') || null,
      email: text('email') || null,
      products: this.#productsOf(null),
    };
    if (await this.work.add(values, `${values.name} is added. Give it people, then they can answer.`)) this.#shut();
  }

  /** @param {SubmitEvent} event @param {string} product */
  async #setProduct(event, product) {
    const text = texts(event);
    const data = new FormData(/** @type {HTMLFormElement} */ (event.target));
    const teams = data.getAll('teams').map(String);
    if (product && !teams.length && event.submitter?.dataset.remove === undefined) {
      this.work.forget();
      this.#removing = product;
      this.requestUpdate();
      return;
    }
    const saves = product
      ? this.work.setProduct(product, text('name'), teams)
      : this.work.addProduct(text('name'), teams);
    if (await saves) this.#shut();
  }

  #shut() {
    this.#open = '';
    this.#schedule = '';
    this.#chosen = null;
    this.#removing = '';
    this.requestUpdate();
  }

  /** @param {string} key */
  #toggle(key) {
    this.#open = this.#open === key ? '' : key;
    this.#schedule = '';
    this.#chosen = null;
    this.#removing = '';
    this.work.forget();
    if (this.#open.startsWith('new'))
      this.updateComplete.then(() => this.one('form.pane input[name=name]', HTMLInputElement).focus());
  }
}

/** The fields of a form that is sent, by name. @param {SubmitEvent} event @returns {(name: string) => string} */
function texts(event) {
  event.preventDefault();
  const data = new FormData(/** @type {HTMLFormElement} */ (event.target));
  return (name) => String(data.get(name) ?? '').trim();
}

/** @param {Event} event */
function successorIn(event) {
  const form = /** @type {HTMLElement} */ (event.target).closest('form');
  return String(new FormData(form ?? undefined).get('successor')) || null;
}

/** @param {string} schedule */
const hoursLink = (schedule) => html`<a href="/admin/hours#${schedule}">Hours of ${scheduleName(schedule)}</a>`;

customElements.define('teams-part', TeamsPart);
