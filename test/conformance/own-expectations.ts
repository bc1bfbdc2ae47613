// What recordings say for which the data has no expectation, or one that is not to be met: read by hand.

export interface ToolCall {
  id?: string;
  name: string;
  arguments: string;
}

export interface Expected {
  text?: string;
  reasoning?: string;
  refusal?: string;
  finish?: string[];
  tool_calls?: ToolCall[];
  source_urls?: string[];
  errors?: (string | { message?: string })[];
}

/** By recording, from its text; what the data has beside stays. */
export const OWN_EXPECTATIONS: Readonly<Record<string, (recording: string) => Expected>> = {
  // One JSON array, as a server answers that is not asked for events; every element has the same finish reason.
  'gemini/json-array-with-bom': (recording) => {
    const chunks = JSON.parse(recording.replace('\uFEFF', '')) as GeminiChunk[];
    const parts = chunks.flatMap(({ candidates }) => candidates[0]!.content.parts);
    return { text: parts.map(({ text }) => text).join(''), finish: ['STOP'] };
  },
  // Two calls whose arguments come in pieces (`partialArgs`); the data counts each piece as a call.
  'gemini/function-call-stream-args': () => ({
    tool_calls: [
      { name: 'getWeather', arguments: '{"location":"Boston"}' },
      { name: 'getWeather', arguments: '{"location":"San Francisco"}' },
    ],
  }),
  // A call, its result before its arguments are said to be whole, a source and a file.
  'assistant-transport/python-encoder': () => ({
    text: 'Checking now.It is sunny.',
    reasoning: 'Let me check the weather.',
    tool_calls: [{ id: 'call_1', name: 'get_weather', arguments: '{"city": "NYC"}' }],
    source_urls: ['https://example.com'],
    finish: ['stop'],
  }),
  // The data does not have its stop reason.
  'bedrock-converse/text-chunks': () => ({ finish: ['end_turn'] }),
};

interface GeminiChunk {
  candidates: { content: { parts: { text: string }[] } }[];
}
