export { Pacer, type PacerOptions, type RevealMode } from './pacer.js';
export { beforeFrame, browserClock, ManualClock, type FrameClock } from './clock.js';
export { FrameBudget } from './frame-budget.js';
export { graphemeBoundary, prepareBoundaries } from './grapheme-boundary.js';
export { RevealRate } from './reveal-rate.js';
