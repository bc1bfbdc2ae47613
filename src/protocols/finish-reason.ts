import type { FinishReason } from '../model/index.js';

/** Every provider word that is known, in the one vocabulary of `Message.finishReason`; any other is `other`. */
const REASONS: Readonly<Record<string, FinishReason>> = {
  stop: 'stop',
  eos: 'stop',
  eos_token: 'stop',
  stop_sequence: 'stop',
  length: 'length',
  max_tokens: 'length',
  tool_calls: 'tool-calls',
  function_call: 'tool-calls',
  content_filter: 'content-filter',
  error: 'error',
};

export function finishReasonOf(rawReason: string): FinishReason {
  return (Object.hasOwn(REASONS, rawReason) ? REASONS[rawReason] : undefined) ?? 'other';
}
