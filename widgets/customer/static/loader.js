/* The Chat button for any page: <script src="https://YOUR-DESK/widget.js" data-team="media" async></script>
   A real button in a shadow root; the chat itself is a frame of the desk, made when it is first opened.
   What a page may ask of it is in widget.d.ts. */
(() => {
  const script = /** @type {HTMLScriptElement|null} */ (
    document.currentScript || document.querySelector('script[src*="/widget.js"]')
  );
  const once = Symbol.for('switchboard.chat');
  const page = /** @type {Record<string|symbol, any>} */ (/** @type {unknown} */ (window));
  if (!script || page[once]) return;
  page[once] = true;

  const desk = new URL(script.src).origin;
  const { team, locale, color, position } = script.dataset;
  const language = (locale || navigator.language).slice(0, 2);
  const words = {
    en: ['Chat', 'Connecting', 'Chat with support', 'unread', 'Open now', 'Closed now', 'opens'],
    fr: [
      'Chat',
      'Connexion…',
      'Chat avec l’assistance',
      'à lire',
      'Ouvert en ce moment',
      'Fermé en ce moment',
      'ouvre',
    ],
    es: ['Chat', 'Conectando', 'Chat con soporte', 'sin leer', 'Abierto ahora', 'Cerrado ahora', 'abre'],
  };
  const [chat, connecting, chatWithSupport, unread, openNow, closedNow, opens] =
    words[/** @type {'en'} */ (language)] || words.en;

  /** Reports mistakes of the page in the browser's console. @param {string} sentence */
  const complain = (sentence) => reportError(new TypeError(`Switchboard: ${sentence}`));
  const digits = /^#?([0-9a-f]{3}|[0-9a-f]{6})$/i
    .exec(color || '')?.[1]
    .replace(/^...$/, (three) => three.replace(/./g, '$&$&'));
  if (color && !digits) complain(`data-color="${color}" is not a color like #0a6e8a`);
  if (position && !/^(left|right)$/.test(position)) complain(`data-position="${position}" is not left or right`);
  if (locale && !/^(en|fr|es)\b/i.test(locale)) complain(`data-locale="${locale}" is not en, fr or es`);

  const memory = 'switchboard.chat';
  /** Of this tab: 'open' or 'small' while there is a chat, otherwise empty. @param {string} [state] becomes that */
  const remembered = (state) => {
    try {
      if (state !== undefined) sessionStorage.setItem(memory, state);
      return sessionStorage.getItem(memory);
    } catch {
      /* blocked: the next page begins with the button alone */
    }
  };

  const side = position === 'left' ? 'auto auto 20px 20px' : 'auto 20px 20px auto';
  // The brand's colour, dimmed until white text can stand on it, as widgets/shared/brand.py has it for the chat. A browser that
  // cannot reckon with colours is given the desk's own.
  const brand = digits ? `#${digits}` : '#00618a';
  // Phones, also on their side.
  const phone = matchMedia('(max-width: 767px), (max-height: 500px)');
  const css = `
:host{all:initial !important;display:contents !important;color-scheme:light dark;--least:.25;--accent:#00618a;--over:var(--accent);--ring:var(--accent)}
@media (prefers-color-scheme:dark){:host{--least:.53}}
@supports (color:oklch(from red l c h)){
:host{--accent:oklch(from ${brand} clamp(var(--least),l,.545) calc(c * min(1,.545 / l)) h);--over:oklch(from var(--accent) calc(l * .9) calc(c * .9) h)}
@media (prefers-color-scheme:dark){:host{--ring:oklch(from ${brand} .81 min(c,.09) h)}}}
button,iframe{position:fixed;inset:${side};z-index:2147483000;border:0;box-sizing:border-box}
button{display:inline-flex;align-items:center;gap:8px;height:48px;margin:0;padding:0 22px 0 18px;border-radius:24px;background:var(--accent);color:#fff;font:600 16px/1 system-ui,sans-serif;box-shadow:0 1px 2px rgb(10 20 40 / .2),0 8px 24px -6px rgb(10 20 40 / .4);cursor:pointer}
button:hover{background:var(--over)}
button:focus-visible{outline:3px solid var(--ring);outline-offset:3px}
svg{width:20px;height:20px;fill:none;stroke:currentColor;stroke-width:1.75;stroke-linecap:round;stroke-linejoin:round}
[aria-busy=true] svg{opacity:.4;transition:opacity .3s .3s}
b{position:absolute;top:-6px;right:-4px;box-sizing:border-box;min-width:24px;height:24px;padding:0 6px;border-radius:12px;background:#a3281d;color:#fff;font:600 13px/24px system-ui,sans-serif;text-align:center;box-shadow:0 0 0 2px #fff}
i{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
iframe{width:min(384px,calc(100vw - 40px));height:min(648px,calc(100dvh - 40px));border-radius:16px;background:Canvas;box-shadow:0 0 0 1px rgb(10 20 40 / .08),0 20px 48px -12px rgb(10 20 40 / .4)}
@media ${phone.media}{iframe{inset:0;width:100%;height:100%;border-radius:0}}
.peek{inset:${side};bottom:80px;width:min(288px,calc(100vw - 40px));border-radius:16px}
@media print{button,iframe{display:none}}
@media (forced-colors:active){button,iframe{border:1px solid}}
[hidden]{display:none !important}`;

  const host = document.createElement('switchboard-chat');
  const root = host.attachShadow({ mode: 'open' });
  // A constructed sheet and no <style>: it also works under a strict content security policy.
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];

  const button = document.createElement('button');
  button.type = 'button';
  const picture = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  picture.setAttribute('viewBox', '0 0 24 24');
  picture.ariaHidden = 'true';
  const path = document.createElementNS(picture.namespaceURI, 'path');
  path.setAttribute(
    'd',
    'M3 16.3a2 2 0 0 1 .1 1.2l-1.1 3.3a1 1 0 0 0 1.2 1.2l3.5-1a2 2 0 0 1 1 .1 10 10 0 1 0-4.7-4.8',
  );
  picture.append(path);
  const dot = document.createElement('b');
  const count = document.createTextNode('');
  const unit = document.createElement('i');
  unit.textContent = ` ${unread}`;
  dot.append(count, unit);
  dot.hidden = true;
  const word = document.createTextNode(chat);
  button.append(picture, word, dot);
  root.append(button);

  /** @type {HTMLIFrameElement|null} */
  let frame = null;
  let ready = false; // before that there is nothing to see in the frame, or the browser's error page
  let readies = 0;
  let isOpen = false;
  let focusWanted = false;
  /** @type {Element|null} Where the focus was before the chat took it */
  let opener = null;
  let away = false; // the desk does not answer
  let peek = 0; // px: how high what the closed chat shows of a message is
  let told = false;
  let pause = 1_000; // ms, before the frame is made again
  let held = false;
  let overflow = '';
  const view = visualViewport;
  const tell = (/** @type {string} */ type, /** @type {object} */ more) =>
    ready && frame?.contentWindow?.postMessage({ switchboard: type, ...more }, desk);

  /** @type {Record<string, Set<Function>>} */
  const listeners = { open: new Set(), close: new Set(), unread: new Set(), start: new Set(), end: new Set() };
  const happened = (/** @type {string} */ name, what = {}) => {
    for (const listener of listeners[name]) {
      try {
        listener(what);
      } catch (error) {
        reportError(error);
      }
    }
  };
  let chatting = false;
  let unseen = 0;

  /** @type {any} Who the customer is: a JWT signed by the page's own server, or a function that gets one */
  let proof = null;
  let signedOut = false;
  /** @type {object|null} What the form is to be filled with */
  let first = null;
  const identify = async () => {
    const token = typeof proof === 'function' ? await proof() : proof;
    // Also without an identity: the chat may be waiting for it.
    tell('identify', { token });
  };
  const fill = () => {
    if (first && tell('fill', first) !== false) first = null;
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
    frame.title = chatWithSupport;
    frame.hidden = true;
    const asked = new URLSearchParams({ host: location.origin });
    for (const [name, value] of Object.entries({ team, locale, color: digits })) if (value) asked.set(name, value);
    frame.src = `${desk}/widget?${asked}`;
    root.append(frame);
    // Error pages fire `load` too. The chat has sent `ready` by then, each time.
    let loads = 0;
    readies = 0;
    frame.addEventListener('load', () => {
      loads += 1;
      setTimeout(() => readies < loads && unreachable(), 500);
    });
    return frame;
  };

  const unreachable = () => {
    away = true;
    // A desk that is away comes back. One that answers but may not be framed here never will.
    if (!told)
      fetch(script.src, { mode: 'no-cors', cache: 'no-store' }).then(
        () => complain(`the chat can't be shown here: add ${location.origin} to the desk's SWITCHBOARD_WIDGET_ORIGINS`),
        () => {},
      );
    told = true;
    frame?.remove();
    frame = null;
    ready = false;
    draw();
    setTimeout(() => {
      if (!frame) makeFrame();
      draw();
    }, pause);
    pause = Math.min(pause * 2, 60_000);
  };

  const draw = () => {
    // On <html>, because Turbo, htmx and others replace the body. Hung up again if a page removes it from there too.
    if (!host.isConnected) document.documentElement.append(host);
    const seen = isOpen && ready;
    if (frame) {
      frame.hidden = !seen && !peek;
      frame.className = peek ? 'peek' : '';
      // A phone's keyboard lies over the page, or pushes it up: the frame is what can be seen, unless somebody has zoomed in.
      const fits = seen && phone.matches && view && view.scale < 1.01;
      frame.style.cssText = peek ? `height:${peek}px` : fits ? `height:${view.height}px;top:${view.offsetTop}px` : '';
    }
    button.hidden = seen;
    button.ariaExpanded = String(seen);
    button.ariaBusy = String(isOpen && !ready);
    word.data = isOpen && away ? connecting : chat;
    holdPage(seen && phone.matches);
  };

  const show = (/** @type {boolean} */ open, /** @type {boolean} */ focus) => {
    const changed = open !== isOpen;
    if (open && changed) opener = document.activeElement;
    isOpen = open;
    focusWanted = focus;
    peek = 0;
    if (!open && remembered()) remembered('small');
    // In a separate task, because the page around may be busy.
    if (!frame) setTimeout(() => frame || makeFrame());
    draw();
    tell(open ? 'open' : 'small', { focus });
    if (focus && !open)
      (opener instanceof HTMLElement && opener.matches('[data-switchboard]') ? opener : button).focus();
    else if (focus && ready) frame?.focus();
    if (changed) happened(open ? 'open' : 'close');
  };
  button.addEventListener('click', () => show(true, true));
  for (const moved of ['resize', 'scroll']) view?.addEventListener(moved, draw);
  // Any element of the page may open the chat: <a href="…" data-switchboard="open">
  document.addEventListener('click', (event) => {
    if (!(event.target instanceof Element && event.target.closest('[data-switchboard="open"]'))) return;
    event.preventDefault();
    show(true, true);
  });

  addEventListener('message', ({ origin, source, data }) => {
    if (origin !== desk || !frame || source !== frame.contentWindow || !data) return;
    if (data.switchboard === 'ready') {
      ready = true;
      away = false;
      readies += 1;
      pause = 1_000;
      draw();
      const focus = isOpen && focusWanted;
      // In a separate task, because it waits for the layout.
      if (focus) setTimeout(() => frame?.focus());
      if (signedOut) tell('signOut', {});
      signedOut = false;
      identify();
      tell('page', { page: location.origin + location.pathname, referrer: document.referrer || undefined });
      fill();
      tell(isOpen ? 'open' : 'small', { focus });
    } else if (data.switchboard === 'identify') {
      if (typeof proof === 'function') identify();
    } else if (data.switchboard === 'wrong') {
      complain(data.what);
    } else if (data.switchboard === 'reload') {
      location.reload();
    } else if (data.switchboard === 'minimise') {
      show(false, true);
    } else if (data.switchboard === 'open') {
      show(true, true);
    } else if (data.switchboard === 'peek') {
      peek = isOpen ? 0 : Math.min(data.height, 200) || 0;
      draw();
    } else if (data.switchboard === 'news') {
      const now = Number(data.unread) || 0;
      dot.hidden = !now;
      count.data = now > 9 ? '9+' : String(now);
      remembered(data.chat ? (isOpen ? 'open' : 'small') : '');
      if (now !== unseen) happened('unread', { count: now });
      if (Boolean(data.chat) !== chatting) happened(chatting ? 'end' : 'start');
      unseen = now;
      chatting = Boolean(data.chat);
    }
  });

  const hours = () =>
    fetch(`${desk}/api/hours`, { credentials: 'omit' })
      .then((answer) => answer.json())
      .then((/** @type {{now: string, teams: Array<Record<string, any>>}} */ { now, teams }) => {
        const mine = teams.filter((one) => !team || one.team === team);
        const soonest = (/** @type {string} */ name) => Math.min(...mine.map((one) => Date.parse(one[name]) || 1 / 0));
        const next = soonest('opens_at');
        const when =
          next < 1 / 0
            ? `, ${opens} ${new Date(next).toLocaleString(locale || [], { weekday: 'short', hour: '2-digit', minute: '2-digit' })}`
            : '';
        button.title = mine.some((one) => one.open) ? openNow : closedNow + when;
        // Repeated when that changes, at a random time, so that not all pages ask at once.
        setTimeout(
          hours,
          Math.min(Math.min(next, soonest('closes_at')) - Date.parse(now) + 3e4 * Math.random(), 864e5),
        );
      })
      .catch(() => {
        /* the button leads somewhere all the same */
      });

  /** @type {Record<string, Function>} */
  const commands = {
    open: () => show(true, true),
    close: () => isOpen && show(false, false),
    start: (/** @type {object} */ wanted) => {
      for (const [key, value] of Object.entries(wanted ?? {})) {
        if (!/^(team|product|text|name|email)$/.test(key) || typeof (value ?? '') !== 'string')
          throw new TypeError(`Switchboard('start', { ${key} }): use one of team, product, text, name, email: strings`);
      }
      first = { ...wanted };
      show(true, true);
      fill();
    },
    identify: (/** @type {{token?: unknown}} */ who) => {
      if (!who?.token) throw new TypeError("Switchboard('identify', { token }): give a JWT or a function");
      proof = who.token;
      identify();
    },
    challenge: (/** @type {string} */ token) => tell('challenge', { token }),
    signOut: () => {
      proof = null;
      signedOut = !ready;
      tell('signOut', {});
      // The frame does all the storing.
      if (!frame) makeFrame();
      draw();
    },
    on: (/** @type {string} */ name, /** @type {Function} */ listener) => {
      if (typeof listener !== 'function')
        throw new TypeError(`Switchboard('on', '${name}', function): give a function`);
      if (!Object.hasOwn(listeners, name))
        throw new TypeError(`Switchboard('on', name, function): use one of ${Object.keys(listeners).join(', ')}`);
      listeners[name].add(listener);
      return () => listeners[name].delete(listener);
    },
  };
  const answer = (/** @type {string} */ command, /** @type {unknown[]} */ ...rest) => {
    if (!Object.hasOwn(commands, command))
      throw new TypeError(`Switchboard('${command}'): use one of ${Object.keys(commands).join(', ')}`);
    return commands[command](...rest);
  };

  const begin = () => {
    new MutationObserver(draw).observe(document.documentElement, { childList: true });
    draw();
    // In separate tasks, because the first access to a tab's storage can take longer than everything else.
    setTimeout(() => {
      const state = remembered();
      if (state && !isOpen) {
        show(true, false);
        if (state === 'small' || phone.matches) show(false, false);
      }
    });
    setTimeout(hours);
    // A page that already has one keeps it.
    const waiting = page.Switchboard;
    page[waiting && !waiting.q ? 'SwitchboardChat' : 'Switchboard'] =
      /** @type {import('./widget.d.ts').Switchboard} */ (answer);
    for (const call of waiting?.q || []) {
      try {
        answer(.../** @type {[string]} */ (call));
      } catch (error) {
        reportError(error);
      }
    }
  };
  if (document.body) begin();
  else addEventListener('DOMContentLoaded', begin);
})();
