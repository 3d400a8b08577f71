import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { run } from './ai.mjs';

const make = (url, apiKey) => {
  const options = { name: 'parley', baseURL: `${url}/v1`, apiKey, includeUsage: true, supportsStructuredOutputs: true };
  const provider = createOpenAICompatible(options);
  return { model: (name) => provider(name), embeddings: (name) => provider.textEmbeddingModel(name) };
};
await run('ai with @ai-sdk/openai-compatible', make, { parley: { reasoningEffort: 'low' } });
