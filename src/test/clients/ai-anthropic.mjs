import { createAnthropic } from '@ai-sdk/anthropic';
import { run } from './ai.mjs';

const make = (url, apiKey) => ({ model: createAnthropic({ baseURL: `${url}/v1`, apiKey }) });
await run('ai with @ai-sdk/anthropic', make, { anthropic: { thinking: { type: 'enabled', budgetTokens: 1024 } } });
