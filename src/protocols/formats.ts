/**
 * Every wire format but Chat Completions, which most servers speak: these are loaded when an endpoint or a reply needs
 * one. The order counts: a format stands before those whose replies it would also look like.
 */
import { agUi } from './ag-ui.js';
import { anthropic } from './anthropic.js';
import { assistantTransport } from './assistant-transport.js';
import { bedrockConverse } from './bedrock-converse.js';
import { cohere } from './cohere.js';
import { dataStream } from './data-stream.js';
import { geminiInteractions } from './gemini-interactions.js';
import { gemini } from './gemini.js';
import { mcp } from './mcp.js';
import { message, text } from './message.js';
import { ollama } from './ollama.js';
import { openaiCompletions } from './openai-completions.js';
import { openaiResponses } from './openai-responses.js';
import type { Protocol } from './protocol.js';
import { replicate } from './replicate.js';
import { tgi } from './tgi.js';
import { uiMessageStream } from './ui-message-stream.js';

export const formats: readonly Protocol[] = [
  uiMessageStream,
  dataStream,
  agUi,
  assistantTransport,
  anthropic,
  openaiResponses,
  geminiInteractions,
  gemini,
  cohere,
  ollama,
  bedrockConverse,
  mcp,
  tgi,
  replicate,
  openaiCompletions,
  message,
  text,
];
