/** Renders its host again each second for as long as it shows a time that passes. */
import type { ReactiveController, ReactiveControllerHost } from 'lit';

export class Countdown implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isConnected = false;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  /** Whole seconds from now until `time` (milliseconds since the epoch); 0 once it has passed. */
  secondsUntil(time: number): number {
    const left = time - Date.now();
    if (left > 0) this.#tick(left % 1000 || 1000);
    return Math.max(0, Math.ceil(left / 1000));
  }

  /** Whether so many milliseconds have passed since `time`; renders again when they have. */
  hasPassed(time: number, milliseconds: number): boolean {
    const left = time + milliseconds - Date.now();
    if (left > 0) this.#tick(left);
    return left <= 0;
  }

  /** Moved in the page, it counts on. */
  hostConnected(): void {
    this.#isConnected = true;
    this.#host.requestUpdate();
  }

  hostDisconnected(): void {
    this.#isConnected = false;
    clearTimeout(this.#timer);
  }

  #tick(milliseconds: number): void {
    clearTimeout(this.#timer);
    // It may be rendered out of the page, too.
    if (this.#isConnected) this.#timer = setTimeout(() => this.#host.requestUpdate(), milliseconds);
  }
}
