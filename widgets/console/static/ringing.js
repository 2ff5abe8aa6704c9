/** Alerts in the browser: a sound, system notifications, the number on the page's icon. */

/** @import { Call } from './alerts.js' */

const HIGH_HZ = 880;
const LOW_HZ = 660;
const TONE_S = 0.14;
const LOUDNESS = 0.12;
/** Colors of the mark. */
const BLUE = '#00618a';

/** A sound of two tones. Browsers only allow it after the page has been used. */
export class Bell {
  /** @type {AudioContext|null} */
  #audio = null;

  ring() {
    if (navigator.userActivation?.hasBeenActive === false) return;
    try {
      this.#audio ??= new AudioContext();
    } catch {
      return; // No sound here.
    }
    const audio = this.#audio;
    if (audio.state === 'suspended') audio.resume().catch(() => {});
    this.#tone(audio, HIGH_HZ, audio.currentTime);
    this.#tone(audio, LOW_HZ, audio.currentTime + TONE_S);
  }

  /** @param {AudioContext} audio @param {number} pitch @param {number} at */
  #tone(audio, pitch, at) {
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(LOUDNESS, at);
    volume.gain.exponentialRampToValueAtTime(0.001, at + TONE_S);
    tone.connect(volume).connect(audio.destination);
    tone.start(at);
    tone.stop(at + TONE_S);
  }
}

/** System notifications, one per chat. */
export class Notices {
  /** @type {Map<string, Notification>} */
  #shown = new Map();

  /** @param {(chat: string) => void} chosen somebody turns to that chat */
  constructor(chosen) {
    this.chosen = chosen;
  }

  /** True if the browser has notifications. */
  static get known() {
    return 'Notification' in globalThis;
  }

  /** True if notifications are allowed. Asks if that was never answered. @returns {Promise<boolean>} */
  static async allowed() {
    return Notices.known && (await Notification.requestPermission()) === 'granted';
  }

  /** @param {Call} call */
  show({ chat, name, text, owed, offered }) {
    if (!Notices.known || Notification.permission !== 'granted') return;
    this.hide(chat);
    const notice = new Notification(
      offered ? `New chat offer: ${name}` : owed ? `${name} is waiting for a first response` : name,
      { body: text, tag: chat, icon: '/static/shared/mark.svg' },
    );
    notice.onclick = () => {
      window.focus();
      this.chosen(chat);
      notice.close();
    };
    this.#shown.set(chat, notice);
  }

  /** @param {string} chat */
  hide(chat) {
    this.#shown.get(chat)?.close();
    this.#shown.delete(chat);
  }
}

/** The address of an icon: the mark with a number. @param {number} count @returns {string} */
export function markWith(count) {
  if (!count) return '/static/shared/mark.svg';
  const figure = count > 9 ? '9+' : String(count);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 22 22"><rect width="22" height="22" rx="6" fill="${BLUE}"/><circle cx="11" cy="11" r="8.5" fill="#fff"/><text x="11" y="15.2" font-family="sans-serif" font-size="${count > 9 ? 10 : 12}" font-weight="700" text-anchor="middle" fill="${BLUE}">${figure}</text></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

/**
 * A title that begins with the number of chats that need the agent.
 * @param {string} title with such a number, or without @param {number} waiting
 */
export const titleWith = (title, waiting) => `${waiting ? `(${waiting}) ` : ''}${title.replace(/^\(\d+\) /u, '')}`;
