/** Queues of an agent's teams: how many wait, the longest wait, and a button to take the next chat. */

import { timer } from '../shared/moments.js';
import { html, nothing } from '../shared/vendor/lit.js';
import { queueWait } from './queue-waits.js';
import { Part } from './work-part.js';

class QueueList extends Part {
  /** @override */
  render() {
    const { list } = this.work.queues;
    return html`<section class="queues" aria-labelledby="queues-h">
      <h3 id="queues-h">Queue <span class="goal num">${this.#goal()}</span></h3>
      <ul>${list.length ? list.map((queue) => this.#row(queue)) : html`<li class="none">${this.work.presence.state ? 'You’re not on a team yet.' : nothing}</li>`}</ul>
      <div role="alert">${this.work.handovers.notHad?.at === 'queue' ? html`<p class="wrong">${this.work.handovers.notHad.words}</p>` : nothing}</div>
    </section>`;
  }

  /** The wait target, shown once if all teams have the same. */
  #goal() {
    const {
      queues: { list },
      chats,
    } = this.work;
    const targets = new Set(list.map(({ team }) => chats.teams.get(team)?.wait_target_s));
    const [target] = targets;
    return targets.size === 1 && target ? `target ${timer(target * 1000)}` : nothing;
  }

  /** @param {import('../shared/types.js').Queue} queue */
  #row(queue) {
    const { team, waiting, longest_wait_s: longest, next } = queue;
    const { queues, chats } = this.work;
    const ago = Math.floor((this.work.now() - queues.at) / 1000);
    const wait = longest + ago;
    const late = wait > (chats.teams.get(team)?.wait_target_s ?? Number.POSITIVE_INFINITY);
    return html`<li class=${waiting ? nothing : 'none'}>
      <button type="button" class="team" aria-haspopup="dialog" aria-label=${`${this.work.teamName(team)}, show its chats`} @click=${() => this.work.lookAt(team)}>${this.work.teamName(team)}</button><span class="n num">${waiting}<span class="sr"> waiting</span></span>
      ${waiting ? html`<span class=${late ? 't num bad' : 't num'} title=${queueWait(queue, ago, this.work.teamName(team))}><span class="sr">${late ? 'past the target, ' : ''}longest </span>${timer(wait * 1000)}</span>` : html`<span></span>`}
      ${next ? html`<button type="button" class="btn sm" @click=${() => this.work.handovers.pick(next)}>Take<span class="sr"> the next one for ${this.work.teamName(team)}</span></button>` : nothing}
    </li>`;
  }
}

customElements.define('queue-list', QueueList);
