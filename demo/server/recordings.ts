/**
 * Recorded replies, played back byte for byte: the ones in demo/recordings/ and, where `STREAM_CHAT_DATA` names a data
 * folder, those in its streams/openai-chat/. A name is looked up in the listing, never joined to a path as it came.
 */

import { readdir, readFile, stat } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { arrivalDelays } from './arrivals.js';
import { play, type PlayOptions } from './play.js';

export interface Recordings {
  names(): Promise<string[]>;
  /** The recorded bytes, one event at a time; undefined where no recording has this name. */
  open(name: string, options: PlayOptions & { seed?: number }): Promise<AsyncIterable<Uint8Array> | undefined>;
}

const EXTENSIONS = ['.sse', '.jsonl'];

/** `folders`: the first that has a name wins. */
export function openRecordings(folders: string[]): Recordings {
  return {
    async names() {
      return [...(await findFiles(folders)).keys()].sort();
    },
    async open(name, { seed, ...options }) {
      const file = (await findFiles(folders)).get(name);
      if (file === undefined) return undefined;
      const events = file.endsWith('.jsonl')
        ? frameLines(await readFile(file, 'utf8'))
        : splitEvents(await readFile(file));
      const delays = arrivalDelays(events.length, { seed });
      return play(
        events.map((piece, index) => ({ piece, delay: delays[index] ?? 0 })),
        options,
      );
    },
  };
}

/** Where recordings are: always `own`, and the data folder's when `dataFolder` names one, which then has to be there. */
export async function recordingFolders(own: string, dataFolder: string | undefined): Promise<string[]> {
  if (!dataFolder) return [own];
  const data = join(dataFolder, 'streams', 'openai-chat');
  const found = await stat(data).catch((error: unknown) => {
    throw new Error(`STREAM_CHAT_DATA names ${dataFolder}, but there is no folder ${data}.`, { cause: error });
  });
  if (!found.isDirectory()) throw new Error(`STREAM_CHAT_DATA: ${data} is not a folder.`);
  return [own, data];
}

async function findFiles(folders: string[]): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const folder of folders) {
    for (const entry of await readdir(folder)) {
      const { name, ext } = parse(entry);
      if (EXTENSIONS.includes(ext) && !files.has(name)) files.set(name, join(folder, entry));
    }
  }
  return files;
}

/** One JSON payload a line, as some sources store a stream, with the framing put back. */
function frameLines(text: string): Uint8Array[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return [...lines, '[DONE]'].map((line) => Buffer.from(`data: ${line}\n\n`));
}

/** Cut after each blank line. Latin-1 maps every byte to one character and back, so nothing is changed on the way. */
function splitEvents(bytes: Buffer): Uint8Array[] {
  const pieces = bytes.toString('latin1').split(/(?<=\r\n\r\n|\n\n|\r\r)/);
  return pieces.filter((piece) => piece !== '').map((piece) => Buffer.from(piece, 'latin1'));
}
