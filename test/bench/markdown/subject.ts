// What is measured: something that shows text which arrives in pieces. Each subject is a module of its own that exports
// `create`, bundled into a page of its own (bundle.ts).

/** One answer on the page. */
export interface Answer {
  /** A piece arrived. May show it at once. */
  write(piece: string): void;
  /** Once a frame, after pieces have come: for those that show what came since the last one. */
  frame?(): void;
  /** There is no more. */
  end(): void;
  /** Done with what comes after the end, such as an animation; undefined means at once. */
  settled?(): boolean;
  /** Times that the page was changed. */
  readonly updates: number;
}

export interface Subject {
  /** Shows an answer in `box`, a block 720 px wide that is its own. */
  create(box: HTMLElement): Answer;
}
