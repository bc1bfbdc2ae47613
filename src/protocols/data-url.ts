/** A `data:` URL's parts, for APIs that take a file's type and its base64 apart. */
export interface Base64Data {
  mediaType: string;
  data: string;
}

/** Undefined for every other URL. */
export function readDataUrl(url: string | undefined): Base64Data | undefined {
  // Not one expression over the whole: it may be megabytes.
  const mediaType = /^data:([^;,]+)[^,]*;base64,/.exec(url?.slice(0, MAX_PREFIX) ?? '')?.[1];
  return mediaType && url ? { mediaType, data: url.slice(url.indexOf(',') + 1) } : undefined;
}

const MAX_PREFIX = 200;
