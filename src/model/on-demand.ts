/**
 * A module of its own, loaded once and as late as it can be. What has failed is tried again by the next call.
 */
import { ChatError } from './errors.js';

export class OnDemand<Module> {
  readonly #file: string;
  readonly #import: () => Promise<Module>;
  #loading: Promise<Module> | undefined;
  #loaded: Module | undefined;

  /** `file`: as the build names it; in a bundle of the page's own it has another name, which the error's cause knows. */
  constructor(file: string, load: () => Promise<Module>) {
    this.#file = file;
    this.#import = load;
  }

  /** The module, if it is there. */
  get loaded(): Module | undefined {
    return this.#loaded;
  }

  /** @throws ChatError `not-loaded` */
  load(): Promise<Module> {
    this.#loading ??= this.#import().then(
      (module) => (this.#loaded = module),
      (cause: unknown) => {
        this.#loading = undefined;
        const detail = this.#file;
        throw new ChatError('not-loaded', `expected ${detail} beside the script, got none`, { detail, cause });
      },
    );
    return this.#loading;
  }
}
