import { ChatAnthropic } from '@langchain/anthropic';
import { run } from './langchain.mjs';

const make = (anthropicApiUrl, apiKey, model, more) =>
  new ChatAnthropic({ model, apiKey, anthropicApiUrl, maxTokens: 2000, maxRetries: 0, ...more });
const thinking = { thinking: { type: 'enabled', budget_tokens: 1024 } };
await run('@langchain/anthropic', make, { thinking, startTokens: 1 });
