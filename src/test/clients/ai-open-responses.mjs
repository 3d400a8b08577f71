import { createOpenResponses } from '@ai-sdk/open-responses';
import { run } from './ai.mjs';

const make = (url, apiKey) => ({ model: createOpenResponses({ name: 'parley', url: `${url}/v1/responses`, apiKey }) });
await run('ai with @ai-sdk/open-responses', make, { parley: { reasoningEffort: 'low', reasoningSummary: 'auto' } });
