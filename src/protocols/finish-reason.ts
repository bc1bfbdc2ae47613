import type { FinishReason } from '../model/index.js';

/** Every provider word that is known, in the one vocabulary of `Message.finishReason`; any other is `other`. */
export const FINISH_REASONS: Readonly<Record<string, FinishReason>> = {
  // OpenAI Chat Completions and its dialects, Text Generation Inference, Ollama, AI SDK
  stop: 'stop',
  eos: 'stop',
  eos_token: 'stop',
  stop_sequence: 'stop',
  length: 'length',
  max_tokens: 'length',
  model_length: 'length',
  model_context_window_exceeded: 'length',
  tool_calls: 'tool-calls',
  'tool-calls': 'tool-calls',
  function_call: 'tool-calls',
  content_filter: 'content-filter',
  'content-filter': 'content-filter',
  content_filtered: 'content-filter',
  guardrail_intervened: 'content-filter',
  error: 'error',
  // Z.ai, DeepSeek
  sensitive: 'content-filter',
  network_error: 'error',
  insufficient_system_resource: 'error',
  // OpenAI Responses: the status, with the reason where it is incomplete
  completed: 'stop',
  'incomplete:max_output_tokens': 'length',
  'incomplete:content_filter': 'content-filter',
  failed: 'error',
  // Anthropic, Bedrock Converse
  end_turn: 'stop',
  tool_use: 'tool-calls',
  refusal: 'content-filter',
  malformed_model_output: 'error',
  malformed_tool_use: 'error',
  // Gemini, Vertex
  STOP: 'stop',
  MAX_TOKENS: 'length',
  SAFETY: 'content-filter',
  RECITATION: 'content-filter',
  LANGUAGE: 'content-filter',
  BLOCKLIST: 'content-filter',
  PROHIBITED_CONTENT: 'content-filter',
  SPII: 'content-filter',
  IMAGE_SAFETY: 'content-filter',
  IMAGE_PROHIBITED_CONTENT: 'content-filter',
  IMAGE_RECITATION: 'content-filter',
  MALFORMED_FUNCTION_CALL: 'error',
  UNEXPECTED_TOOL_CALL: 'error',
  MODEL_ARMOR: 'content-filter',
  MALFORMED_RESPONSE: 'error',
  MISSING_THOUGHT_SIGNATURE: 'error',
  TOO_MANY_TOOL_CALLS: 'error',
  // Gemini Interactions
  incomplete: 'length',
  budget_exceeded: 'length',
  // Cohere
  COMPLETE: 'stop',
  STOP_SEQUENCE: 'stop',
  TOOL_CALL: 'tool-calls',
  ERROR: 'error',
  ERROR_TOXIC: 'content-filter',
  ERROR_LIMIT: 'length',
  USER_CANCEL: 'other',
  TIMEOUT: 'error',
  // llama.cpp's own `/completion`
  word: 'stop',
  limit: 'length',
  // Replicate
  canceled: 'other',
  // AG-UI
  RUN_FINISHED: 'stop',
  RUN_ERROR: 'error',
};

export function finishReasonOf(rawReason: string): FinishReason {
  // A prompt that was refused: `blocked:` and the reason. Gemini's, in OpenAI's words: a filter, and why.
  if (/^(?:blocked|content_filter):/.test(rawReason)) return 'content-filter';
  if (rawReason.startsWith('function_call_filter:')) return 'error';
  return (Object.hasOwn(FINISH_REASONS, rawReason) ? FINISH_REASONS[rawReason] : undefined) ?? 'other';
}
