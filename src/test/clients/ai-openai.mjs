import { createOpenAI } from '@ai-sdk/openai';
import { run } from './ai.mjs';

const make = (url, apiKey) => {
  const provider = createOpenAI({ baseURL: `${url}/v1`, apiKey });
  return { model: (name) => provider(name), embeddings: (name) => provider.textEmbeddingModel(name) };
};
await run('ai with @ai-sdk/openai', make, {
  openai: { forceReasoning: true, reasoningEffort: 'low', reasoningSummary: 'auto' },
});
