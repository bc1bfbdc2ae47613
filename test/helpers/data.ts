// Test data that lies outside the repository: some hundred recorded streams, Markdown documents and payload lists, too
// large and of too many licences to copy. STREAM_CHAT_DATA names its folder. Without it, tests that need data count as
// skipped; named but not there, they fail, so that a wrong path never looks like a pass.
//
// The same calls work in Node and in a page, where the test server offers the folder (runner/serve-data.ts).

/** Where the test server offers the data to a page. */
export const DATA_ADDRESS = '/__data__/';

/** One entry of the data's INDEX.json, with the members that tests choose by. */
export interface IndexEntry {
  /** Path inside the folder, as `readData` takes it. */
  file: string;
  kind: 'stream' | 'stream-expected' | 'event-samples' | 'answer' | 'conformance' | 'sse-conformance' | 'xss';
  bytes: number;
  note: string;
  /** Of a stream: its wire format. */
  format?: string;
  provider?: string;
  /** Of a stream: `sse`, `ndjson`… */
  framing?: string;
  /** Of a stream: `recorded`, `replayed`, `sdk-fixture`, `derived`… */
  origin?: string;
  content_type?: string | null;
  response_headers?: Record<string, string>;
  /** Of a `.jsonl`: how the SSE framing that its source took away is put back. */
  how_to_frame?: string;
  last_event_unterminated?: boolean;
  tags?: string[];
  /** Of `stream-expected`: the stream that it belongs to. */
  of?: string;
  language?: string;
  markdown_features?: string[];
  /** Of a list of cases: how many. */
  cases?: number;
}

declare global {
  /**
   * What the test server tells its pages (runner/browser-suite.ts): where the data is, which files unit-page.ts loads, and
   * what random tests begin with and how long they may take (seed.ts).
   */
  var testPage: { data: string | null; unitFiles: string[]; seed: number | null; minutes: number | null } | undefined;
}

const location = typeof process === 'undefined' ? globalThis.testPage?.data : process.env['STREAM_CHAT_DATA'];

/** Whether a data folder is named at all. */
export const hasData = Boolean(location);

/** A test that needs the data. */
export function dataTest(title: string, test: (this: Mocha.Context) => void | Promise<void>): void {
  if (hasData) it(title, test);
  else it(title);
}

/**
 * Tests that need the data. A suite may make its tests from `await dataIndex()` at the top of its file; without data
 * that is empty, and one skipped test stands for them all.
 */
export function describeData(title: string, tests: (this: Mocha.Suite) => void): void {
  const declare = hasData ? describe : describe.skip;
  declare(title, function () {
    tests.call(this);
    if (!hasData && this.total() === 0) it('needs the test data (STREAM_CHAT_DATA)');
  });
}

/** What there is; nothing where no folder is named. */
export async function dataIndex(): Promise<IndexEntry[]> {
  return hasData ? (JSON.parse(await readData('INDEX.json')) as IndexEntry[]) : [];
}

/** A file's text as it is, with a byte order mark where it has one. */
export async function readData(path: string): Promise<string> {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(await readDataBytes(path));
}

export async function readDataBytes(path: string): Promise<Uint8Array> {
  if (!location) throw new Error(`${path} is test data, and STREAM_CHAT_DATA names no folder`);
  if (location === DATA_ADDRESS) {
    const response = await fetch(DATA_ADDRESS + path.split('/').map(encodeURIComponent).join('/'));
    if (!response.ok) throw new Error(`The test data has no ${path} (${response.status})`);
    return new Uint8Array(await response.arrayBuffer());
  }
  const { readFile } = await import('node:fs/promises');
  const bytes = await readFile(`${location}/${path}`);
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
