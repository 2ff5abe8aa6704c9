/**
 * Pictures in the conversation. Each is fetched, by an address signed for its reader, when it comes near the screen.
 *
 * @import { File } from '../shared/story.js'
 */

const NEAR = '200px';

export class Previews {
  /** @type {WeakMap<Element, File>} */
  #of = new WeakMap();
  #near;

  /** @param {(file: File) => Promise<string|null>} addressOf null where it is refused */
  constructor(addressOf) {
    this.addressOf = addressOf;
    this.#near = new IntersectionObserver(
      (seen) => {
        for (const { isIntersecting, target } of seen)
          if (isIntersecting) this.#fetch(/** @type {HTMLImageElement} */ (target));
      },
      { rootMargin: NEAR },
    );
  }

  /** Once for an image, however often it is drawn. @param {HTMLImageElement} image @param {File} file */
  show = (image, file) => {
    if (this.#of.has(image)) return;
    this.#of.set(image, file);
    this.#near.observe(image);
  };

  /** @param {HTMLImageElement} image */
  async #fetch(image) {
    this.#near.unobserve(image);
    const file = this.#of.get(image);
    const address = file && (await this.addressOf(file));
    if (address) image.src = address;
    else image.remove();
  }
}
