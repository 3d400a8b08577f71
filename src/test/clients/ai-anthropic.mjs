import { createAnthropic } from '@ai-sdk/anthropic';
import { run } from './ai.mjs';

const make = (url, apiKey) => ({ model: createAnthropic({ baseURL: `${url}/v1`, apiKey }) });
const thinking = { anthropic: { thinking: { type: 'enabled', budgetTokens: 1024 } } };
// The SDK limits the temperature to what the API accepts, and sends the newer Claude models no sampling parameters at all.
await run('ai with @ai-sdk/anthropic', make, thinking, ({ model }) => (model.includes('claude') ? undefined : { topP: 9 }));
