/* The Chat button for any page: <script src="https://YOUR-DESK/widget.js" data-team="media" async></script>
   A real button in a shadow root; the chat itself is a frame of the desk, made when it is first opened. */
(() => {
  const script = /** @type {HTMLScriptElement|null} */ (document.currentScript || document.querySelector('script[src*="/widget.js"]'));
  const once = Symbol.for('switchboard.chat');
  const page = /** @type {Record<string|symbol, any>} */ (/** @type {unknown} */ (window));
  if (!script || page[once]) return;
  page[once] = true;

  const desk = new URL(script.src).origin;
  const team = script.dataset.team || '';
  const memory = 'switchboard.chat'; // of this tab: 'open' or 'small' while there is a chat
  const remember = (/** @type {string|null} */ state) => {
    try {
      if (state) sessionStorage.setItem(memory, state);
      else sessionStorage.removeItem(memory);
    } catch { /* blocked: the next page begins with the button alone */ }
  };
  const remembered = () => {
    try {
      return sessionStorage.getItem(memory);
    } catch {
      return null;
    }
  };

  const css = `
:host { all: initial !important; position: fixed !important; inset: auto 20px 20px auto !important; z-index: 2147483000 !important; display: block !important; color-scheme: light dark; --accent: #00618a; --accent: oklch(0.465 0.095 232); --over: #004f73; --over: oklch(0.405 0.088 232); --ring: #00618a; }
@media (prefers-color-scheme: dark) { :host { --accent: oklch(0.53 0.1 232); --over: oklch(0.485 0.095 232); --ring: oklch(0.81 0.085 226); } }
[hidden] { display: none !important; }
button { all: unset; box-sizing: border-box; position: relative; display: inline-flex; align-items: center; gap: 8px; height: 48px; padding: 0 22px 0 18px; border-radius: 24px; background: var(--accent); color: #fff; font: 600 16px/1 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; box-shadow: 0 1px 2px rgb(10 20 40 / .2), 0 8px 24px -6px rgb(10 20 40 / .4); cursor: pointer; -webkit-tap-highlight-color: transparent; }
button:hover { background: var(--over); }
button:focus-visible { outline: 3px solid var(--ring); outline-offset: 3px; }
svg { width: 20px; height: 20px; fill: none; stroke: currentColor; stroke-width: 1.75; stroke-linecap: round; stroke-linejoin: round; }
b { position: absolute; top: -6px; right: -4px; box-sizing: border-box; min-width: 24px; height: 24px; padding: 0 6px; border-radius: 12px; background: #a3281d; color: #fff; font: 600 13px/24px system-ui, sans-serif; text-align: center; box-shadow: 0 0 0 2px #fff; }
i { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
iframe { display: block; box-sizing: border-box; width: min(384px, calc(100vw - 40px)); height: min(648px, calc(100vh - 40px)); height: min(648px, calc(100dvh - 40px)); border: 0; border-radius: 16px; background: Canvas; box-shadow: 0 0 0 1px rgb(10 20 40 / .08), 0 20px 48px -12px rgb(10 20 40 / .4); }
@media (max-width: 767px) { :host(.open) { inset: 0 !important; } :host(.open) iframe { width: 100%; height: 100%; border-radius: 0; } }
@media print { :host { display: none !important; } }
@media (forced-colors: active) { button { border: 1px solid; } }`;

  const host = document.createElement('switchboard-chat');
  const root = host.attachShadow({ mode: 'open' });
  // A constructed sheet and no <style>: it also works under a strict content security policy.
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];

  const button = document.createElement('button');
  button.type = 'button';
  button.setAttribute('aria-expanded', 'false');
  const picture = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  picture.setAttribute('viewBox', '0 0 24 24');
  picture.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(picture.namespaceURI, 'path');
  path.setAttribute('d', 'M2.992 16.342a2 2 0 0 1 .094 1.167l-1.065 3.29a1 1 0 0 0 1.236 1.168l3.413-.998a2 2 0 0 1 1.099.092 10 10 0 1 0-4.777-4.719');
  picture.append(path);
  const dot = document.createElement('b');
  const count = document.createTextNode('');
  const unit = document.createElement('i');
  unit.textContent = ' unread';
  dot.append(count, unit);
  dot.hidden = true;
  const word = document.createTextNode('Chat');
  button.append(picture, word, dot);
  root.append(button);

  /** @type {HTMLIFrameElement|null} */
  let frame = null;
  let ready = false;
  let readies = 0;
  let isOpen = false;
  let focusWanted = false;
  let answers = true; // false while the desk cannot be reached: the browser's error page would cover everything
  let pause = 1_000; // ms, before the frame is made again
  let held = false;
  let overflow = '';
  const phone = matchMedia('(max-width: 767px)');
  const here = () => (location.protocol.startsWith('http') ? location.origin + location.pathname : undefined);
  const tell = (/** @type {string} */ type, /** @type {object} */ more) => ready && frame?.contentWindow?.postMessage({ switchboard: type, ...more }, desk);

  /** @type {any} Who the customer is: a JWT signed by the page's own server, or a function that gets one */
  let proof = null;
  let signedOut = false;
  const identify = async () => {
    const token = typeof proof === 'function' ? await proof() : proof;
    if (token) tell('identify', { token });
  };
  const signOut = () => {
    signedOut = !ready;
    tell('signOut', {});
    // What is kept, the frame keeps.
    if (!frame) makeFrame();
    draw();
  };
  const early = page.Switchboard?.q || [];
  page.Switchboard = (/** @type {string} */ command, /** @type {any} */ options) => {
    if (command === 'identify' || command === 'signOut') proof = options?.token;
    if (command === 'identify') identify();
    if (command === 'signOut') signOut();
  };

  const holdPage = (/** @type {boolean} */ hold) => {
    const root = document.documentElement;
    if (hold === held) return;
    if (hold) {
      overflow = root.style.overflow;
      root.style.overflow = 'hidden';
    } else root.style.overflow = overflow;
    held = hold;
  };

  const makeFrame = () => {
    frame = document.createElement('iframe');
    frame.title = 'Chat with support';
    frame.src = `${desk}/widget?${new URLSearchParams(team ? { host: location.origin, team } : { host: location.origin })}`;
    root.append(frame);
    // Error pages are loaded too; the chat has said `ready` by then, each time.
    let loads = 0;
    readies = 0;
    frame.addEventListener('load', () => {
      loads += 1;
      setTimeout(() => readies < loads && unreachable(), 500);
    });
    return frame;
  };

  const unreachable = () => {
    answers = false;
    draw();
    frame?.remove();
    frame = null;
    ready = false;
    setTimeout(() => {
      if (!frame) makeFrame();
      draw();
    }, pause);
    pause = Math.min(pause * 2, 60_000);
  };

  const draw = () => {
    const seen = isOpen && answers;
    if (frame) frame.hidden = !seen;
    button.hidden = seen;
    button.setAttribute('aria-expanded', String(seen));
    word.data = isOpen && !answers ? 'Connecting' : 'Chat';
    host.classList.toggle('open', seen);
    holdPage(seen && phone.matches);
  };

  const show = (/** @type {boolean} */ open, /** @type {boolean} */ focus) => {
    isOpen = open;
    focusWanted = focus;
    const mine = frame || makeFrame();
    draw();
    tell(open ? 'open' : 'small', { focus });
    if (focus) (button.hidden ? mine : button).focus();
  };
  button.addEventListener('click', () => show(true, true));
  // Any element of the page may open the chat: <a href="…" data-switchboard="open">
  document.addEventListener('click', (event) => {
    if (!(event.target instanceof Element && event.target.closest('[data-switchboard="open"]'))) return;
    event.preventDefault();
    show(true, true);
  });

  addEventListener('message', ({ origin, source, data }) => {
    if (origin !== desk || !frame || source !== frame.contentWindow || !data) return;
    if (data.switchboard === 'ready') {
      const focusLate = !answers && isOpen && focusWanted;
      ready = answers = true;
      readies += 1;
      pause = 1_000;
      draw();
      if (focusLate) frame.focus();
      if (signedOut) signOut();
      identify();
      tell('page', { page: here(), referrer: document.referrer || undefined });
      tell(isOpen ? 'open' : 'small', { focus: isOpen && focusWanted });
    } else if (data.switchboard === 'identify') {
      if (typeof proof === 'function') identify();
    } else if (data.switchboard === 'minimise') {
      show(false, true);
      if (remembered()) remember('small');
    } else if (data.switchboard === 'news') {
      const unread = Number(data.unread) || 0;
      dot.hidden = !unread;
      count.data = unread > 9 ? '9+' : String(unread);
      remember(data.chat ? (isOpen ? 'open' : 'small') : null);
    }
  });

  const hours = () => fetch(`${desk}/api/hours`, { credentials: 'omit' })
    .then((answer) => answer.json())
    .then((/** @type {{now: string, teams: Array<Record<string, any>>}} */ { now, teams }) => {
      const mine = teams.filter((one) => !team || one.team === team);
      const first = (/** @type {string} */ name) => Math.min(...mine.map((one) => Date.parse(one[name]) || 1 / 0));
      const opens = first('opens_at');
      const when = opens < 1 / 0 ? `, opens ${new Date(opens).toLocaleString([], { weekday: 'short', hour: '2-digit', minute: '2-digit' })}` : '';
      button.title = mine.some((one) => one.open) ? 'Open now' : `Closed now${when}`;
      // Again when that changes, not all pages at once.
      setTimeout(hours, Math.min(Math.min(opens, first('closes_at')) - Date.parse(now) + 3e4 * Math.random(), 864e5));
    })
    .catch(() => { /* the button leads somewhere all the same */ });

  const begin = () => {
    document.body.append(host);
    const state = remembered();
    if (state) show(true, false);
    if (state === 'small' || (state && phone.matches)) show(false, false);
    hours();
    for (const one of early) page.Switchboard(...one);
  };
  if (document.body) begin();
  else addEventListener('DOMContentLoaded', begin);
})();
